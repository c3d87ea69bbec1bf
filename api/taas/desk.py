"""A team's desk as contract taas shows it: IInstance and ITagCategory (§4.4 to §4.6)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import slugify

from accounts import identities
from accounts.models import Organization, Team, User
from api.taas.people import SCHEME, persona
from api.taas.workflow import WORKFLOW
from tickets.models import CustomField, Tag, TagCategory
from tickets.models.field import Column
from tickets.words import FieldKind

# (kind, several) -> the vendor's key, name and icon
_TYPES: dict[tuple[str, bool], tuple[str, str, str]] = {
    (FieldKind.TEXT, False): ("1_text", "Text Field", "TextField"),
    (FieldKind.TEXTAREA, False): ("2_textarea", "Text Area", "TextDocument"),
    (FieldKind.DATE, False): ("3_date", "Date Picker", "Calendar"),
    (FieldKind.TOGGLE, False): ("4_toggle", "Toggle", "ToggleRight"),
    (FieldKind.LIST, False): ("5_list", "Single Item Picker", "BulletedList"),
    (FieldKind.LIST, True): ("5_list", "Multiple Items Picker", "CheckList"),
    (FieldKind.PEOPLE, False): ("6_peoplepicker", "People Picker", "People"),
    (FieldKind.PEOPLE, True): ("6_peoplepicker", "People Picker", "People"),
}
ALERTS: dict[str, dict[str, Any]] = {
    "expectedDate": {
        "isDueInNotifOn": False,
        "isDueTodayNotifOn": False,
        "isOverdueNotifOn": False,
        "dueInNotifDays": 1,
        "overdueNotifDays": 1,
    },
    "serviceLevelAgreement": {
        "slaWeek": "1_weekdays",
        "slaStartTime": {"hours": 9, "minutes": 0},
        "slaEndTime": {"hours": 17, "minutes": 0},
        "isBreachesFirstResponseTime": False,
        "breachesHoursFirstResponseTime": 0,
        "breachesAssigneeFirstResponseTime": [],
        "isBreachesResolutionTime": False,
        "breachesHoursResolutionTime": 0,
        "breachesAssigneeResolutionTime": [],
    },
}
PRIORITY_WORDS = ("Urgent", "Important", "Medium", "Low")
for _word in PRIORITY_WORDS:
    for _target in ("Frt", "Rt"):
        ALERTS["serviceLevelAgreement"] |= {
            f"is{_target}{_word}": False,
            f"{_target.lower()}{_word}Duration": 0,
            f"{_target.lower()}{_word}Time": "2_hours",
        }
_HOURS = {"1_minutes": 1 / 60, "2_hours": 1, "3_days": 24}  # of one of a duration's units


def instance(team: Team) -> dict[str, Any]:
    """Everything about a desk but its keys. The same few queries however much it holds."""
    staff = list(User.objects.all().staff().filter(teams=team).order_by("full_name", "id"))
    idle = list(team.idle_assignees.filter(deleted_at=None).order_by("full_name", "id"))
    rules = [rule for rule in team.assignee_rules if isinstance(rule, dict)]
    numbers = {user.pk for user in (*staff, *idle)} | {number for rule in rules for number in _assignees(rule)}
    personas = {
        number: persona(person)
        for number, person in identities.known_as(SCHEME, numbers | {team.default_assignee_id}).items()
    }
    asked = [(field.column, custom_field(field)) for field in _fields(team)]
    left = [shape for column, shape in asked if column == Column.LEFT]
    right = [shape for column, shape in asked if column != Column.LEFT]
    alerts = _alerts(team.alerts)
    own = str(team.uuid)
    return {
        "id": own,
        "name": team.name,
        "displayName": team.name,
        "instanceName": team.name,
        "code": slugify(team.name),
        "instanceType": "teams",
        "enabled": team.enabled,
        "groupId": team.group_id,
        "tenantId": team.tenant_id or str(Organization.current().uuid),
        "teamId": team.external_team_id or own,
        "channelId": team.channel_id,
        "subscriptionId": team.subscription_id or None,
        "mailAddress": team.mail_address or None,
        "customFields": left + right,
        "customFieldsLeft": left,
        "customFieldsRight": right,
        "optionalFieldsLeft": [_built_in("1_tags", "Tags"), _built_in("2_priority", "Priority")],
        "optionalFieldsRight": [_built_in("3_expecteddate", "Expected Date")],
        "assignees": {"type": "customAssignee", "peoples": _chosen(personas, [user.pk for user in staff])},
        "assigneeRules": [_rule(rule, personas) for rule in rules],
        "defaultRuleAssignee": [
            {
                "id": "999",
                "type": "999_otherwise",
                "condition": "Otherwise",
                "assignee": _chosen(personas, [team.default_assignee_id]),
                "enable": team.default_assignee_id is not None,
            }
        ],
        "isAutomaticAssignTickets": team.auto_assign,
        "alertNotification": alerts,
        "isAutoAssignIdleTickets": team.auto_assign_idle,
        "dayBeforeTicketsIdle": team.idle_days,
        "idleTicketAssignedTo": _chosen(personas, [user.pk for user in idle]),
        "isNotifyIdleTicket": team.notify_idle,
        "workflows": WORKFLOW,
        "sla": _targets(alerts["serviceLevelAgreement"]),
    }


def custom_field(field: CustomField) -> dict[str, Any]:
    """ICustomField (§4.5)."""
    several = field.is_multiple if field.kind in (FieldKind.LIST, FieldKind.PEOPLE) else False
    key, text, icon = _TYPES[field.kind, several]
    options = [option for option in field.options.all() if not option.is_deleted]
    default = False if field.kind == FieldKind.TOGGLE and field.default is None else field.default
    return {
        "id": str(field.uuid),
        "title": field.title,
        "type": {"key": key, "text": text, "data": {"icon": icon, "color": "black"}},
        "isMandatory": field.is_mandatory,
        "status": "visible" if field.is_visible else "hidden",
        "defaultValue": default,
        "options": [
            {"key": str(option.uuid), "text": option.text, "isDefault": option.is_default} for option in options
        ],
        "isMultiple": several,
        **_FIELD_EXTRAS,
    }


def tag_categories(team: Team) -> list[dict[str, Any]]:
    """The desk's tags under their categories; deleted ones stay, with the flag. Two queries."""
    words: dict[int, list[dict[str, Any]]] = {}
    for tag in Tag.everything.filter(category__team=team).order_by("id"):
        words.setdefault(tag.category_id or 0, []).append({"text": tag.text, "deleted": tag.is_deleted})
    return [
        {
            "id": str(category.uuid),
            "instanceId": str(team.uuid),
            "text": category.text,
            "color": category.color,
            "tags": words.get(category.pk, []),
            "deleted": category.is_deleted,
        }
        for category in TagCategory.everything.filter(team=team).order_by("id")
    ]


