"""Custom fields of the seven kinds (contract taas §4.5) and the requests of the source's own examples."""

from typing import Any
from uuid import UUID

import pytest

from accounts.models import Role, Team, User
from tests.api.taas.caller import ADA, KIM, Taas
from tests.factories import TeamFactory
from tickets.models import CustomField, CustomOption, TagCategory, Ticket

# The ids of the source's second example.
PEOPLE, SEVERAL, AREA = (
    "146db0c4-de24-4818-a131-a27161bb7ad0",
    "fef751d6-067d-431b-8a6d-667056eff6ee",
    "4aad4ef9-3242-4bb6-87f7-29428567429f",
)
TEXT, TOGGLE, SINGLE, DATE = (
    "7670050a-cf1a-4d3d-8179-5eba888dea5f",
    "862bd88d-f691-4a7b-a89a-f6f48550fc27",
    "5b9f56bc-ec6a-45a3-b7ce-c25e1d8cfd69",
    "7ee98e41-c4d0-4d4c-beb9-2b7f8f8c35c8",
)
FIRST, SECOND, ONLY = (
    "70d42d78-899a-4d5e-8cf0-79a0e4a6b0b1",
    "fe68df23-432e-4c0f-9841-a018b7f46d0b",
    "f72541a9-c964-4c81-bc1a-4f1f2d948416",
)
CATEGORY = "2283653a-8d36-40eb-9a68-73eb3b331811"
ALLAN = {"id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Allan Deyoung", "email": "AllanD@xxxxxxxx.com"}
JASON = {**ALLAN, "name": "Jason Doe", "email": "john.doe@teamswork.app"}
ALEX = {"id": "708edddc-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Alex Wilber", "email": "AlexW@xxxxxxxx.com"}
VALUES: dict[str, Any] = {
    PEOPLE: [ALLAN],
    SEVERAL: [FIRST, SECOND],
    AREA: "long text area\nbla bla bla",
    TEXT: "text in custom field",
    TOGGLE: True,
    SINGLE: [ONLY],
    DATE: "2023-07-26T17:00:00Z",
}


@pytest.fixture(autouse=True)
def fields(desk: Team) -> dict[str, CustomField]:
    kinds = {PEOPLE: "people", SEVERAL: "list", AREA: "textarea", TEXT: "text", TOGGLE: "toggle", SINGLE: "list",
             DATE: "date"}  # fmt: skip
    made = {
        uuid: CustomField.objects.create(
            uuid=UUID(uuid), team=desk, title=f"{kind} {place}", key=f"{kind}{place}", kind=kind,
            is_multiple=uuid == SEVERAL,
        )
        for place, (uuid, kind) in enumerate(kinds.items())
    }  # fmt: skip
    for uuid, field in ((FIRST, SEVERAL), (SECOND, SEVERAL), (ONLY, SINGLE)):
        CustomOption.objects.create(uuid=UUID(uuid), field=made[field], text=uuid[:4])
    TagCategory.objects.create(uuid=UUID(CATEGORY), team=desk, text="Area", color="#0b6")
    return made


def test_the_first_example_of_the_source(taas: Taas) -> None:
    user = {**JASON, "email": "jason.doe@teamswork.app"}
    answer = taas.post("/tickets", {"ticket": {"title": "My first ticket", "requestor": JASON}, "user": user})
    assert (answer.status, answer.item["title"], answer.item["requestor"]) == (201, "My first ticket", JASON)
    assert answer.item["createdBy"] == JASON  # one id is one person


def test_the_second_example_of_the_source(taas: Taas) -> None:
    tags = [{"tagCategoryId": CATEGORY, "text": "sdsad"}, {"tagCategoryId": CATEGORY, "text": "my tag"}]
    body = {
        "ticket": {
            "title": "My first ticket", "requestor": JASON, "customFields": VALUES,
            "description": "ticket descriptionline 1line 2", "priority": "Urgent", "assignee": ALEX,
            "expectedDate": "2023-07-26T17:00:00Z", "tags": tags,
        },
        "user": {**JASON, "email": "jason.doe@xxxxxxxx.com"},
    }  # fmt: skip
    item = taas.post("/tickets", body).item
    assert item["customFields"] == {**VALUES, PEOPLE: [JASON]}
    assert (item["assignee"], item["priority"], item["tags"]) == (ALEX, "Urgent", tags)
    assert item["expectedDate"] == "2023-07-26T17:00:00.000Z"
    assert item["description"] == "ticket descriptionline 1line 2"
    assert User.objects.get(email=ALEX["email"]).role == Role.AGENT
    assert taas.get("/tickets").items[0]["customFields"] == item["customFields"]


