"""Customers through contract toptickets (§5.4): people of role customer."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from accounts import actions
from accounts.errors import Clash, EmailTaken, Gone
from accounts.models import Role, User
from api.toptickets import documented, showing
from api.toptickets.base import TopTicketsViewSet
from api.toptickets.query import Query
from api.toptickets.serializers import CustomerChangeIn, CustomerIn
from api.toptickets.vocabulary import REGIONS, TIERS

TAKEN = "Customer with this email already exists"


class Customers(TopTicketsViewSet):
    resource = "customers"

    @documented.list_customers
    def index(self, request: Request) -> HttpResponse:
        check = Query(request._request)
        text, email, company = (check.text(name).strip() for name in ("search", "email", "company"))
        tiers, regions = check.words("customer_tier", TIERS), check.words("region", REGIONS)
        flags = {name: check.flag(name) for name in ("is_vip", "has_premium_support")}
        page = check.page()
        check.finish()
        found = _all()
        if text:
            found = found.filter(Q(full_name__icontains=text) | Q(email__icontains=text) | Q(company__icontains=text))
        if email:
            found = found.filter(email__iexact=email)
        if company:
            found = found.filter(company__iexact=company)
        if tiers:
            found = found.filter(customer_tier__in=tiers)
        if regions:
            found = found.filter(region__in=regions)
        found = found.filter(**{name: flag for name, flag in flags.items() if flag is not None})
        return self.show([showing.customer(row) for row in found.order_by("-created_at", "-id")[page.cut()]])

    @documented.create_customer
    def create(self, request: Request) -> HttpResponse:
        values = _canonical(self.read(CustomerIn))
        try:
            customer = actions.add_user(by=self.actor, role=Role.CUSTOMER, **values)
        except EmailTaken as error:
            raise Clash(TAKEN) from error
        return self.show(showing.customer(customer), 201)

    @documented.get_customer
    def retrieve(self, request: Request, customer_id: str) -> HttpResponse:
        return self.show(showing.customer(self._customer(customer_id)))

    @documented.change_customer
    def partial_update(self, request: Request, customer_id: str) -> HttpResponse:
        customer = self._customer(customer_id)
        values = _canonical(self.read(CustomerChangeIn))
        try:
            changed = actions.change_user(customer, by=self.actor, **values)
        except EmailTaken as error:
            raise Clash(TAKEN) from error
        return self.show(showing.customer(changed))

    @documented.delete_customer
    def destroy(self, request: Request, customer_id: str) -> HttpResponse:
        actions.delete_user(self._customer(customer_id), by=self.actor)
        return HttpResponse(status=204)

    def _customer(self, customer_id: str) -> User:
        (uuid,) = self.path_ids(customer_id=customer_id)
        found = _all().filter(uuid=uuid).first()
        if found is None:
            raise Gone("Customer not found")
        return found


def _all() -> QuerySet[User]:
    return User.objects.filter(role=Role.CUSTOMER)


def _canonical(values: dict[str, Any]) -> dict[str, Any]:
    """Null clears; columns of text hold "" for nothing."""
    return {name: "" if value is None and name != "account_value" else value for name, value in values.items()}
