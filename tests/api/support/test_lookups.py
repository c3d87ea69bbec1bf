"""GET /categories and GET /priorities (contract support §3.6)."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.api.support.caller import Support
from tickets.models import Category

FIVE = [
    {"id": 1, "name": "Account Access"},
    {"id": 2, "name": "Billing Inquiry"},
    {"id": 3, "name": "Technical Support"},
    {"id": 4, "name": "Feature Request"},
    {"id": 5, "name": "General Question"},
]


def test_a_fresh_installation_has_the_sources_five_categories(agnes: User) -> None:
    assert Support.of(agnes).get("/categories").body == FIVE


def test_only_active_categories_by_id(agnes: User) -> None:
    Category.objects.filter(pk=2).update(is_active=False)
    added = Category.objects.create(name="Access badges")
    assert Support.of(agnes).get("/categories").ids == [1, 3, 4, 5, added.pk]


def test_priorities_are_fixed(agnes: User) -> None:
    assert Support.of(agnes).get("/priorities").body == [
        {"id": 1, "name": "Low"},
        {"id": 2, "name": "Medium"},
        {"id": 3, "name": "High"},
        {"id": 4, "name": "Urgent"},
    ]


def test_lookups_cost_the_key_and_at_most_one_query(agnes: User) -> None:
    support = Support.of(agnes)
    support.get("/categories")
    with CaptureQueriesContext(connection) as queries:
        assert support.get("/categories").status == support.get("/priorities").status == 200
    assert len(queries) == 3