def test_values_merge_by_id_and_null_clears(taas: Taas) -> None:
    path = f"/tickets/{taas.open(customFields=VALUES)['id']}"
    updates = {"customFields": {TOGGLE: False, TEXT: None, SEVERAL: [SECOND], PEOPLE: []}}
    item = taas.put(path, {"updates": updates, "user": ADA}).item
    expected = {**VALUES, TOGGLE: False, SEVERAL: [SECOND]}
    assert item["customFields"] == {name: value for name, value in expected.items() if name not in (TEXT, PEOPLE)}


@pytest.mark.parametrize(
    ("sent", "hours", "shown"),
    [
        ("2026-04-03", 7, "2026-04-03"),
        ("2026-04-03T08:00:00+02:00", 0, "2026-04-03T06:00:00Z"),
        ("2026-04-03T08:00:00", 7, "2026-04-03T01:00:00Z"),
    ],
)
def test_dates(sent: str, hours: int, shown: str, taas: Taas) -> None:
    item = taas.open(customFields={DATE: sent}, query={"timezone": hours})
    assert item["customFields"] == {DATE: shown}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("00000000-0000-0000-0000-000000000001", "x"),
        ("text3", "x"),
        ("", "x"),
        (TEXT, 5),
        (TEXT, ["x"]),
        (TEXT, "a\x00"),
        (TEXT, "x" * 1001),
        (AREA, {"a": 1}),
        (AREA, "x" * 100_001),
        (TOGGLE, "true"),
        (TOGGLE, 1),
        (DATE, "soon"),
        (DATE, 20260403),
        (DATE, True),
        (SINGLE, ONLY),
        (SINGLE, ["f725"]),
        (SINGLE, [FIRST]),
        (SINGLE, [ONLY, ONLY]),
        (SINGLE, [5]),
        (SEVERAL, [FIRST, "x"]),
        (SEVERAL, {"0": FIRST}),
        (PEOPLE, KIM),
        (PEOPLE, [KIM, ADA]),
        (PEOPLE, ["kim@acme.test"]),
        (PEOPLE, [{"id": "x"}]),
        (PEOPLE, [{"id": "x", "name": "x", "email": "nobody"}]),
        (PEOPLE, [{"id": "", "name": "x", "email": "x@y.test"}]),
        (PEOPLE, [{"id": "x" * 300, "name": "x", "email": "x@y.test"}]),
        (PEOPLE, [{"id": "a\x00", "name": "x", "email": "x@y.test"}]),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(name: str, value: Any, taas: Taas) -> None:
    body = {"ticket": {"title": "x", "requestor": KIM, "customFields": {TOGGLE: True, name: value}}, "user": ADA}
    answer = taas.post("/tickets", body)
    assert (answer.status, answer.message.startswith("customFields")) == (400, True), answer.message
    assert not Ticket.objects.exists()
    assert not User.objects.exists()


def test_hidden_fields_take_nothing_but_show_what_they_hold(taas: Taas, fields: dict[str, CustomField]) -> None:
    item = taas.open(customFields={TEXT: "before"})
    CustomField.objects.filter(pk=fields[TEXT].pk).update(is_visible=False)
    path = f"/tickets/{item['id']}"
    assert taas.put(path, {"updates": {"customFields": {TEXT: "after"}}, "user": ADA}).status == 400
    assert taas.get(path).item["customFields"] == {TEXT: "before"}


def test_fields_of_another_desk_are_unknown(taas: Taas) -> None:
    other = CustomField.objects.create(team=TeamFactory(), title="X", key="x", kind="text")
    body = {"ticket": {"title": "x", "requestor": KIM, "customFields": {str(other.uuid): "x"}}, "user": ADA}
    assert taas.post("/tickets", body).status == 400


def test_mandatory_fields_are_not_enforced(taas: Taas, fields: dict[str, CustomField]) -> None:
    CustomField.objects.filter(pk=fields[TEXT].pk).update(is_mandatory=True)
    assert taas.open()["customFields"] == {}
