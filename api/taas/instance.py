"""The key's desk and its tags through contract taas (§4.4, §4.6)."""

from django.http import HttpResponse
from rest_framework.request import Request

from api.taas import desk, documented
from api.taas.base import TaasViewSet


class Desk(TaasViewSet):
    @documented.get_instance
    def retrieve(self, request: Request) -> HttpResponse:
        self.params.hours()
        return self.show({"item": desk.instance(self.desk)})

    @documented.list_tags
    def tags(self, request: Request) -> HttpResponse:
        return self.show({"items": desk.tag_categories(self.desk)})
