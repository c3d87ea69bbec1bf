"""Categories and priorities through contract support (§3.6)."""

from django.http import HttpResponse
from rest_framework.request import Request

from api.support import documented
from api.support.base import SupportViewSet
from tickets.models import Category
from tickets.words import Priority


class Categories(SupportViewSet):
    @documented.list_categories
    def index(self, request: Request) -> HttpResponse:
        active = Category.objects.filter(is_active=True).order_by("id").values("id", "name")
        return self.show(list(active))


class Priorities(SupportViewSet):
    @documented.list_priorities
    def index(self, request: Request) -> HttpResponse:
        """Ids are for display: bodies carry names."""
        return self.show([{"id": priority.value, "name": priority.word.capitalize()} for priority in Priority])
