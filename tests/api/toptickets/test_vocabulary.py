"""Every status, priority and role has a word in this contract, and every word a meaning (§8)."""

from accounts.models import STAFF
from api.toptickets.vocabulary import PRIORITIES, PRIORITY, ROLE, ROLES, STATUS, STATUSES
from tickets.words import Priority, Status


def test_every_value_has_a_word_and_every_word_a_value() -> None:
    assert {STATUS.show(status) for status in Status} == set(STATUSES)
    assert [PRIORITY.show(priority) for priority in Priority] == PRIORITIES == ["low", "medium", "high", "urgent"]
    assert {ROLE.show((role, flag)) for role in STAFF for flag in (True, False)} == set(ROLES)
    for word in STATUSES:
        assert STATUS.show(STATUS.read(word)) == word
