"""Who gets a ticket that comes onto a desk without an assignee: the desk's rules, as a table of conditions.

Rules are tried in order; a condition is a comma list of texts, and any of them suffices. Of several people a rule
names, whoever holds the fewest open tickets gets it. Where no rule holds, the desk's default assignee does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Organization, Team, User
from tickets.models import Tally, Ticket
from tickets.rules import DONE
from tickets.words import Priority


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions ask of a ticket; all in lower case."""

    title: str
    description: str
    name: str
    email: str
    priority: str
    category: str
    tags: frozenset[str]

    @classmethod
    def of(cls, ticket: Ticket) -> "Facts":
        person, category = ticket.requester, ticket.category
        return cls(
            title=ticket.subject.lower(),
            description=ticket.description.lower(),
            name=person.full_name.lower(),
            email=person.email.lower(),
            priority=Priority(ticket.priority).word,
            category=category.name.lower() if category else "",
            tags=frozenset(text.lower() for text in ticket.tag_texts),
        )


# By the kinds of `accounts.models.team.RULE_KINDS`: whether one text of a condition holds.
CONDITIONS: dict[str, Callable[[Facts, str], bool]] = {
    "title": lambda facts, text: text in facts.title,
    "description": lambda facts, text: text in facts.description,
    "requestor": lambda facts, text: (
        facts.email.endswith(text) if text.startswith("@") else text == facts.email or text in facts.name
    ),
    "priority": lambda facts, text: {"important": "high"}.get(text, text) == facts.priority,
    "tag": lambda facts, text: text in facts.tags,
    "category": lambda facts, text: text == facts.category,
}


def holding(rules: Iterable[Mapping[str, Any]], facts: Facts) -> Iterator[Sequence[int]]:
    """The people of each rule that is on and holds, in order."""
    for rule in rules:
        holds = CONDITIONS[rule["type"].rpartition("_")[2]]
        texts = [text for part in rule["condition"].split(",") if (text := part.strip().lower())]
        if rule["enable"] and any(holds(facts, text) for text in texts):
            yield rule["assignee"]


def assignee_for(ticket: Ticket) -> User | None:
    """Whom the desk's rules give this ticket; None where it does not assign by itself, or nobody named is there.

    A ticket without team goes by the rules of the default desk. One query, or none, for a desk that does not assign.
    """
    desk = ticket.team or Team.objects.filter(pk__in=Organization.objects.values("default_team_id")).first()
    if desk is None or not desk.auto_assign:
        return None
    for people in (*holding(desk.assignee_rules, Facts.of(ticket)), [desk.default_assignee_id]):
        found = least_busy(User.objects.filter(pk__in=[number for number in people if number]))
        if found is not None:
            return found
    return None


def least_busy(people: Any) -> User | None:
    """Of these people, who may be given tickets and holds the fewest open ones; the longest known among equals."""
    open_ones = Tally.objects.filter(~Q(status__in=DONE), assignee=OuterRef("pk"))
    held = open_ones.values("assignee").annotate(number=Sum("amount")).values("number")
    found: User | None = people.staff().annotate(held=Coalesce(Subquery(held), 0)).order_by("held", "pk").first()
    return found
