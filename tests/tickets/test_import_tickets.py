"""Importing files: what goes in, what is refused and said about it, and that a second run goes on where one stopped."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.actor import Actor
from accounts.models import Door, Team, User
from tests.factories import TeamFactory
from tickets import tally
from tickets.events import ticket_event
from tickets.filters import Filters
from tickets.importing import rows
from tickets.models import Comment, ImportedRow, Ticket, TicketEvent
from tickets.words import Priority, Status

pytestmark = pytest.mark.django_db

PLAIN = ("--map", "subject=title", "--map", "description=body", "--requester", "rita@example.test")
HEADER = "title,body\n"


class Desk:
    """Writes files, imports them, reads the report."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.path = folder / "old desk.csv"
        self.report = folder / "report.csv"
        self.said = ""

    def holds(self, content: str | bytes, name: str = "old desk.csv") -> "Desk":
        self.path = self.folder / name
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def takes(self, *arguments: str) -> int:
        """The exit code."""
        try:
            call_command("import_tickets", str(self.path), "--report", str(self.report), *(arguments or PLAIN))
            code = 0
        except SystemExit as left:
            code = int(str(left.code))
        self.said = self.capsys.readouterr().out
        return code

    @property
    def refused(self) -> dict[int, str]:
        with self.report.open(newline="") as file:
            return {int(row["line"]): row["reason"] for row in csv.DictReader(file)}


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def subjects() -> list[str]:
    return list(Ticket.objects.order_by("id").values_list("subject", flat=True))


def test_rows_become_tickets(desk: Desk) -> None:
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


def test_json_lines_hold_lists_and_custom_values(desk: Desk) -> None:
    row = {"t": "No sound", "tags": ["a", "b"], "state": "Pending", "extra": {"os": "Debian"}, "n": 7}
    desk.holds(json.dumps(row) + "\n\n" + json.dumps({"t": "No picture"}) + "\n", "old.jsonl")
    maps = ["subject=t", "tags=tags", "status=state", "custom.machine=extra", "external_id=n"]
    assert desk.takes(*(word for each in maps for word in ("--map", each)), "--requester", "rita@example.test") == 0
    first, second = Ticket.objects.order_by("id")
    assert (first.tag_texts, first.status, first.custom) == (["a", "b"], Status.PENDING, {"machine": {"os": "Debian"}})
    assert (second.subject, second.tag_texts) == ("No picture", [])


def test_comments_and_notes_come_along(desk: Desk) -> None:
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
def test_without_a_subject_the_first_words_serve(desk: Desk, body: str, subject: str) -> None:
    assert desk.holds(f"{HEADER},{body}\n").takes() == 0
    assert subjects() == [subject]


def test_a_second_run_skips_what_it_has(desk: Desk) -> None:
    desk.holds(HEADER + "One,1\nTwo,2\n")
    assert desk.takes() == 0
    desk.holds(HEADER + "One,1\nTwo,2\nThree,3\n")
    assert desk.takes() == 0
    assert "Imported 1 tickets, skipped 2" in desk.said
    assert subjects() == ["One", "Two", "Three"]


def test_equal_rows_are_as_many_tickets(desk: Desk) -> None:
    desk.holds(HEADER + "One,1\nOne,1\n")
    assert (desk.takes(), desk.takes()) == (0, 0)
    assert subjects() == ["One", "One"]


def test_another_source_is_another_import(desk: Desk) -> None:
    desk.holds(HEADER + "One,1\n")
    desk.takes(*PLAIN, "--source", "a")
    desk.takes(*PLAIN, "--source", "b")
    assert subjects() == ["One", "One"]


def test_an_external_id_knows_a_row_whatever_else_changed(desk: Desk) -> None:
    mapped = ("--map", "subject=title", "--map", "external_id=id", *PLAIN[4:])
    desk.holds("id,title\n7,One\n8,Two\n").takes(*mapped)
    desk.holds("id,title\n9,Three\n7,One (edited)\n").takes(*mapped)
    assert subjects() == ["One", "Two", "Three"]


