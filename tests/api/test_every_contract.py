"""What holds behind all four doors alike: one ticket, one history, one set of rules, each in its own words."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.actions import change_organization, change_team
from accounts.actor import Actor
from accounts.models import Door, Team, User
from tests.api.contracts import CONTRACTS, Answer, Contract, Shown
from tests.factories import TeamFactory, TicketFactory, acting
from tickets import actions, tally
from tickets.filters import Filters
from tickets.models import Comment, Ticket, TicketEvent
from tickets.words import Priority, Status

DOORS = [contract.door for contract in CONTRACTS]  # the columns of the tables below
FIRST = dict(zip(DOORS, (Status.OPEN, Status.NEW, Status.OPEN, Status.OPEN), strict=True))
STATUS_WORDS = {
    Status.NEW: ("new", "new", "Open", "open"),
    Status.OPEN: ("open", "open", "Open", "open"),
    Status.IN_PROGRESS: ("in_progress", "open", "Started", "in_progress"),
    Status.PENDING: ("pending", "pending", "Started", "in_progress"),
    Status.REOPENED: ("reopened", "open", "Reopened", "open"),
    Status.RESOLVED: ("resolved", "resolved", "Resolved", "closed"),
    Status.CLOSED: ("closed", "closed", "Closed", "closed"),
}
PRIORITY_WORDS = {
    Priority.LOW: ("low", "low", "Low", "low"),
    Priority.MEDIUM: ("medium", "medium", "Medium", "medium"),
    Priority.HIGH: ("high", "high", "Important", "high"),
    Priority.URGENT: ("critical", "urgent", "Urgent", "urgent"),
}
DONE = {Status.RESOLVED, Status.CLOSED}
STAMPS = ("resolved_at", "closed_at", "first_resolved_at", "last_resolved_at")
EVERYBODY = Actor.system()

each_contract = pytest.mark.parametrize("contract", DOORS, indirect=True)
each_status = pytest.mark.parametrize("status", list(Status))


@pytest.fixture
def desk(db: None) -> Team:
    """The team whose tickets the key of taas sees."""
    team: Team = TeamFactory(name="Facilities")
    return team


@pytest.fixture
def contracts(agnes: User, rita: User, desk: Team) -> dict[Door, Contract]:
    return {kind.door: kind(agnes, rita, desk) for kind in CONTRACTS}


@pytest.fixture
def contract(request: pytest.FixtureRequest, contracts: dict[Door, Contract]) -> Contract:
    """The one that a test is about."""
    return contracts[request.param]


def word(table: Mapping[Any, tuple[str, ...]], value: Any, contract: Contract) -> str:
    """What the contract calls a status or priority."""
    return table[value][DOORS.index(contract.door)]


def status_words(contract: Contract) -> dict[str, None]:
    """All that the contract knows, each once."""
    return dict.fromkeys(word(STATUS_WORDS, status, contract) for status in STATUS_WORDS)


def opened(contract: Contract) -> Ticket:
    """The only ticket there is, as the contract opened it."""
    answer = contract.open_ticket()
    assert answer.status == 201, answer.body
    return Ticket.objects.get()


@each_contract
def test_opening_a_ticket_leaves_the_same_trace(contract: Contract, agnes: User, rita: User) -> None:
    ticket = opened(contract)
    first, has_key = FIRST[contract.door], contract.door != Door.PLATFORM
    assert (ticket.subject, ticket.description) == ("Printer on fire", "It smokes.")
    assert (ticket.status, ticket.priority, ticket.assignee) == (first, Priority.MEDIUM, None)
    assert ticket.requester == (agnes if contract.door == Door.SUPPORT else rita)
    assert (
        (ticket.created_by, ticket.created_door) == (ticket.updated_by, ticket.updated_door) == (agnes, contract.door)
    )
    assert (ticket.created_key is not None) == has_key
    event = TicketEvent.objects.get()
    assert (event.ticket, event.kind, event.changes, event.comment) == (ticket, "created", [], None)
    assert (event.actor, event.door, event.key) == (agnes, contract.door, ticket.created_key)
    assert tally.total(EVERYBODY, Filters()) == tally.total(EVERYBODY, Filters(statuses=frozenset({first}))) == 1
    assert not Comment.objects.exists()


@each_contract
def test_what_nobody_is_named_for_goes_by_the_rules_of_the_desk(
    contract: Contract, agnes: User, ada: User, desk: Team
) -> None:
    rules = [{"type": "title", "condition": "fire", "assignee": [agnes.email]}]
    change_team(desk, by=acting(ada), auto_assign=True, assignee_rules=rules)
    change_organization(by=acting(ada), default_team=desk)
    ticket = opened(contract)
    assert (ticket.assignee, ticket.team) == (agnes, desk if contract.door == Door.TAAS else None)


@each_contract
def test_a_ticket_opened_behind_one_door_is_shown_behind_all(
    contract: Contract, contracts: dict[Door, Contract], agnes: User, desk: Team
) -> None:
    assert contract.open_ticket(priority=word(PRIORITY_WORDS, Priority.URGENT, contract)).status == 201
    ticket = actions.change(Ticket.objects.get(), by=acting(agnes), team=desk)
    for other in contracts.values():
        status, priority = word(STATUS_WORDS, ticket.status, other), word(PRIORITY_WORDS, Priority.URGENT, other)
        assert other.shown(ticket) == Shown("Printer on fire", "It smokes.", status, priority)
        assert other.listed() == [other.shown(ticket)]


@pytest.mark.parametrize("contract", [door for door in DOORS if door != Door.SUPPORT], indirect=True)
def test_a_comment_is_one_line_of_history_and_the_first_response(
    contract: Contract, contracts: dict[Door, Contract], agnes: User, rita: User, desk: Team
) -> None:
    ticket = TicketFactory(requester=rita, team=desk)
    assert contract.comment(ticket, "Water is on its way.").status == 201
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_response_at is None) == ("open", False)
    assert (ticket.updated_by, ticket.updated_door) == (agnes, contract.door)
    comment = Comment.objects.get()
    assert (comment.author, comment.content, comment.is_internal) == (agnes, "Water is on its way.", False)
    event = TicketEvent.objects.exclude(kind="created").get()
    assert (event.kind, event.comment, event.actor, event.door) == ("commented", comment, agnes, contract.door)
    assert [change["field"] for change in event.changes] == ["status"]
    for other in contracts.values():
        assert "Water is on its way." in str(other.talk(ticket).body), other.door


@pytest.mark.parametrize(
    ("contract", "ask", "status"),
    [
        (Door.SUPPORT, lambda contract, ticket: contract.comment(ticket, "Water."), 404),
        (Door.TAAS, lambda contract, ticket: contract.delete(ticket), 405),
    ],
    ids=["support takes no comments", "taas deletes nothing"],
    indirect=["contract"],
)
def test_what_a_contract_cannot_do_leaves_no_trace(
    contract: Contract, ask: Callable[[Contract, Ticket], Answer], status: int, desk: Team
) -> None:
    answer = ask(contract, TicketFactory(team=desk))
    assert (answer.status, contract.speaks(answer)) == (status, True)
    assert (Ticket.objects.count(), TicketEvent.objects.count(), Comment.objects.count()) == (1, 1, 0)


@each_contract
@each_status
def test_every_status_has_a_word(contract: Contract, status: Status, desk: Team) -> None:
    ticket = TicketFactory(team=desk, status=status)
    assert contract.shown(ticket).status == word(STATUS_WORDS, status, contract)


@each_contract
@pytest.mark.parametrize("priority", list(Priority))
def test_every_priority_has_a_word_that_is_understood(contract: Contract, priority: Priority, desk: Team) -> None:
    spoken = word(PRIORITY_WORDS, priority, contract)
    assert contract.shown(TicketFactory(team=desk, priority=priority)).priority == spoken
    assert contract.open_ticket("Heard", priority=spoken).status == 201
    assert Ticket.objects.get(subject="Heard").priority == priority


@each_contract
def test_a_filter_selects_every_status_that_is_shown_so(contract: Contract, desk: Team) -> None:
    for status in Status:
        TicketFactory(team=desk, status=status, subject=status.value)
    for spoken in status_words(contract):
        expected = {status.value for status in Status if word(STATUS_WORDS, status, contract) == spoken}
        assert {ticket.subject for ticket in contract.listed(f"?status={spoken}")} == expected


def written(contract: Contract, spoken: str, now: Status) -> Status:
    """What writing a word makes of a status: literal on platform; elsewhere the echo and the reopen rule."""
    if contract.door != Door.PLATFORM and spoken == word(STATUS_WORDS, now, contract):
        return now
    meant = Status({"Started": "in_progress"}.get(spoken, spoken.lower()))
    if contract.door != Door.PLATFORM and meant == Status.OPEN and now in DONE:
        return Status.REOPENED
    return meant


@each_contract
@each_status
def test_what_each_word_makes_of_each_status(contract: Contract, status: Status, desk: Team) -> None:
    for spoken in status_words(contract):
        ticket = TicketFactory(team=desk, status=status)
        expected = written(contract, spoken, status)
        assert contract.set_status(ticket, spoken).status == 200
        ticket.refresh_from_db()
        assert (ticket.status, ticket.events.count()) == (expected, 1 + (expected != status)), spoken


@each_contract
@pytest.mark.parametrize("finish", ["resolved", "closed"])
def test_finishing_sets_the_stamps_and_reopening_clears_them(contract: Contract, finish: str, desk: Team) -> None:
    ticket = TicketFactory(team=desk, status="open")
    spoken = finish.title() if contract.door == Door.TAAS else finish  # support understands `resolved` too

    def stamps_after(said: str) -> dict[str, Any]:
        assert contract.set_status(ticket, said).status == 200
        return dict(Ticket.objects.values(*STAMPS).get())

    done = stamps_after(spoken)
    assert done["resolved_at"] == done["first_resolved_at"] == done["last_resolved_at"] is not None
    assert done["closed_at"] == (done["resolved_at"] if finish == "closed" else None)
    reopened = stamps_after(word(STATUS_WORDS, Status.OPEN, contract))
    assert reopened == {**done, "resolved_at": None, "closed_at": None}
    again = stamps_after(spoken)
    assert again["first_resolved_at"] == done["first_resolved_at"]
    assert again["last_resolved_at"] == again["resolved_at"] > done["last_resolved_at"]


@pytest.mark.parametrize("contract", [door for door in DOORS if door != Door.TAAS], indirect=True)
def test_what_is_deleted_behind_one_door_is_gone_behind_all(
    contract: Contract, contracts: dict[Door, Contract], agnes: User, desk: Team
) -> None:
    ticket = TicketFactory(team=desk)
    assert contract.delete(ticket).status == 204
    for other in contracts.values():
        for answer in (other.get(ticket), other.set_status(ticket, word(STATUS_WORDS, Status.CLOSED, other))):
            assert (answer.status, other.speaks(answer)) == (404, True)
        assert other.listed() == []
    assert contract.delete(ticket).status == 404
    assert tally.total(EVERYBODY, Filters()) == 0
    event = TicketEvent.objects.exclude(kind="created").get()
    assert (event.kind, event.actor, event.door) == ("deleted", agnes, contract.door)


REFUSED: dict[str, tuple[Callable[[Contract], Answer], tuple[int, ...]]] = {
    "no body": (lambda contract: contract.send("POST", "/tickets", {}), (422, 422, 400, 400)),
    "no subject": (lambda contract: contract.open_ticket(None), (422, 422, 400, 400)),
    "a blank subject": (lambda contract: contract.open_ticket("  "), (422, 422, 400, 400)),
    "too long a subject": (lambda contract: contract.open_ticket("x" * 501), (422, 422, 400, 400)),
    "an unknown priority": (lambda contract: contract.open_ticket(priority="highest"), (400, 422, 400, 400)),
    "no JSON": (lambda contract: contract.api.send("POST", "/tickets", b"{"), (400, 400, 400, 400)),
    "no credential": (lambda contract: contract.unsigned.send("POST", "/tickets", b"{}"), (401, 401, 401, 401)),
    "an unknown path": (lambda contract: contract.api.get("/nowhere"), (404, 404, 404, 404)),
    "an unknown method": (lambda contract: contract.api.send("DELETE", "/tickets", b""), (405, 405, 405, 405)),
}


@each_contract
@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_is_in_the_voice_of_the_door_and_saves_nothing(contract: Contract, what: str) -> None:
    ask, statuses = REFUSED[what]
    answer = ask(contract)
    assert answer.status == statuses[DOORS.index(contract.door)], answer.body
    assert contract.speaks(answer), answer.body
    assert not Ticket.objects.exists()
    assert not TicketEvent.objects.exists()


@each_contract
def test_an_unknown_status_is_refused_and_the_ticket_stays(contract: Contract, desk: Team) -> None:
    answer = contract.set_status(TicketFactory(team=desk, status="pending"), "waiting")
    expected = 422 if contract.door == Door.TOPTICKETS else 400
    assert (answer.status, contract.speaks(answer)) == (expected, True)
    assert (Ticket.objects.get().status, TicketEvent.objects.count()) == ("pending", 1)


@each_contract
@pytest.mark.usefixtures("_standing_clock")
def test_every_answer_says_what_is_left_until_none_is(contract: Contract, settings: Settings) -> None:
    settings.RATELIMIT_SCALE = 0.01
    limit = dict(zip(DOORS, (1, 2, 1, 3), strict=True))[contract.door]  # a hundredth of what the contract grants
    answers = [contract.api.get("/tickets") for _ in range(limit)]
    assert [answer.status for answer in answers] == [200] * limit
    assert [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers] == list(reversed(range(limit)))
    refused = contract.api.get("/tickets")
    assert (refused.status, contract.speaks(refused)) == (429, True)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    for answer in (*answers, refused):
        assert answer.headers["X-RateLimit-Limit"] == str(limit)
        assert int(answer.headers["X-RateLimit-Reset"]) > 0
