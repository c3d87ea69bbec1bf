"""GET /tickets with `select` and `include`: the fields that are wanted (contract taas §3.1, §4.1)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.taas.reading import FIELDS
from tests.api.taas.caller import Taas
from tickets.models import Ticket


@pytest.mark.parametrize("name", list(FIELDS))
def test_each_field_may_be_chosen_alone(name: str, taas: Taas, five: list[Ticket]) -> None:
    assert all(list(item) == [name] for item in taas.get("/tickets", select=name).items)


def test_the_sample_of_the_source(taas: Taas, five: list[Ticket]) -> None:
    query = "/tickets?timezone=0& orderBy=status&order=ASC&select=id,ticketId,title,description,status,requestorName"
    answer = taas.get(query + "&offset=0&limit=20")
    assert answer.titles == "abcde"
    assert set(answer.items[0]) == {"id", "ticketId", "title", "description", "status", "requestorName"}
    assert answer.items[0]["requestorName"] == "Rita"


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ("requestorName, requestorEmail", {"requestorName": "Rita", "requestorEmail": "rita@example.test"}),
        ("assigneeName,assigneeEmail,nonsense,workflow", {"assigneeName": None, "assigneeEmail": None}),
        ("createdDateTime", {"createdDateTime": "2026-01-05T12:00:00.000Z"}),
        ("lastInteraction", {"lastInteraction": "2026-01-05T12:00:00.000Z"}),
        ("nonsense", {}),
    ],
)
def test_chosen_names(select: str, expected: dict[str, Any], taas: Taas, five: list[Ticket]) -> None:
    assert taas.get("/tickets", select=select, limit=1).items == [expected]


def test_include_adds_the_html(taas: Taas) -> None:
    taas.open(description="a & b")
    answer = taas.get("/tickets", include="description_HTML,nonsense", select="title")
    assert answer.items == [{"title": "Badge reader dead", "description_HTML": "<p>a &amp; b</p>"}]


def test_chosen_fields_cost_only_what_they_need(taas: Taas, five: list[Ticket]) -> None:
    taas.get("/tickets")
    with CaptureQueriesContext(connection) as queries:
        taas.get("/tickets", select="id,title,status")
    assert len(queries) == 3  # key, rows, total
    assert "description" not in queries[1]["sql"]
