"""Importing files: what goes in, and that a second run goes on where one stopped."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError

from accounts.actor import Actor
from accounts.models import Door, Team
from tests.factories import TeamFactory
from tests.tickets.old_desk import HEADER, PLAIN, OldDesk, subjects
from tickets import tally
from tickets.filters import Filters
from tickets.importing import rows
from tickets.importing.mapping import FIELDS
from tickets.models import Comment, ImportedRow, Ticket, TicketEvent
from tickets.words import Priority, Status
from webhooks.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> OldDesk:
    return OldDesk(tmp_path, capsys)


def test_rows_become_tickets(desk: OldDesk) -> None:
    team = TeamFactory(name="Second line")
    desk.holds("title,body,urgency,mail,when,words\nNo sound,Since Monday.,1,SAM@example.test,2024-03-01T10:00,a;b\n")
    maps = [
        "subject=title", "description=body", "priority=urgency:0=urgent,1=high,2=medium,3=low",
        "requester_email=mail", "created_at=when", "tags=words",
    ]  # fmt: skip
    assert desk.takes(*(word for each in maps for word in ("--map", each)), "--team", "second line") == 0
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.description, ticket.priority) == ("No sound", "Since Monday.", Priority.HIGH)
    assert (ticket.status, ticket.team, ticket.tag_texts) == (Status.NEW, team, ["a", "b"])
    assert (ticket.requester.email, ticket.created_by, ticket.created_door) == ("SAM@example.test", None, Door.IMPORT)
    assert ticket.created_at == ticket.updated_at == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert TicketEvent.objects.get().ticket == ticket
    assert tally.total(Actor.system(), Filters()) == 1
    assert Ticket.objects.all().matching(Filters(words="sound monday")).get() == ticket


def test_json_lines_hold_lists_and_custom_values(desk: OldDesk) -> None:
    row = {"t": "No sound", "tags": ["a", "b"], "state": "Pending", "extra": {"os": "Debian"}, "n": 7}
    desk.holds(json.dumps(row) + "\n\n" + json.dumps({"t": "No picture"}) + "\n", "old.jsonl")
    maps = ["subject=t", "tags=tags", "status=state", "custom.machine=extra", "external_id=n"]
    assert desk.takes(*(word for each in maps for word in ("--map", each)), "--requester", "rita@example.test") == 0
    first, second = Ticket.objects.order_by("id")
    assert (first.tag_texts, first.status, first.custom) == (["a", "b"], Status.PENDING, {"machine": {"os": "Debian"}})
    assert (second.subject, second.tag_texts) == ("No picture", [])


def test_comments_and_notes_come_along(desk: OldDesk) -> None:
    desk.holds("title,said,thought\nNo sound,Try the cable.,He never does.\n")
    assert desk.takes("--map", "subject=title", "--map", "comment=said", "--map", "note=thought", *PLAIN[4:]) == 0
    assert list(Comment.objects.order_by("id").values_list("content", "is_internal")) == [
        ("Try the cable.", False),
        ("He never does.", True),
    ]


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("Short and clear.", "Short and clear."),
        ("one two " * 40, "one two one two one two one two one two one two one two one two one two one…"),
        ("x" * 300, "x" * 79 + "…"),
    ],
)
def test_without_a_subject_the_first_words_serve(desk: OldDesk, body: str, subject: str) -> None:
    assert desk.holds(f"{HEADER},{body}\n").takes() == 0
    assert subjects() == [subject]


def test_a_second_run_skips_what_it_has(desk: OldDesk) -> None:
    desk.holds(HEADER + "One,1\nTwo,2\n")
    assert desk.takes() == 0
    desk.holds(HEADER + "One,1\nTwo,2\nThree,3\n")
    assert desk.takes() == 0
    assert "Imported 1 tickets, skipped 2" in desk.said
    assert subjects() == ["One", "Two", "Three"]


def test_equal_rows_are_as_many_tickets(desk: OldDesk) -> None:
    desk.holds(HEADER + "One,1\nOne,1\n")
    assert (desk.takes(), desk.takes()) == (0, 0)
    assert subjects() == ["One", "One"]


def test_another_source_is_another_import(desk: OldDesk) -> None:
    desk.holds(HEADER + "One,1\n")
    desk.takes(*PLAIN, "--source", "a")
    desk.takes(*PLAIN, "--source", "b")
    assert subjects() == ["One", "One"]


def test_an_external_id_knows_a_row_whatever_else_changed(desk: OldDesk) -> None:
    mapped = ("--map", "subject=title", "--map", "external_id=id", *PLAIN[4:])
    desk.holds("id,title\n7,One\n8,Two\n").takes(*mapped)
    desk.holds("id,title\n9,Three\n7,One (edited)\n").takes(*mapped)
    assert subjects() == ["One", "Two", "Three"]


def test_mended_rows_go_in_the_next_time(desk: OldDesk) -> None:
    desk.holds(HEADER + "One,1\n,\nThree,3\n")
    assert desk.takes() == 3
    desk.holds(HEADER + "One,1\nTwo,2\nThree,3\n")
    assert desk.takes() == 0
    assert subjects() == ["One", "Three", "Two"]


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b""])
def test_utf8_with_and_without_a_mark(desk: OldDesk, start: bytes) -> None:
    assert desk.holds(start + "title;body\nÜberall Möwen;ø\n".encode()).takes() == 0
    assert subjects() == ["Überall Möwen"]


@pytest.mark.parametrize(
    ("notify", "told"), [((), []), (("--notify",), ["user.created", "ticket.created", "comment.created"])]
)
def test_nobody_is_told_unless_asked_to(desk: OldDesk, notify: tuple[str, ...], told: list[str]) -> None:
    mapped = ("--map", "subject=title", "--map", "comment=said", "--map", "requester_email=who")
    assert desk.holds("title,said,who\nOne,Hello,new@example.test\n").takes(*mapped, *notify) == 0
    assert list(Message.objects.order_by("id").values_list("event", flat=True)) == told


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_whole_tickets_and_goes_on(desk: OldDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies while the comment of row 73 is written: between two statements of one row."""
    TeamFactory(name="Desk")
    desk.holds("title,said\n" + "".join(f"Row {number},Hello\n" for number in range(120)))
    arguments = ("--map", "subject=title", "--map", "comment=said", *PLAIN[4:])
    reply, calls = rows.actions.reply, 0

    def dies(*args: Any, **values: Any) -> Comment:
        nonlocal calls
        calls += 1
        if calls == 73:
            raise KeyboardInterrupt
        return reply(*args, **values)

    monkeypatch.setattr(rows.actions, "reply", dies)
    with pytest.raises(CommandError, match="goes on from here") as stopped:
        desk.takes(*arguments)
    assert stopped.value.returncode == 130
    assert Ticket.objects.count() == Comment.objects.count() == ImportedRow.objects.count() == 50
    monkeypatch.setattr(rows.actions, "reply", reply)
    assert desk.takes(*arguments) == 0
    assert "Imported 70 tickets, skipped 50" in desk.said
    assert subjects() == [f"Row {number}" for number in range(120)]
    assert Comment.objects.count() == 120


def test_a_team_that_exists_is_used_not_made(desk: OldDesk) -> None:
    desk.holds(HEADER + "One,1\n")
    TeamFactory(name="Desk")
    assert desk.takes(*PLAIN, "--team", "DESK") == 0
    assert Team.objects.count() == 1


def test_every_field_is_explained() -> None:
    handbook = Path(settings.BASE_DIR, "docs", "importing.md").read_text(encoding="utf-8")
    assert [field for field in (*FIELDS, "custom.KEY") if f"`{field}`" not in handbook] == []