def test_refused_rows_are_told_and_the_rest_goes_in(desk: Desk) -> None:
    TeamFactory(name="Desk")
    header = "title,body,prio,mail,team,when\n"
    bad = {
        3: ("A,b,sometimes,,,", "There is no priority 'sometimes'"),
        4: ("A,b,low,nobody,,", "valid e-mail"),
        5: ("A,b,low,,Elsewhere,", "no team called 'Elsewhere'"),
        6: ("A,b,low,,,yesterday", "ISO 8601"),
        7: ("A,b,low,,,2999-01-01", "created_at must lie between"),
        8: ("A,b", "2 fields instead of 6"),
        9: ("A,b,low,,,,,", "8 fields instead of 6"),
        10: (",,low,,,", "both empty"),
        11: ("A" * 501 + ",b,low,,,", "at most 500"),
        12: ("A," + "b" * 100_001 + ",low,,,", "at most 100000"),
        13: ("A\0,b,low,,,", "cannot be stored"),
        14: ("A,b,low,a\0@example.test,,", "cannot be stored"),
        15: ("A,b,low,,De\0sk,", "no team called"),
    }
    desk.holds(header + "First,1,low,,Desk,\n" + "".join(f"{row}\n" for row, _ in bad.values()) + "Last,2,,,,\n")
    maps = [
        "subject=title",
        "description=body",
        "priority=prio",
        "requester_email=mail",
        "team=team",
        "created_at=when",
    ]
    assert desk.takes(*(word for each in maps for word in ("--map", each)), *PLAIN[4:]) == 3
    assert subjects() == ["First", "Last"]
    assert desk.refused.keys() == bad.keys()
    for line, (_, reason) in bad.items():
        assert reason in desk.refused[line]
    assert User.objects.get().email == "rita@example.test"


def test_a_row_without_requester_is_refused(desk: Desk) -> None:
    assert desk.holds(HEADER + "One,1\n").takes(*PLAIN[:4]) == 3
    assert "--requester" in desk.refused[2]


def test_mended_rows_go_in_the_next_time(desk: Desk) -> None:
    desk.holds(HEADER + "One,1\n,\nThree,3\n")
    assert desk.takes() == 3
    desk.holds(HEADER + "One,1\nTwo,2\nThree,3\n")
    assert desk.takes() == 0
    assert subjects() == ["One", "Three", "Two"]


def test_lines_are_counted_where_rows_begin(desk: Desk) -> None:
    desk.holds(HEADER + '"One","a\nb\nc"\n\n,\n')
    assert desk.takes() == 3
    assert list(desk.refused) == [6]


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b""])
def test_utf8_with_and_without_a_mark(desk: Desk, start: bytes) -> None:
    assert desk.holds(start + "title;body\nÜberall Möwen;ø\n".encode()).takes() == 0
    assert subjects() == ["Überall Möwen"]


def test_rows_that_are_not_utf8_are_refused(desk: Desk) -> None:
    assert desk.holds(HEADER.encode() + "Möwen,1\n".encode("latin-1") + b"Gulls,2\n").takes() == 3
    assert desk.refused == {2: "The row is not UTF-8 text."}
    assert subjects() == ["Gulls"]


def test_formulas_are_text(desk: Desk) -> None:
    desk.holds('title,body,team\n"=HYPERLINK(""http://evil"")",b,\nA,b,=1+1\n')
    assert desk.takes(*PLAIN, "--map", "team=team") == 3
    assert subjects() == ['=HYPERLINK("http://evil")']
    assert not any(reason.startswith(("=", "+", "-", "@")) for reason in desk.refused.values())


def test_an_open_quotation_mark_does_not_swallow_the_rest_in_silence(desk: Desk) -> None:
    desk.holds(HEADER + 'One,1\nTwo,"2\nThree,3\n')
    assert desk.takes() == 3
    assert subjects() == ["One"]
    assert "never closed" in desk.refused[3]


