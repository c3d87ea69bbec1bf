"""GET and PUT /tickets/{ticketId} (contract taas §3.3)."""

from typing import Any

import orjson
import pytest

from accounts.models import Team, User
from tests.api.taas.caller import ADA, KIM, Taas
from tests.factories import TagCategoryFactory, TeamFactory, TicketFactory, acting
from tickets import actions
from tickets import desk as desks
from tickets.models import Comment, Tag, Ticket, TicketEvent, TicketTag


@pytest.fixture
def ticket(desk: Team, rita: User) -> Ticket:
    made: Ticket = TicketFactory(requester=rita, team=desk, status="open", description="Old")
    return made


def put(taas: Taas, ticket: Ticket, **updates: Any) -> Any:
    answer = taas.put(f"/tickets/{ticket.uuid}", {"updates": updates, "user": ADA})
    assert answer.status == 200, answer.body
    return answer.item


def test_by_uuid_and_by_number(taas: Taas, ticket: Ticket) -> None:
    for name in (str(ticket.uuid), str(ticket.uuid).upper(), str(ticket.pk)):
        assert taas.get(f"/tickets/{name}", timezone="+7").item["ticketId"] == ticket.pk


@pytest.mark.parametrize(
    "name", ["x", "0", "9" * 18, "9" * 40, "00000000-0000-0000-0000-000000000001", "%00", "activity"]
)
def test_what_is_not_there_is_not_found(name: str, taas: Taas) -> None:
    assert taas.get(f"/tickets/{name}").status == 404
    assert taas.put(f"/tickets/{name}", {"updates": {}, "user": ADA}).status == 404
    assert taas.put(f"/tickets/{name}/status", {"status": "Open", "user": ADA}).status == 404
    assert taas.post(f"/tickets/{name}/activities", {"comment": "x", "user": ADA}).status == 404
    assert not User.objects.exists()


def test_tickets_elsewhere_look_like_none(taas: Taas, ticket: Ticket, agnes: User) -> None:
    for other in (TicketFactory(team=TeamFactory()), TicketFactory()):
        assert taas.get(f"/tickets/{other.uuid}").status == 404
        assert taas.put(f"/tickets/{other.pk}", {"updates": {"title": "x"}, "user": ADA}).status == 404
    actions.change(ticket, by=acting(agnes), team=TeamFactory())
    assert taas.get(f"/tickets/{ticket.uuid}").status == 404


def test_deleted_is_gone(taas: Taas, ticket: Ticket, agnes: User) -> None:
    actions.delete_ticket(ticket, by=acting(agnes))
    for path in ("", "/activities", "/comments", "/attachments"):
        assert taas.get(f"/tickets/{ticket.uuid}{path}").status == 404
    assert taas.get("/tickets").items == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("body", [{"updates": {"title": "New"}}, {"ticket": {"title": "New"}},
                                  {"updates": {"title": "New"}, "ticket": {"title": 5}}])  # fmt: skip
def test_what_is_absent_stays(method: str, body: Any, taas: Taas, ticket: Ticket) -> None:
    before = taas.get(f"/tickets/{ticket.uuid}").item
    answer = taas.send(method, f"/tickets/{ticket.uuid}", orjson.dumps({**body, "user": ADA}))
    assert answer.status == 200
    assert answer.item["lastUpdatedBy"] == ADA
    changed = {name for name in before if before[name] != answer.item[name]}
    assert changed == {"title", "lastUpdatedBy", "lastUpdatedOn"}


def test_every_field_may_change(taas: Taas, ticket: Ticket, agnes: User) -> None:
    item = put(
        taas, ticket, title="My 2nd ticket", requestor=KIM, description="a\nb", priority="Urgent",
        assignee={"id": "708edddc-xxxx", "name": "Alex Wilber", "email": "AlexW@wwwwwww.com"},
        expectedDate="2026-04-03", tags=[{"tagCategoryId": None, "text": "x"}],
    )  # fmt: skip
    assert (item["title"], item["description"], item["priority"]) == ("My 2nd ticket", "a\nb", "Urgent")
    assert (item["requestor"], item["expectedDate"]) == (KIM, "2026-04-03T00:00:00.000Z")
    assert item["assignee"]["name"] == "Alex Wilber"
    assert item["tags"] == [{"tagCategoryId": None, "text": "x"}]
    assert TicketEvent.objects.filter(ticket=ticket).count() == 2
    cleared = put(taas, ticket, assignee=None, expectedDate=None, tags=[])
    assert (cleared["assignee"], cleared["expectedDate"], cleared["tags"]) == (None, None, [])


def test_nothing_new_changes_nothing(taas: Taas, ticket: Ticket) -> None:
    taas.put(f"/tickets/{ticket.uuid}", {"updates": {}, "user": ADA})
    before = Ticket.objects.values().get(pk=ticket.pk)
    item = taas.get(f"/tickets/{ticket.uuid}").item
    again = {name: item[name] for name in ("title", "description", "priority", "status", "requestor", "tags")}
    put(taas, ticket, **again, customFields=item["customFields"], expectedDate=item["expectedDate"])
    assert Ticket.objects.values().get(pk=ticket.pk) == before


