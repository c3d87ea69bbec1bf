"""Activities of a ticket (contract taas §3.5, §4.3)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.models import Team, User
from tests.api.taas.caller import ADA, KIM, Taas
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.models import Category, Comment, CustomField, Ticket


@pytest.fixture
def ticket(desk: Team, rita: User) -> Ticket:
    made: Ticket = TicketFactory(requester=rita, team=desk, status="in_progress")
    return made


def test_a_status_change_with_a_comment_is_one_activity(taas: Taas, ticket: Ticket) -> None:
    body = {"status": "Resolved", "resolution": "fixed", "comment": "Reader swapped.", "user": ADA}
    taas.put(f"/tickets/{ticket.uuid}/status", body)
    (activity,) = taas.get(f"/tickets/{ticket.uuid}/activities").items
    assert activity.pop("id")
    assert activity.pop("createdDateTime").endswith("Z")
    assert activity == {
        "ticketId": str(ticket.uuid), "comment": "Reader swapped.", "isPrivate": False, "createdBy": ADA,
        "attachments": [], "changes": [{"name": "status", "oldValue": "Started", "newValue": "Resolved"}],
    }  # fmt: skip


@pytest.mark.parametrize("path", ["activities", "comments"])
def test_the_example_of_the_source(path: str, taas: Taas, ticket: Ticket) -> None:
    user = {"id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Jason Doe", "email": "jason.doe@wwwwww.com"}
    answer = taas.post(f"/tickets/{ticket.uuid}/{path}", {"comment": "comment from API", "user": user})
    assert answer.status == 201
    item = answer.item
    assert (item["comment"], item["user"], item["attachments"]) == ("comment from API", user, [])
    assert (item["ticketId"], item["ticketNo"], item["id"]) == (str(ticket.uuid), ticket.pk, item["activityId"])
    (activity,) = taas.get(f"/tickets/{ticket.pk}/{path}").items
    assert (activity["id"], activity["comment"], activity["createdBy"]) == (item["id"], "comment from API", user)


def test_newest_first_and_private_ones_too(taas: Taas, desk: Team, ticket: Ticket) -> None:
    taas.post(f"/tickets/{ticket.uuid}/activities", {"comment": "first", "user": KIM})
    taas.post(f"/tickets/{ticket.uuid}/activities", {"comment": "second", "isPrivate": True, "user": ADA})
    for program in (taas, Taas(desk, kind="secondary")):
        shown = program.get(f"/tickets/{ticket.uuid}/activities").items
        assert [(item["comment"], item["isPrivate"]) for item in shown] == [("second", True), ("first", False)]
    assert Comment.objects.get(content="second").is_internal


def test_a_private_note_answers_nobody_and_a_comment_by_another_does(taas: Taas, ticket: Ticket, rita: User) -> None:
    path = f"/tickets/{ticket.uuid}"
    asker = {"id": "r", "name": "Rita", "email": rita.email}
    for user, private in ((ADA, True), (asker, False)):
        taas.post(f"{path}/activities", {"comment": "x", "isPrivate": private, "user": user})
    assert taas.get(path).item["firstResponseOn"] is None
    said = taas.post(f"{path}/activities", {"comment": "x", "user": KIM}).item
    assert taas.get(path).item["firstResponseOn"] == said["createdDateTime"]


def test_the_requesters_comment_reopens(taas: Taas, desk: Team, rita: User) -> None:
    ticket = TicketFactory(requester=rita, team=desk, status="resolved")
    user = {"id": "r", "name": "Rita", "email": rita.email}
    taas.post(f"/tickets/{ticket.uuid}/activities", {"comment": "Still broken", "user": user})
    assert taas.get(f"/tickets/{ticket.uuid}").item["status"] == "Reopened"


def test_html_is_kept_as_words_and_shown_clean(taas: Taas, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.uuid}/activities"
    body = {"comment_HTML": "<p>Hi <i>you</i><script>x</script></p>", "user": ADA}
    item = taas.post(path, body, include="comment_HTML").item
    assert (item["comment"], item["comment_HTML"]) == ("Hi you", "<p>Hi <i>you</i></p>")
    assert taas.get(path, include="comment_HTML").items[0]["comment_HTML"] == "<p>Hi <i>you</i></p>"
    assert "comment_HTML" not in taas.get(path).items[0]


def test_changes_in_the_contracts_words(taas: Taas, desk: Team, ticket: Ticket, agnes: User, rita: User) -> None:
    who = CustomField.objects.create(team=desk, title="Who", key="who", kind="people")
    updates = {
        "title": "New", "priority": "Urgent", "assignee": {"id": "a-1", "name": "Agnes", "email": agnes.email},
        "requestor": KIM, "expectedDate": "2026-04-03", "tags": [{"tagCategoryId": None, "text": "x"}],
        "customFields": {str(who.uuid): [KIM]},
    }  # fmt: skip
    taas.put(f"/tickets/{ticket.uuid}", {"updates": updates, "user": ADA})
    (activity,) = taas.get(f"/tickets/{ticket.uuid}/activities").items
    changes = {change["name"]: (change["oldValue"], change["newValue"]) for change in activity["changes"]}
    assert changes == {
        "title": (ticket.subject, "New"),
        "priority": ("Medium", "Urgent"),
        "assignee": (None, {"id": "a-1", "name": "Agnes", "email": agnes.email}),
        "requestor": ({"id": str(rita.uuid), "name": "Rita", "email": rita.email}, KIM),
        "expectedDate": (None, "2026-04-03T00:00:00.000Z"),
        "tags": ([], ["x"]),
        f"customFields.{who.uuid}": (None, [KIM]),
    }
    assert (activity["comment"], activity["createdBy"]) == (None, ADA)


def test_what_taas_has_no_words_for_is_no_activity(taas: Taas, ticket: Ticket, agnes: User) -> None:
    by = acting(agnes)
    actions.change(ticket, by=by, category=Category.objects.first())
    actions.change(ticket, by=by, custom={"free": 1})
    actions.change(ticket, by=by, status="pending")
    assert taas.get(f"/tickets/{ticket.uuid}/activities").items == []
    actions.change(ticket, by=Actor.system(), status="closed")
    (activity,) = taas.get(f"/tickets/{ticket.uuid}/activities").items
    assert activity["createdBy"] == {"id": "system", "name": "System", "email": ""}


def test_answers_to_another_desks_questions_and_to_those_gone_are_no_activity(
    taas: Taas, desk: Team, ticket: Ticket
) -> None:
    """Neither what another desk asked nor our own numbers of people get out with a ticket that moved."""
    asked = [
        CustomField.objects.create(team=desk, title=title, key=title, kind=kind)
        for title, kind in (("salary", "text"), ("approver", "people"))
    ]
    answers = {str(asked[0].uuid): "92,000", str(asked[1].uuid): [KIM]}
    taas.put(f"/tickets/{ticket.uuid}", {"updates": {"customFields": answers, "title": "Raise"}, "user": ADA})
    CustomField.objects.filter(pk=asked[1].pk).update(deleted_at=ticket.created_at)
    (activity,) = taas.get(f"/tickets/{ticket.uuid}/activities").items
    assert {change["name"] for change in activity["changes"]} == {"title", f"customFields.{asked[0].uuid}"}
    other = TeamFactory()
    actions.change(ticket, by=Actor.system(), team=other)
    (activity,) = Taas(other).get(f"/tickets/{ticket.uuid}/activities").items
    assert [change["name"] for change in activity["changes"]] == ["title"]


def test_pages(taas: Taas, ticket: Ticket, agnes: User) -> None:
    path = f"/tickets/{ticket.uuid}/activities"
    for number in range(7):
        actions.reply(ticket, by=acting(agnes), content=str(number))
        actions.change(ticket, by=acting(agnes), category=None if number % 2 else Category.objects.first())
    assert "".join(item["comment"] for item in taas.get(path).items) == "6543210"
    answer = taas.get(path, limit=3)
    said = "".join(item["comment"] for item in answer.items)
    while answer.token:
        answer = taas.get(path, token=answer.token, limit=3)
        said += "".join(item["comment"] for item in answer.items)
    assert said == "6543210"
    for wrong in ({"limit": 0}, {"limit": "x"}, {"continuationToken": "x"}):
        assert taas.get(path, **wrong).status == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"user": ADA},
        {"comment": "x"},
        {"comment": "  \n", "user": ADA},
        {"comment": "", "comment_HTML": "<p> </p>", "user": ADA},
        {"comment": None, "user": ADA},
        {"comment": 5, "user": ADA},
        {"comment": "a\x00", "user": ADA},
        {"comment": "x" * 100_001, "user": ADA},
        {"comment": "x", "isPrivate": "true", "user": ADA},
        {"comment": "x", "user": {"id": "1"}},
    ],
)
def test_a_refused_comment_leaves_nothing(body: Any, taas: Taas, ticket: Ticket) -> None:
    assert taas.post(f"/tickets/{ticket.uuid}/activities", body).status == 400
    assert not Comment.objects.exists()
    assert not User.objects.filter(email=ADA["email"]).exists()


def test_activities_cost_the_same_queries_however_many(taas: Taas, desk: Team, ticket: Ticket, agnes: User) -> None:
    who = CustomField.objects.create(team=desk, title="Who", key="who", kind="people")
    path = f"/tickets/{ticket.uuid}/activities"
    taas.get(path)
    counts = []
    for times in (1, 10):
        for number in range(times):
            user = {"id": f"{times}-{number}", "name": "U", "email": f"u{times}-{number}@acme.test"}
            link = {"src": "https://acme.test/x", "caption": "x"}
            taas.post(f"/tickets/{ticket.uuid}/attachments", {"attachments": [link], "comment": "x", "user": user})
            taas.put(f"/tickets/{ticket.uuid}", {"updates": {"customFields": {str(who.uuid): [user]}}, "user": user})
        with CaptureQueriesContext(connection) as queries:
            assert len(taas.get(path).items) >= 2 * times
        counts.append(len(queries))
    assert counts == [6, 6], [query["sql"] for query in queries]  # key, ticket, lines, people, files, definitions


def test_activities_of_another_desk_are_not_there(taas: Taas) -> None:
    other = TicketFactory(team=TeamFactory())
    actions.reply(other, by=Actor.system(), content="Secret")
    assert taas.get(f"/tickets/{other.uuid}/activities").status == 404
    event = other.events.get(kind="commented")
    assert taas.get(f"/tickets/activity/{event.uuid}/attachments").status == 404
