"""From the bodies of contract taas to what the verbs take. People and tags that are new are made on the way."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Q

from accounts.actor import Actor
from accounts.models import Team
from api.taas import custom, moments, people, prose
from api.taas.base import uuid_or_none
from api.taas.params import refusal
from api.taas.vocabulary import PRIORITY
from tickets import fields, tagging
from tickets.models import Tag, TagCategory, Ticket


def values(
    sent: Mapping[str, Any], *, by: Actor, team: Team, hours: int, ticket: Ticket | None = None
) -> dict[str, Any]:
    """The verbs' names and values of a `ticket` or `updates` object; call it inside the transaction of the change."""
    found: dict[str, Any] = {}
    if "title" in sent:
        found["subject"] = sent["title"]
    found |= _described(sent)
    if "priority" in sent:
        found["priority"] = PRIORITY.read(sent["priority"])
    if "requestor" in sent:
        found["requester"] = people.somebody(sent["requestor"], by=by)
    if "assignee" in sent:
        found["assignee"] = people.assignee(sent["assignee"], by=by, team=team) if sent["assignee"] else None
    if "expectedDate" in sent:
        found["due_at"] = _due(sent["expectedDate"], hours)
    if sent.get("customFields"):
        provide = partial(people.somebody, by=by)
        known = fields.definitions_of(team.pk)
        found["custom"] = custom.read(sent["customFields"], known, hours=hours, provide=provide)
    if "tags" in sent:
        found["chosen"] = _tags(sent["tags"], team, ticket)
    return found


def words(sent: Mapping[str, Any]) -> tuple[str, str]:
    """Text and HTML of what is said: `comment`, else what `comment_HTML` says; both empty when nothing is said."""
    comment, html = sent.get("comment") or "", sent.get("comment_HTML") or ""
    if comment.strip():
        return comment, ""
    text = prose.text_of(html)
    return text, html if text else ""


def _described(sent: Mapping[str, Any]) -> dict[str, str]:
    if "description" in sent:
        return {"description": sent["description"]}
    if "description_HTML" in sent:
        return {"description": prose.text_of(sent["description_HTML"]), "html": sent["description_HTML"]}
    return {}


def _due(text: str | None, hours: int) -> Any:
    try:
        return moments.read(text.strip(), hours) if text is not None else None
    except ValueError:
        raise refusal("expectedDate", "This must be a date (YYYY-MM-DD) or an ISO 8601 time.") from None


def _tags(sent: list[dict[str, str | None]], team: Team, ticket: Ticket | None) -> list[Tag]:
    carried = tagging.of(ticket) if ticket is not None else []
    # The ticket may keep a tag whose category is gone; without category is also shown what another team categorised.
    known = Q(deleted_at=None) | Q(pk__in={tag.category_id for tag in carried if tag.category_id})
    rows = TagCategory.everything.filter(known, team=team).values_list("uuid", "pk")
    categories = {str(uuid): pk for uuid, pk in rows}
    pairs: list[tuple[int | None, str]] = []
    for tag in sent:
        name = tag["tagCategoryId"]
        category = categories.get(str(uuid_or_none(name))) if name is not None else None
        if name is not None and category is None:
            raise refusal("tags", f"There is no tag category {name[:40]!r} here.")
        pairs.append((category, str(tag["text"])))
    own = set(categories.values())
    return tagging.in_categories(pairs, carried=[tag for tag in carried if tag.category_id not in own])
