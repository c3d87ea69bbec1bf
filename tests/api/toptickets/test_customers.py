"""Customers (contract toptickets §5.4)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.api.toptickets.caller import NOBODY, TopTickets
from tests.factories import TicketFactory, customer

WHOLE: dict[str, Any] = {
    "name": "Kim Roe", "email": "kim@acme.test", "company": "Acme", "department": "Sales", "title": "Buyer",
    "contact_number": "+49 30 1", "pronoun": "they", "customer_tier": "tier_2", "location_country": "Germany",
    "location_city": "Berlin", "location_state": "BE", "location_zip": "10115", "location_address": "Street 1",
    "region": "emea", "timezone": "Europe/Berlin", "account_value": "50000.00", "has_premium_support": True,
    "is_vip": True, "social_linkedin": "https://linkedin.com/in/kim", "social_website": "acme.test",
    "social_github": "https://github.com/kim", "notes": "Likes tea",
}  # fmt: skip
TAKEN = {"detail": "Customer with this email already exists"}


def test_a_whole_customer_comes_back_as_sent(ada: User) -> None:
    api = TopTickets(ada)
    answer = api.post("/customers", WHOLE)
    assert answer.status == 201
    made = User.objects.get(email="kim@acme.test")
    stamps = {name: answer.body[name] for name in ("created_at", "updated_at")}
    assert answer.body == {"id": str(made.uuid), **WHOLE, **stamps}
    assert (made.role, made.has_usable_password()) == ("customer", False)
    assert api.get(f"/customers/{made.uuid}").body == answer.body


def test_name_and_address_suffice(agnes: User) -> None:
    answer = TopTickets(agnes).post("/customers", {"name": "Kim", "email": "kim@acme.test"})
    empty = {name: value for name, value in answer.body.items() if name in WHOLE and name not in ("name", "email")}
    assert empty == {**dict.fromkeys(empty), "has_premium_support": False, "is_vip": False}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [(50000, "50000.00"), ("1200.5", "1200.50"), (0.1, "0.10"), ("-0", "0.00"), ("-5", "-5.00"), ("1e3", "1000.00"),
     (99999999999999.99, "99999999999999.98"), ("99999999999999.99", "99999999999999.99"), (None, None)],
)  # fmt: skip
def test_money_has_two_places(sent: Any, shown: str | None, ada: User) -> None:
    body = {"name": "Kim", "email": "kim@acme.test", "account_value": sent}
    answer = TopTickets(ada).post("/customers", body)
    if isinstance(sent, float) and sent > 1:  # as near as a float comes
        assert answer.status == 201
        return
    assert (answer.status, answer.body.get("account_value")) == (201, shown)


@pytest.mark.parametrize(
    ("change", "place", "kind"),
    [
        ({"name": ...}, "name", "value_error.missing"),
        ({"email": ...}, "email", "value_error.missing"),
        ({"name": None}, "name", "type_error.none.not_allowed"),
        ({"name": ""}, "name", "value_error.any_str.min_length"),
        ({"name": "x" * 201}, "name", "value_error.any_str.max_length"),
        ({"email": "x"}, "email", "value_error.email"),
        ({"email": "a@b.test\nBcc: x@y.test"}, "email", "value_error.email"),
        ({"email": "x" * 250 + "@a.test"}, "email", "value_error.any_str.max_length"),
        ({"customer_tier": "tier_5"}, "customer_tier", "type_error.enum"),
        ({"region": "mars"}, "region", "type_error.enum"),
        ({"account_value": "much"}, "account_value", "type_error.decimal"),
        ({"account_value": True}, "account_value", "type_error.decimal"),
        ({"account_value": "NaN"}, "account_value", "type_error.decimal"),
        ({"account_value": "Infinity"}, "account_value", "type_error.decimal"),
        ({"account_value": []}, "account_value", "type_error.decimal"),
        ({"account_value": "1.234"}, "account_value", "value_error.decimal.max_places"),
        ({"account_value": "1e-999999"}, "account_value", "value_error.decimal.max_places"),
        ({"account_value": "1e999999"}, "account_value", "value_error.decimal.max_digits"),
        ({"account_value": "123456789012345"}, "account_value", "value_error.decimal.max_digits"),
        ({"is_vip": None}, "is_vip", "type_error.none.not_allowed"),
        ({"is_vip": "maybe"}, "is_vip", "type_error.bool"),
        ({"company": {}}, "company", "type_error.str"),
        ({"location_zip": "x" * 21}, "location_zip", "value_error.any_str.max_length"),
        ({"notes": "\ud800"}, "", ""),
        ({"social_website": "javascript:alert(1)"}, "social_website", "value_error.url.scheme"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_saved(change: dict[str, Any], place: str, kind: str, ada: User) -> None:
    body = {name: value for name, value in {**WHOLE, **change}.items() if value is not ...}
    if not place:  # half of a surrogate pair is no JSON
        answer = TopTickets(ada).send("POST", "/customers", b'{"name": "a", "email": "a@b.test", "notes": "\\ud800"}')
        assert answer.status == 400
    else:
        answer = TopTickets(ada).post("/customers", body)
        found = {place: problem[0] for place, problem in answer.problems.items()}
        assert (answer.status, found) == (422, {("body", place): kind})
    assert not User.objects.filter(role="customer").exists()


def test_an_address_belongs_to_one(ada: User, rita: User, sam: User) -> None:
    api = TopTickets(ada)
    for taken in ("rita@example.test", "RITA@example.test", "ada@example.test"):
        answer = api.post("/customers", {"name": "x", "email": taken})
        assert (answer.status, answer.body) == (400, TAKEN)
    assert api.patch(f"/customers/{sam.uuid}", {"email": "rita@example.test"}).body == TAKEN
    assert api.patch(f"/customers/{rita.uuid}", {"email": "RITA@example.test"}).status == 200


def test_a_subset_changes_and_null_clears(ada: User) -> None:
    api = TopTickets(ada)
    made = api.post("/customers", WHOLE).body
    path = f"/customers/{made['id']}"
    changed = api.patch(path, {"company": "Other", "is_vip": False}).body
    assert changed == {**made, "company": "Other", "is_vip": False, "updated_at": changed["updated_at"]}
    clearable = {name: None for name in WHOLE if name not in ("name", "email", "is_vip", "has_premium_support")}
    cleared = api.patch(path, clearable).body
    assert {name: cleared[name] for name in clearable} == clearable
    assert api.get(path).body == cleared
    for name in ("name", "email"):
        assert api.patch(path, {name: None}).problems[("body", name)][0] == "type_error.none.not_allowed"
    assert api.get(path).body == cleared


def test_a_deleted_customer_disappears_but_stays_on_tickets(ada: User, rita: User) -> None:
    ticket = TicketFactory(requester=rita)
    api = TopTickets(ada)
    assert api.delete(f"/customers/{rita.uuid}").status == 204
    for method in ("GET", "PATCH", "DELETE"):
        answer = api.send(method, f"/customers/{rita.uuid}", b"{}")
        assert (answer.status, answer.body) == (404, {"detail": "Customer not found"})
    assert api.get("/customers").body == []
    assert api.get(f"/tickets/{ticket.uuid}").body["customer_id"] == str(rita.uuid)
    assert api.post("/customers", {"name": "Rita", "email": "rita@example.test"}).status == 201


def test_staff_are_no_customers(ada: User, agnes: User) -> None:
    api = TopTickets(ada)
    assert api.get(f"/customers/{agnes.uuid}").status == 404
    assert api.get(f"/customers/{NOBODY}").status == 404
    assert api.get("/customers").body == []
    assert api.get("/customers/x").problems == {
        ("path", "customer_id"): ("type_error.uuid", "value is not a valid uuid")
    }


def test_the_list_is_filtered_newest_first(ada: User) -> None:
    api = TopTickets(ada)
    api.post("/customers", {**WHOLE, "name": "Kim"})
    customer("Lee")
    customer("Max")
    names: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["Max", "Lee", "Kim"]),
        ({"limit": 1, "offset": 1}, ["Lee"]),
        ({"search": "acme"}, ["Kim"]),
        ({"search": "lee@"}, ["Lee"]),
        ({"email": "KIM@acme.test"}, ["Kim"]),
        ({"company": "acme"}, ["Kim"]),
        ({"customer_tier": "tier_2"}, ["Kim"]),
        ({"customer_tier": "tier_1,tier_2"}, ["Kim"]),
        ({"region": "apac"}, []),
        ({"is_vip": "true"}, ["Kim"]),
        ({"is_vip": "false"}, ["Max", "Lee"]),
        ({"has_premium_support": "1", "region": "emea"}, ["Kim"]),
    ]
    for query, expected in names:
        assert [one["name"] for one in api.get("/customers", **query).body] == expected, query
    bad = api.get("/customers", customer_tier="x", region="y", is_vip="z", has_premium_support="", limit=501)
    assert {place[1] for place in bad.problems} == {"customer_tier", "region", "is_vip", "has_premium_support", "limit"}
    with CaptureQueriesContext(connection) as queries:
        api.get("/customers")
    assert len(queries) == 2
