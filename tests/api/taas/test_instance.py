"""GET /instance and GET /tags (contract taas §4.4 to §4.6)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions
from accounts.models import Organization, Team, User
from tests.api.taas.caller import Taas
from tests.factories import TagCategoryFactory, TeamFactory, acting
from tickets import desk as desks
from tickets.models import CustomField

OPTIONAL = {
    *("customFields", "customFieldsLeft", "customFieldsRight", "optionalFieldsLeft", "optionalFieldsRight", "id"),
    *("assignees", "assigneeRules", "defaultRuleAssignee", "isAutomaticAssignTickets", "alertNotification"),
    *("isAutoAssignIdleTickets", "dayBeforeTicketsIdle", "idleTicketAssignedTo", "isNotifyIdleTicket"),
    *("subscriptionId", "mailAddress"),
}
KINDS: list[tuple[str, bool, str]] = [
    ("text", False, "1_text"),
    ("textarea", False, "2_textarea"),
    ("date", False, "3_date"),
    ("toggle", False, "4_toggle"),
    ("list", False, "5_list"),
    ("list", True, "5_list"),
    ("people", False, "6_peoplepicker"),
    ("people", True, "6_peoplepicker"),
]


def persona(user: User) -> dict[str, str]:
    return {"id": str(user.uuid), "name": user.full_name, "email": user.email,
            "text": user.full_name, "secondaryText": user.email}  # fmt: skip


def test_a_new_desk(taas: Taas, desk: Team) -> None:
    item = taas.get("/instance", timezone=0).item
    own = str(desk.uuid)
    expected = {
        "id": own, "name": "Facilities", "displayName": "Facilities", "instanceName": "Facilities",
        "code": "facilities", "instanceType": "teams", "enabled": True, "groupId": "", "channelId": "",
        "tenantId": str(Organization.current().uuid), "teamId": own, "subscriptionId": None, "mailAddress": None,
        "customFields": [], "isAutomaticAssignTickets": False, "dayBeforeTicketsIdle": None,
        "assignees": {"type": "customAssignee", "peoples": []}, "assigneeRules": [], "idleTicketAssignedTo": [],
    }  # fmt: skip
    assert {name: item[name] for name in expected} == expected
    assert set(item) >= OPTIONAL
    (rule,) = item["defaultRuleAssignee"]
    assert (rule["id"], rule["type"], rule["condition"], rule["assignee"]) == ("999", "999_otherwise", "Otherwise", [])
    assert [field["id"].partition("_")[2] for field in item["optionalFieldsLeft"]] == ["tags", "priority"]
    assert [field["type"] for field in item["optionalFieldsRight"]] == ["expecteddate"]
    assert set(item["sla"]["frt"]) == {"urgent", "important", "medium", "low"}
    assert [state["id"] for state in item["workflows"]] == ["Open", "Reopened", "Started", "Resolved", "Closed"]


def test_settings_show(taas: Taas, desk: Team, agnes: User, ada: User, rita: User) -> None:
    agreement = {"isFrtUrgent": True, "frtUrgentDuration": 2, "frtUrgentTime": "3_days", "slaStartTime": {"hours": 8}}
    actions.change_team(
        desk, by=acting(ada), members=[agnes, ada, rita], group_id="g", tenant_id="t", external_team_id="e",
        channel_id="c", subscription_id="s", mail_address="desk@acme.test", auto_assign=True, default_assignee=agnes,
        assignee_rules=[{"id": "1", "type": "1_tag", "condition": "door", "assignee": [agnes.email]}],
        auto_assign_idle=True, idle_days=3, idle_assignees=[ada], notify_idle=True,
        alerts={"serviceLevelAgreement": agreement, "expectedDate": {"dueInNotifDays": "x"}, "nonsense": 1},
    )  # fmt: skip
    item = taas.get("/instance").item
    ids = [item[name] for name in ("groupId", "tenantId", "teamId", "channelId", "subscriptionId", "mailAddress")]
    assert ids == ["g", "t", "e", "c", "s", "desk@acme.test"]
    assert item["assignees"]["peoples"] == [persona(ada), persona(agnes)]
    assert item["defaultRuleAssignee"][0]["assignee"] == [persona(agnes)]
    assert item["assigneeRules"] == [
        {"id": "1", "type": "1_tag", "condition": "door", "assignee": [persona(agnes)], "enable": True}
    ]
    assert (item["isAutoAssignIdleTickets"], item["dayBeforeTicketsIdle"]) == (True, 3)
    assert (item["idleTicketAssignedTo"], item["isNotifyIdleTicket"]) == ([persona(ada)], True)
    shown = item["alertNotification"]["serviceLevelAgreement"]
    assert (shown["isFrtUrgent"], shown["slaStartTime"]) == (True, {"hours": 8, "minutes": 0})
    assert item["alertNotification"]["expectedDate"]["dueInNotifDays"] == 1
    assert item["sla"]["frt"]["urgent"] == {"enabled": True, "hours": 48}


@pytest.mark.parametrize("alerts", [[], 5, {"expectedDate": []}, {"serviceLevelAgreement": {"frtLowDuration": {}}}])
def test_settings_that_make_no_sense_show_as_unset(alerts: Any, taas: Taas, desk: Team, ada: User) -> None:
    plain = taas.get("/instance").item
    actions.change_team(desk, by=acting(ada), alerts=alerts)
    assert taas.get("/instance").item["alertNotification"] == plain["alertNotification"]


def test_custom_fields_of_the_seven_kinds(taas: Taas, desk: Team, ada: User) -> None:
    by = acting(ada)
    for place, (kind, several, _) in enumerate(KINDS):
        options = ["North", "South"] if kind == "list" else []
        column = "right" if place % 2 else "left"
        desks.add_field(by=by, team=desk, title=f"Field {place}", kind=kind, is_multiple=several, options=options,
                        column=column, position=place, is_visible=place != 0)  # fmt: skip
    desks.add_field(by=by, team=TeamFactory(), title="Elsewhere", kind="text")
    item = taas.get("/instance").item
    left, right = item["customFieldsLeft"], item["customFieldsRight"]
    assert item["customFields"] == left + right
    shown = sorted(item["customFields"], key=lambda field: str(field["title"]))
    assert [(field["type"]["key"], field["isMultiple"]) for field in shown] == [(key, more) for _, more, key in KINDS]
    assert [field["title"] for field in right] == ["Field 1", "Field 3", "Field 5", "Field 7"]
    assert [field["status"] for field in shown] == ["hidden"] + ["visible"] * 7
    toggle = shown[3]
    assert toggle["type"] == {"key": "4_toggle", "text": "Toggle", "data": {"icon": "ToggleRight", "color": "black"}}
    assert (toggle["defaultValue"], toggle["options"], toggle["isMandatory"]) == (False, [], False)
    stored = CustomField.objects.get(title="Field 4")
    assert shown[4]["id"] == str(stored.uuid)
    assert [(option["key"], option["text"], option["isDefault"]) for option in shown[4]["options"]] == [
        (str(option.uuid), option.text, False) for option in stored.options.all()
    ]


def test_the_keys_are_never_shown(taas: Taas) -> None:
    assert taas.key[:15] not in str(taas.get("/instance").body)


def test_tags_with_the_deleted_ones(taas: Taas, desk: Team, ada: User) -> None:
    by = acting(ada)
    area = desks.add_tag_category(by=by, team=desk, text="Area", color="#0b6", tags=["door", "gate"])
    gone = desks.add_tag_category(by=by, team=desk, text="Gone")
    desks.delete_tag(area.tags.get(text="gate"), by=by)
    desks.delete_tag_category(gone, by=by)
    TagCategoryFactory(team=TeamFactory())
    own = str(desk.uuid)
    assert taas.get("/tags").items == [
        {"id": str(area.uuid), "instanceId": own, "text": "Area", "color": "#0b6", "deleted": False,
         "tags": [{"text": "door", "deleted": False}, {"text": "gate", "deleted": True}]},
        {"id": str(gone.uuid), "instanceId": own, "text": "Gone", "color": "", "deleted": True, "tags": []},
    ]  # fmt: skip


@pytest.mark.parametrize(("path", "most"), [("/instance", 7), ("/tags", 3)])
def test_the_desk_costs_the_same_queries_whatever_it_holds(
    path: str, most: int, taas: Taas, desk: Team, agnes: User, ada: User
) -> None:
    by = acting(ada)
    counts = []
    for round_ in range(2):
        for number in range(1 + 4 * round_):
            desks.add_field(by=by, team=desk, title=f"F{round_}{number}", kind="list", options=["x", "y"])
            desks.add_tag_category(by=by, team=desk, text=f"C{round_}{number}", tags=["x", "y"])
        actions.change_team(desk, by=by, members=[agnes, ada][: round_ + 1], idle_assignees=[ada, agnes][: round_ + 1])
        taas.get(path)
        with CaptureQueriesContext(connection) as queries:
            taas.get(path)
        counts.append(len(queries))
    assert counts == [most, most], [query["sql"] for query in queries]
