"""`/docs`: the four contracts to read and to try, with the reader's own key. Needs no internet and no sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

CONTRACTS = (
    ("platform", "/api/v1/openapi.json"),
    ("toptickets", "/v1/openapi.json"),
    ("taas", "/ticketing/v1/openapi.json"),
    ("support", "/v1/support/openapi.json"),
)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The page; `?contract=taas` opens with that one."""
    first = request.GET.get("contract", "")
    names = [name for name, _ in CONTRACTS]
    context = {"contracts": CONTRACTS, "first": first if first in names else names[0]}
    return render(request, "api/docs.html", context)
