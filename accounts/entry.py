"""Who may enter a page, and what a refused change looks like there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.actor import Actor
from accounts.errors import Gone, NotYours, TooManyTries
from accounts.models import Door, User

P = ParamSpec("P")


class PageRequest(HttpRequest):
    """A request of somebody signed in."""

    user: User
    actor: Actor
    htmx: HtmxDetails


def onward(request: HttpRequest, address: str) -> HttpResponse:
    """Where to look after a change. A browser is sent there; our script that sends files is told, and goes itself.

    (A redirect that a script follows would use up what the next page has to say.)
    """
    if request.headers.get("X-Upload"):
        return HttpResponse(status=201, headers={"Location": address})
    return HttpResponseRedirect(address)


def for_people(view: Callable[Concatenate[PageRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Everybody signed in; others are sent to the login and come back afterwards. Times are the reader's."""

    @wraps(view)
    def entered(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            to_login = redirect_to_login(_way_back(request))
            return HttpResponseClientRedirect(to_login.url) if request.htmx else to_login
        request.actor = Actor.person(request.user, Door.WEB)
        with timezone.override(_zone_of(request.user)):
            try:
                return view(request, *args, **kwargs)
            except Gone as error:
                raise Http404(str(error)) from error
            except NotYours as error:
                raise PermissionDenied(str(error)) from error

    return entered


def for_staff(view: Callable[Concatenate[PageRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Agents and administrators; for customers the page does not exist."""

    def entered(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.actor.staff:
            raise Gone
        return view(request, *args, **kwargs)

    return wraps(view)(for_people(entered))


def for_admins(view: Callable[Concatenate[PageRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Administrators, also those who may only look; for everybody else the page does not exist."""

    def entered(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.actor.is_admin:
            raise Gone
        return view(request, *args, **kwargs)

    return wraps(view)(for_people(entered))


def braked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of sign-in: too many tries are answered in words instead of failing."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooManyTries as error:
            return too_many(request, error.retry_after)

    return entered


def too_many(request: HttpRequest, retry_after: int) -> HttpResponse:
    """The page for those who come by too often; `retry_after` in seconds."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(retry_after)
    return response


def _way_back(request: Any) -> str:
    """The page to come back to after the login: this one, or the one a form or fragment was asked from."""
    if request.htmx:
        return request.htmx.current_url_abs_path or "/"
    if request.method in ("GET", "HEAD"):
        return str(request.get_full_path())
    asked_from = urlsplit(request.headers.get("referer", ""))
    return asked_from.path if asked_from.netloc == request.get_host() else "/"


def _zone_of(user: User) -> Any:
    try:
        return ZoneInfo(user.timezone) if user.timezone else timezone.get_default_timezone()
    except (KeyError, ValueError, OSError):  # a name no zone has
        return timezone.get_default_timezone()
