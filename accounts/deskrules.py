"""A desk's assignment rules as they are kept: checked when they come in, so that who runs them need not ask."""

from typing import Any

from django.db.models import Q

from accounts.checks import Checker
from accounts.models import User
from accounts.models.team import RULE_KINDS

MOST_RULES = 100
MOST_PEOPLE = 50  # of one rule
LONGEST_CONDITION = 1_000
_FIELD = "assignee_rules"


def cleaned(sent: Any) -> list[dict[str, Any]]:
    """Rules {id, type, condition, assignee, enable} with people as numbers; they may come in as e-mail addresses too.

    Raises Invalid.
    """
    check = Checker()
    if not isinstance(sent, list) or not all(isinstance(rule, dict) for rule in sent):
        check.note(_FIELD, "Rules are a list of objects.", "type")
        check.finish()
    if len(sent) > MOST_RULES:
        check.note(_FIELD, f"A desk may have at most {MOST_RULES} rules.", "max_length")
    rules = [_rule(rule, str(place), check) for place, rule in enumerate(sent[:MOST_RULES], 1)]
    check.finish()
    return rules


def _rule(rule: dict[str, Any], place: str, check: Checker) -> dict[str, Any]:
    kind, enable = str(rule.get("type") or ""), rule.get("enable", True)
    if kind.rpartition("_")[2] not in RULE_KINDS:
        check.note(_FIELD, f"Rule {place}: type must be one of: {', '.join(RULE_KINDS)}", "unknown")
    if not isinstance(enable, bool):
        check.note(_FIELD, f"Rule {place}: enable must be true or false.", "type")
    return {
        "id": check.text(_FIELD, str(rule.get("id") or place), most=100, one_line=True),
        "type": check.text(_FIELD, kind, most=100),
        "condition": check.text(_FIELD, rule.get("condition"), most=LONGEST_CONDITION, required=True, one_line=True),
        "assignee": _people(rule.get("assignee"), place, check),
        "enable": enable,
    }


def _people(sent: Any, place: str, check: Checker) -> list[int]:
    named = sent if isinstance(sent, list) else [sent]
    numbers = [one for one in named if isinstance(one, int) and 0 < one < 2**63]
    addresses = [one for one in named if isinstance(one, str) and "\x00" not in one]
    if not named or len(named) > MOST_PEOPLE or len(numbers) + len(addresses) < len(named):
        check.note(_FIELD, f"Rule {place}: assignee is a list of e-mail addresses or numbers of staff.", "type")
        return []
    wanted = Q(pk__in=numbers)
    for address in addresses:
        wanted |= Q(email__iexact=address.strip())
    found = {str(name).lower(): pk for pk, email in User.objects.staff().filter(wanted).values_list("pk", "email")
             for name in (pk, email)}  # fmt: skip
    missing = [one for one in named if str(one).strip().lower() not in found]
    if missing:
        check.note(_FIELD, f"Rule {place}: these are no active staff: {', '.join(map(str, missing))[:200]}", "unknown")
    return list(dict.fromkeys(found[name] for one in named if (name := str(one).strip().lower()) in found))