_FIELD_EXTRAS: dict[str, Any] = {
    "choosePeopleFrom": "organization",
    "isSeeTicket": False,
    "isReceiveNotification": False,
    "isMultipleSection": False,
}


def _fields(team: Team) -> Iterable[CustomField]:
    return CustomField.objects.filter(team=team).prefetch_related("options").order_by("position", "id")


def _built_in(number: str, title: str) -> dict[str, Any]:
    return {
        "id": number,
        "title": title,
        "type": number.partition("_")[2],
        "isMandatory": False,
        "status": "visible",
        "defaultValue": None,
        "options": [],
        "isMultiple": number == "1_tags",
        **_FIELD_EXTRAS,
    }


def _assignees(rule: Mapping[str, Any]) -> list[int]:
    """A stored rule names people by number."""
    sent = rule.get("assignee")
    return [item for item in sent if isinstance(item, int)] if isinstance(sent, list) else []


def _rule(rule: Mapping[str, Any], personas: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        **{name: str(rule.get(name) or "") for name in ("id", "type", "condition")},
        "assignee": _chosen(personas, _assignees(rule)),
        "enable": rule.get("enable") is not False,
    }


def _chosen(personas: Mapping[Any, Any], numbers: Iterable[int | None]) -> list[Any]:
    return [personas[number] for number in numbers if number in personas]


def _alerts(stored: Any) -> dict[str, dict[str, Any]]:
    """What is stored where it fits, the defaults elsewhere."""
    known = stored if isinstance(stored, dict) else {}
    merged = {}
    for section, defaults in ALERTS.items():
        given = known.get(section)
        given = given if isinstance(given, dict) else {}
        merged[section] = {name: _fitting(given.get(name), default) for name, default in defaults.items()}
    return merged


def _fitting(given: Any, default: Any) -> Any:
    if isinstance(default, dict):
        known = given if isinstance(given, dict) else {}
        return {name: _fitting(known.get(name), value) for name, value in default.items()}
    return given if type(given) is type(default) else default


def _targets(agreement: Mapping[str, Any]) -> dict[str, Any]:
    """The times promised, in hours, by priority in lower case."""
    return {
        target: {
            word.lower(): {
                "enabled": agreement[f"is{target.capitalize()}{word}"],
                "hours": agreement[f"{target}{word}Duration"] * _HOURS.get(agreement[f"{target}{word}Time"], 1),
            }
            for word in PRIORITY_WORDS
        }
        for target in ("frt", "rt")
    }
