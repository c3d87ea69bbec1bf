"""GET /users (contract platform §3.7)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions
from accounts.models import User
from tests.api.platform.caller import Platform
from tests.factories import UserFactory, acting


def names(answer: object) -> list[str]:
    return [user["name"] for user in answer.data]  # type: ignore[attr-defined]


def test_staff_list_people_by_name(agnes: User, ada: User, rita: User, sam: User) -> None:
    answer = Platform(agnes).get("/users")
    assert names(answer) == ["Ada", "Agnes", "Rita", "Sam"]
    rita_shape = answer.data[2]
    assert rita_shape == {
        "id": str(rita.uuid), "number": rita.pk, "name": "Rita", "email": "rita@example.test", "role": "customer",
        "status": "active", "created_at": rita.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"), "last_login_at": None,
    }  # fmt: skip


def test_customers_may_not(rita: User) -> None:
    assert Platform(rita).get("/users").status == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"role": "agent"}, ["Agnes"]),
        ({"role": "admin,customer"}, ["Ada", "Rita", "Sam"]),
        ({"status": "inactive"}, ["Sam"]),
        ({"status": "active", "role": "customer"}, ["Rita"]),
        ({"q": "GNE"}, ["Agnes"]),
        ({"q": "rita@example"}, ["Rita"]),
        ({"q": "%"}, []),
        ({"q": "_ita"}, []),
    ],
)
def test_filters(query: dict[str, str], expected: list[str], agnes: User, ada: User, rita: User, sam: User) -> None:
    actions.change_user(sam, by=acting(ada), is_active=False)
    answer = Platform(agnes).get("/users", **query)
    assert names(answer) == expected
    assert answer.body["pagination"]["total"] == len(expected)


@pytest.mark.parametrize("query", [{"role": "boss"}, {"status": "gone"}, {"q": "\x00"}, {"page": "0"}])
def test_unreadable_parameters(query: dict[str, str], agnes: User) -> None:
    answer = Platform(agnes).get("/users", **query)
    assert (answer.status, answer.fields) == (400, set(query))


def test_the_list_costs_the_same_for_many(agnes: User) -> None:
    platform = Platform(agnes)
    counts = []
    for more in (1, 30):
        UserFactory.create_batch(more)
        with CaptureQueriesContext(connection) as queries:
            platform.get("/users", per_page=100)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
