"""Addresses of the ticket pages."""

from django.urls import path

from tickets.pages import changing, lists, opening, replies, requester, ticket, tracking

urlpatterns = [
    path("", lists.home, name="home"),
    path("tickets/new/", opening.new, name="ticket-new"),
    path("tickets/people/", requester.suggestions, name="people"),
    path("tickets/<int:number>/", ticket.show, name="ticket"),
    path("tickets/<int:number>/reply/", replies.reply, name="ticket-reply"),
    path("tickets/<int:number>/properties/", changing.properties, name="ticket-properties"),
    path("tickets/<int:number>/edit/", changing.edit, name="ticket-edit"),
    path("tickets/<int:number>/status/", changing.set_status, name="ticket-status"),
    path("tickets/<int:number>/delete/", changing.delete, name="ticket-delete"),
    path("track/<uuid:token>/", tracking.track, name="track"),
]
