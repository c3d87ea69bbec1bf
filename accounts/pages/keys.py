"""API keys for administrators: list, make, rotate, revoke. A key is shown once, by the answer itself."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import keys
from accounts.entry import PageRequest, for_admins
from accounts.errors import Clash, Gone, Invalid, NotYours
from accounts.keyform import FIELDS, KeyForm
from accounts.models import ApiKey

PER_PAGE = 50
LONGEST = 200  # characters of a search
STATES = [("live", "Live"), ("expired", "Expired"), ("revoked", "Revoked"), ("all", "All")]


@require_safe
@for_admins
def index(request: PageRequest) -> HttpResponse:
    """Keys, the newest first; `q` searches prefix, name, owner and team."""
    state, query = request.GET.get("state", "live"), request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    found = _matching(_in_state(ApiKey.objects.select_related("owner", "team").order_by("-id"), state), query)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "query": query, "states": STATES, "state": state, "may_write": not request.user.read_only}
    return render(request, "settings/keys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def new(request: PageRequest) -> HttpResponse:
    """Asks what the key is for and shows it."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _shown(request, *keys.issue_key(by=request.actor, **form.values()))
        except Invalid as error:
            for problem in error.problems:
                form.add_error(problem.field if problem.field in FIELDS else None, problem.message)
        except NotYours as error:
            form.add_error(None, str(error))
    return render(request, "settings/new_key.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@for_admins
def rotate(request: PageRequest, number: int) -> HttpResponse:
    """Replaces a key by one that may do the same, and shows that."""
    try:
        return _shown(request, *keys.rotate_key(_key(number), by=request.actor))
    except (Clash, Invalid, NotYours) as error:
        messages.error(request, f"The key was not rotated: {error}")
        return redirect("keys")


@require_POST
@for_admins
def revoke(request: PageRequest, number: int) -> HttpResponse:
    """Ends a key at once."""
    key = _key(number)
    keys.revoke_key(key, by=request.actor)
    messages.success(request, f"Revoked {key.prefix}… ({key.name}).")
    return redirect("keys")


def _shown(request: PageRequest, key: ApiKey, text: str) -> HttpResponse:
    """The key itself, this once: no message keeps it and no cache."""
    response = render(request, "settings/issued_key.html", {"key": key, "text": text})
    response["Cache-Control"] = "no-store"
    return response


def _key(number: int) -> ApiKey:
    key = ApiKey.objects.filter(pk=number).first()
    if key is None:
        raise Gone
    return key


def _in_state(found: QuerySet[ApiKey], state: str) -> QuerySet[ApiKey]:
    expired = Q(expires_at__lte=timezone.now())
    conditions: dict[str, Any] = {
        "live": Q(revoked_at=None) & ~expired,
        "expired": Q(revoked_at=None) & expired,
        "revoked": Q(revoked_at__isnull=False),
    }
    return found.filter(conditions.get(state, Q()))


def _matching(found: QuerySet[ApiKey], query: str) -> QuerySet[ApiKey]:
    """Also by a whole key: its digest tells."""
    if not query:
        return found
    named = Q(prefix__startswith=query) | Q(digest=keys.digest(query)) | Q(name__icontains=query)
    people = Q(owner__full_name__icontains=query) | Q(owner__email__icontains=query) | Q(team__name__icontains=query)
    return found.filter(named | people)
