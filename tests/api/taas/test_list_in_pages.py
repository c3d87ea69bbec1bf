"""GET /tickets: its orders, and going on by token or offset (contract taas §3.1)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team, User
from api.taas.vocabulary import SORTS, STATUS, STATUSES
from tests.api.taas.caller import Taas
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions
from tickets.models import Ticket
from tickets.words import STAGES, Status


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("status", "abcde"),
        ("ticketId", "abcde"),
        ("title", "abcde"),
        ("requestorName", "acebd"),
        ("requestorEmail", "acebd"),
        ("assigneeName", "adbce"),
        ("assigneeEmail", "adbce"),
        ("expectedDate", "cbade"),
        ("priority", "acedb"),
        ("createdDateTime", "abcde"),
        ("createdOn", "abcde"),
        ("lastInteraction", "bcdea"),
        ("lastUpdatedOn", "bcdea"),
    ],
)
def test_sorting_by_token_and_by_offset(order: str, expected: str, taas: Taas, five: list[Ticket], agnes: User) -> None:
    actions.reply(five[0], by=acting(agnes), content="Touched")
    missing = {"assigneeName": "bce", "assigneeEmail": "bce", "expectedDate": "de"}.get(order, "")
    downwards = expected.removesuffix(missing)[::-1] + missing[::-1]
    for direction, wanted in (("asc", expected), ("DESC", downwards)):
        assert taas.get("/tickets", orderBy=order, order=direction).titles == wanted
        by_offset = "".join(
            taas.get("/tickets", orderBy=order, order=direction, limit=1, offset=place).titles for place in range(6)
        )
        assert by_offset == wanted
        answer = taas.get("/tickets", orderBy=order, order=direction, limit=2)
        by_token = answer.titles
        while answer.token:
            answer = taas.get("/tickets", token=answer.token, limit=2)
            by_token += answer.titles
        assert by_token == wanted


def test_all_orders_of_the_contract_are_known() -> None:
    named = "status ticketId title requestorName requestorEmail assigneeName assigneeEmail expectedDate priority"
    assert {*named.split(), "createdDateTime", "lastInteraction"} <= set(SORTS)


def test_sorted_by_status_every_stage_has_the_place_of_its_word() -> None:
    assert sorted(Status, key=lambda status: (STAGES[status], status)) == sorted(
        Status, key=lambda status: (STATUSES.index(STATUS.show(status)), status)
    )
    words = {place: STATUS.show(status) for status, place in STAGES.items()}
    assert [words[STAGES[status]] for status in Status] == [STATUS.show(status) for status in Status]


def test_a_token_keeps_what_was_asked(taas: Taas, five: list[Ticket]) -> None:
    first = taas.get("/tickets", isResolved="false", orderBy="title", order="ASC", limit=1)
    assert (first.titles, first.body["itemCount"]) == ("a", 3)
    assert first.token is not None
    assert first.token.isascii()
    assert not set(first.token) & set(" \t\r\n")
    ignored = {"status": "Closed", "order": "DESC", "offset": 4, "limit": 5, "select": "title"}
    second = taas.get("/tickets", token=first.token, **ignored)
    assert second.items == [{"title": "b"}, {"title": "c"}]
    assert second.token is None
    assert second.body["itemCount"] == 3
    assert taas.get("/tickets", continuationToken=first.token, limit=1).titles == "b"


def test_pages_by_token_neither_repeat_nor_miss_what_comes_and_goes(
    taas: Taas, five: list[Ticket], desk: Team, agnes: User
) -> None:
    first = taas.get("/tickets", limit=2)
    TicketFactory(team=desk, subject="f")
    actions.delete_ticket(five[3], by=acting(agnes))
    assert taas.get("/tickets", token=first.token).titles == "cba"


def test_a_token_is_good_for_a_day_at_one_desk_for_one_list(taas: Taas, five: list[Ticket], agnes: User) -> None:
    token = taas.get("/tickets", limit=2).token
    assert token is not None
    other = Taas(TeamFactory())
    assert other.get("/tickets", token=token).status == 400
    assert taas.get(f"/tickets/{five[0].pk}/activities", token=token).status == 400
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[1:], "x", "a:b:c", "\xff", "." * 5000):
        answer = taas.get("/tickets", continuationToken=forged)
        assert (answer.status, "continuationToken" in answer.message) == (400, True)
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59)):
        assert taas.get("/tickets", token=token).status == 200
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert taas.get("/tickets", token=token).status == 400


def test_both_keys_of_a_desk_may_go_on_with_a_token(taas: Taas, desk: Team, five: list[Ticket]) -> None:
    token = taas.get("/tickets", limit=4).token
    assert Taas(desk, kind="secondary").get("/tickets", token=token).titles == "a"


def test_a_deep_page_reads_no_more_rows_than_the_first(taas: Taas, desk: Team, rita: User) -> None:
    for number in range(60):
        TicketFactory(team=desk, requester=rita, created_at=timezone.now() - timedelta(minutes=number))
    answer = taas.get("/tickets", limit=20)
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = taas.get("/tickets", token=answer.token, limit=20)
        rows = next(query["sql"] for query in queries if "sort_key" in query["sql"])
        assert "OFFSET" not in rows
        assert "LIMIT 21" in rows
    assert answer.token is None
