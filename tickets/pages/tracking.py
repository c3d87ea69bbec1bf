"""A ticket for whoever holds its link: public, read-only, nothing about people or work inside."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.client import client_address
from accounts.entry import too_many
from accounts.limits import count
from accounts.models import Door
from tickets.models import Ticket
from tickets.pages.timeline import MOST_MESSAGES, timeline

A_MINUTE = 60  # requests of one address: guessing a token is hopeless, trying it must not cost us


@require_safe
@never_cache
def track(request: HttpRequest, token: UUID) -> HttpResponse:
    """Status and public conversation; names are reduced to "you" and "helpdesk"."""
    usage = count(request, group="track", who=client_address(request), per_minute=A_MINUTE)
    if usage and usage.exceeded:
        return _unlisted(too_many(request, usage.retry_after))
    ticket = Ticket.objects.select_related("requester").filter(tracking_token=token).first()
    if ticket is None:
        raise Http404
    public = timeline(ticket, by=Actor(door=Door.WEB), messages=MOST_MESSAGES)
    return _unlisted(render(request, "tickets/track.html", {"ticket": ticket, "timeline": public}))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"  # the address itself is the key
    return response
