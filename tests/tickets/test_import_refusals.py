"""Importing files: what is refused, what is said about it, and that the rest goes in."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.factories import TeamFactory
from tests.tickets.old_desk import HEADER, PLAIN, OldDesk, subjects
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> OldDesk:
    return OldDesk(tmp_path, capsys)


def test_refused_rows_are_told_and_the_rest_goes_in(desk: OldDesk) -> None:
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


def test_a_row_without_requester_is_refused(desk: OldDesk) -> None:
    assert desk.holds(HEADER + "One,1\n").takes(*PLAIN[:4]) == 3
    assert "--requester" in desk.refused[2]


def test_lines_are_counted_where_rows_begin(desk: OldDesk) -> None:
    desk.holds(HEADER + '"One","a\nb\nc"\n\n,\n')
    assert desk.takes() == 3
    assert list(desk.refused) == [6]


def test_rows_that_are_not_utf8_are_refused(desk: OldDesk) -> None:
    assert desk.holds(HEADER.encode() + "Möwen,1\n".encode("latin-1") + b"Gulls,2\n").takes() == 3
    assert desk.refused == {2: "The row is not UTF-8 text."}
    assert subjects() == ["Gulls"]


def test_formulas_are_text(desk: OldDesk) -> None:
    desk.holds('title,body,team\n"=HYPERLINK(""http://evil"")",b,\nA,b,=1+1\n')
    assert desk.takes(*PLAIN, "--map", "team=team") == 3
    assert subjects() == ['=HYPERLINK("http://evil")']
    assert not any(reason.startswith(("=", "+", "-", "@")) for reason in desk.refused.values())


def test_an_open_quotation_mark_does_not_swallow_the_rest_in_silence(desk: OldDesk) -> None:
    desk.holds(HEADER + 'One,1\nTwo,"2\nThree,3\n')
    assert desk.takes() == 3
    assert subjects() == ["One"]
    assert "never closed" in desk.refused[3]


@pytest.mark.parametrize(
    "line", ["{", "[1]", "7", '{"t": "\\ud800"}', '{"t": ' + "[" * 2000 + "]" * 2000 + "}", '{"t": {"a": 1}}', "\xff"]
)
def test_lines_that_are_no_objects_are_refused(desk: OldDesk, line: str) -> None:
    desk.holds(b'{"t": "One"}\n' + line.encode("latin-1") + b"\n", "old.jsonl")
    assert desk.takes("--map", "subject=t", *PLAIN[4:]) == 3
    assert list(desk.refused) == [2]
    assert subjects() == ["One"]


def test_a_file_that_breaks_off_keeps_what_went_before(desk: OldDesk, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_a_wrong_call_is_one_sentence(desk: OldDesk, arguments: list[str], sentence: str) -> None:
    desk.holds("title,body,twice,twice\nOne,1,2,3\n")
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("import_tickets", str(desk.path), *arguments)
    assert refused.value.returncode == 2
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\n", "titel,bödy\n".encode("utf-16"), b"\xff\xfetitle"])
def test_a_file_without_a_readable_header_is_refused(desk: OldDesk, content: bytes) -> None:
    desk.holds(content)
    with pytest.raises(CommandError):
        desk.takes()


def test_a_json_array_is_refused(desk: OldDesk) -> None:
    with pytest.raises(CommandError, match="one object a line"):
        desk.holds('[{"t": "One"}]', "old.json").takes("--map", "subject=t")


def test_files_that_cannot_be_opened_are_one_sentence(desk: OldDesk) -> None:
    with pytest.raises(CommandError, match="Cannot read"):
        desk.takes()
    desk.holds(HEADER)
    with pytest.raises(CommandError, match="Cannot write"):
        call_command("import_tickets", str(desk.path), *PLAIN, "--report", str(desk.folder))
    with pytest.raises(CommandError, match="overwrite"):
        call_command("import_tickets", str(desk.path), *PLAIN, "--report", str(desk.path))