@pytest.mark.parametrize(
    "line", ["{", "[1]", "7", '{"t": "\\ud800"}', '{"t": ' + "[" * 2000 + "]" * 2000 + "}", '{"t": {"a": 1}}', "\xff"]
)
def test_lines_that_are_no_objects_are_refused(desk: Desk, line: str) -> None:
    desk.holds(b'{"t": "One"}\n' + line.encode("latin-1") + b"\n", "old.jsonl")
    assert desk.takes("--map", "subject=t", *PLAIN[4:]) == 3
    assert list(desk.refused) == [2]
    assert subjects() == ["One"]


def test_a_file_that_breaks_off_keeps_what_went_before(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.importing.reading.LONGEST_LINE", 100)
    desk.holds(HEADER + "One,1\n" + "Two," + "2" * 200 + "\n")
    with pytest.raises(CommandError, match="Line 3 is longer"):
        desk.takes()
    assert subjects() == ["One"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--map", "subject=nothing"], "no column 'nothing'"),
        (["--map", "colour=title"], "no field 'colour'"),
        (["--map", "subject"], "is not FIELD=COLUMN"),
        (["--map", "subject=title:a"], "is not from=to"),
        (["--map", "subject=title", "--map", "subject=body"], "names subject twice"),
        (["--map", "status=title"], "--map must say"),
        ([], "--map must say"),
        (["--map", "subject=twice"], "more than one column"),
        (["--map", "subject=title", "--team", "Nowhere"], "no team called"),
        (["--map", "subject=title", "--requester", "nobody"], "valid e-mail"),
    ],
)
def test_a_wrong_call_is_one_sentence(desk: Desk, arguments: list[str], sentence: str) -> None:
    desk.holds("title,body,twice,twice\nOne,1,2,3\n")
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("import_tickets", str(desk.path), *arguments)
    assert refused.value.returncode == 2
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\n", "titel,bödy\n".encode("utf-16"), b"\xff\xfetitle"])
def test_a_file_without_a_readable_header_is_refused(desk: Desk, content: bytes) -> None:
    desk.holds(content)
    with pytest.raises(CommandError):
        desk.takes()


def test_a_json_array_is_refused(desk: Desk) -> None:
    with pytest.raises(CommandError, match="one object a line"):
        desk.holds('[{"t": "One"}]', "old.json").takes("--map", "subject=t")


def test_files_that_cannot_be_opened_are_one_sentence(desk: Desk) -> None:
    with pytest.raises(CommandError, match="Cannot read"):
        desk.takes()
    desk.holds(HEADER)
    with pytest.raises(CommandError, match="Cannot write"):
        call_command("import_tickets", str(desk.path), *PLAIN, "--report", str(desk.folder))
    with pytest.raises(CommandError, match="overwrite"):
        call_command("import_tickets", str(desk.path), *PLAIN, "--report", str(desk.path))


@pytest.mark.parametrize(("notify", "silent"), [((), True), (("--notify",), False)])
def test_nobody_is_told_unless_asked_to(desk: Desk, notify: tuple[str, ...], silent: bool) -> None:
    heard: list[bool] = []

    def listen(**told: Any) -> None:
        heard.append(told["silent"])

    ticket_event.connect(listen)
    try:
        desk.holds("title,said\nOne,Hello\n").takes(
            "--map", "subject=title", "--map", "comment=said", *PLAIN[4:], *notify
        )
    finally:
        ticket_event.disconnect(listen)
    assert heard == [silent, silent]


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_whole_tickets_and_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_team_that_exists_is_used_not_made(desk: Desk) -> None:
    desk.holds(HEADER + "One,1\n")
    TeamFactory(name="Desk")
    assert desk.takes(*PLAIN, "--team", "DESK") == 0
    assert Team.objects.count() == 1