def test_tags_sent_back_keep_their_categories(taas: Taas, ticket: Ticket, desk: Team, ada: User) -> None:
    own, foreign = TagCategoryFactory(team=desk), TagCategoryFactory(team=TeamFactory())
    tags = [Tag.objects.create(text="door", category=category) for category in (own, foreign, None)]
    for position, tag in enumerate(tags[:2]):
        TicketTag.objects.create(ticket=ticket, tag=tag, position=position)
    shown = taas.get(f"/tickets/{ticket.uuid}").item["tags"]
    assert shown == [{"tagCategoryId": str(own.uuid), "text": "door"}, {"tagCategoryId": None, "text": "door"}]
    desks.delete_tag_category(own, by=acting(ada))
    put(taas, ticket, tags=shown)
    assert list(ticket.ticket_tags.order_by("position").values_list("tag_id", flat=True)) == [tags[0].pk, tags[1].pk]
    put(taas, ticket, tags=[])
    body = {"updates": {"tags": shown}, "user": ADA}
    assert taas.put(f"/tickets/{ticket.uuid}", body).status == 400  # a deleted category takes no new ones


def test_the_html_of_a_description_changes_with_it(taas: Taas, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.uuid}"
    body = {"updates": {"description_HTML": "<b>bold</b>"}, "user": ADA}
    assert taas.put(path, body, include="description_HTML").item["description_HTML"] == "<b>bold</b>"
    assert put(taas, ticket, description="plain")["description"] == "plain"
    assert taas.get(path, include="description_HTML").item["description_HTML"] == "<p>plain</p>"


@pytest.mark.parametrize(
    ("status", "now"), [("Resolved", "resolved"), ("open", "reopened"), ("Started", "in_progress")]
)
def test_a_status_among_the_updates(status: str, now: str, taas: Taas, ticket: Ticket, agnes: User) -> None:
    actions.change(ticket, by=acting(agnes), status="closed")
    put(taas, ticket, status=status, title="New")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.subject) == (now, "New")


def test_what_is_said_about_a_status_goes_with_it(taas: Taas, ticket: Ticket, agnes: User) -> None:
    tags = [{"tagCategoryId": None, "text": "door"}]
    said = {"status": "Resolved", "resolution": "fixed", "comment": "Reader swapped."}
    item = put(taas, ticket, **said, title="New", tags=tags, priority="Low")
    assert (item["status"], item["resolution"], item["lastResolutionComment"]) == (*said.values(),)
    assert (item["title"], item["tags"], item["priority"]) == ("New", tags, "Low")
    changed, moved = TicketEvent.objects.filter(ticket=ticket).exclude(kind="created").order_by("id")
    assert {change["field"] for change in changed.changes} == {"subject", "tags", "priority"}
    assert {change["field"] for change in moved.changes} == {"status", "resolution", "resolution_comment"}
    assert moved.comment is not None
    assert moved.comment.content == "Reader swapped."


def test_a_whole_ticket_sent_back_changes_nothing(taas: Taas, ticket: Ticket) -> None:
    item = put(taas, ticket, status="Resolved", resolution="fixed", comment="Reader swapped.")
    before = Ticket.objects.values().get(pk=ticket.pk)
    put(taas, ticket, **item)
    assert Ticket.objects.values().get(pk=ticket.pk) == before
    assert Comment.objects.count() == 1


def test_without_a_status_there_is_nothing_to_say(taas: Taas, ticket: Ticket) -> None:
    item = put(taas, ticket, title="New", resolution="fixed", comment="Reader swapped.")
    assert (item["title"], item["resolution"]) == ("New", None)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"updates": {"title": "x"}},
        {"user": ADA},
        {"updates": None, "user": ADA},
        {"updates": [], "user": ADA},
        {"updates": {"title": ""}, "user": ADA},
        {"updates": {"title": "x", "priority": "Highest"}, "user": ADA},
        {"updates": {"title": "x", "status": "Waiting"}, "user": ADA},
        {"updates": {"title": "x", "status": "Resolved", "resolution": "done"}, "user": ADA},
        {"updates": {"title": "x", "status": "Resolved", "comment": ["done"]}, "user": ADA},
        {"updates": {"title": "x", "requestor": None}, "user": ADA},
        {"updates": {"title": "x", "tags": None}, "user": ADA},
        {"updates": {"title": "x", "customFields": {"x": 1}}, "user": ADA},
        {"updates": {"title": "x", "expectedDate": "soon"}, "user": ADA},
        {"updates": {"title": "x"}, "user": {"id": "1", "name": "x"}},
    ],
)
def test_a_refused_change_changes_nothing(body: Any, taas: Taas, ticket: Ticket) -> None:
    before, people = Ticket.objects.values().get(pk=ticket.pk), User.objects.count()
    assert taas.put(f"/tickets/{ticket.uuid}", body).status == 400
    assert Ticket.objects.values().get(pk=ticket.pk) == before
    assert User.objects.count() == people
