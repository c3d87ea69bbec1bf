"""The ticket list: filters, search, order and page, all in the URL. Agents see views, customers their own."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.entry import PageRequest, for_people
from tickets.choices import choices
from tickets.filters import Filters, Reference
from tickets.forms import NOBODY, ORDERS, ListForm
from tickets.lists import Page, page_of
from tickets.pages.rail import VIEWS, rail
from tickets.words import Priority, Status

A_PAGE = 50
LAST_PAGE = 1_000_000  # no list has more; keeps offsets within what databases take


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in the list the reader is."""

    number: int
    found: Page

    @property
    def first(self) -> int:
        return (self.number - 1) * A_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.found.rows) - 1

    @property
    def total_text(self) -> str:
        return f"about {self.found.total:,}" if self.found.total_is_estimate else f"{self.found.total:,}"

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.last < self.found.total and bool(self.found.rows)

    @property
    def previous_number(self) -> int | None:
        """None for the first page: its URL says nothing."""
        return self.number - 1 if self.number > 2 else None

    @property
    def next_number(self) -> int:
        return self.number + 1

    @property
    def is_needed(self) -> bool:
        return self.has_previous or self.has_next


@require_safe
@for_people
def home(request: PageRequest) -> HttpResponse:
    """Agents: the list of a view. Customers: their own tickets."""
    form = ListForm(request.GET)
    view = VIEWS.get(request.GET.get("view", ""), VIEWS["inbox" if request.actor.staff else "all"])
    filters = _filters(form, view.filters(request.actor), request.actor)
    number = _page_number(request.GET)
    order = ORDERS.get(request.GET.get("sort", ""), ORDERS[""])[1]
    found = page_of(request.actor, filters, order, offset=(number - 1) * A_PAGE, limit=A_PAGE)
    if number > 1 and not found.rows:
        return _to_last_page(request, found.total)
    context: dict[str, Any] = {"form": form, "view": view, "pager": Pager(number, found), "rows": found.rows}
    context["query"] = request.GET.get("q", "")
    context["is_narrowed"] = bool(context["query"].strip()) or any(request.GET.get(key) for key in form.NARROWING)
    if not request.actor.staff:
        return render(request, "tickets/mine.html", context)
    people = {row.requester_id for row in found.rows} | {row.assignee_id for row in found.rows}
    if request.htmx:
        return render(request, "tickets/_rows.html", {**context, "people": choices(menus=False, people=people).people})
    menus = choices(people=people)
    form.offer(menus)
    context |= {"people": menus.people, "tags": menus.tags, "views": rail(request.actor, view.key)}
    return render(request, "tickets/list.html", context)


def _page_number(query: QueryDict) -> int:
    text = query.get("page", "")
    return min(max(1, int(text)), LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < 10 else 1


def _to_last_page(request: PageRequest, total: int) -> HttpResponse:
    query = request.GET.copy()
    query["page"] = str(max(1, -(-total // A_PAGE)))
    return HttpResponseRedirect(f"{reverse('home')}?{query.urlencode()}")


def _filters(form: ListForm, view: Filters, actor: Actor) -> Filters:
    """The view narrowed by what the form says; what it says wrongly narrows to nothing rather than to all."""
    said = {key: form.data.get(key, "").strip() for key in (*form.NARROWING, "q")}
    statuses, assignees = view.statuses, view.assignees
    if said["status"] in Status.values:
        statuses = frozenset({Status(said["status"])})
    if said["assignee"] and actor.staff:
        assignees = _reference(said["assignee"])
    return Filters(
        statuses=statuses,
        priorities=frozenset(priority for priority in Priority if priority.word == said["priority"]),
        assignees=assignees,
        teams=_reference(said["team"]),
        categories=_reference(said["category"]),
        tags=frozenset({said["tag"]} - {""}),
        words=said["q"].replace("\x00", " "),
        also_people=actor.staff,
    )


def _reference(text: str) -> frozenset[Reference]:
    if text == NOBODY:
        return frozenset({None})
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return frozenset({int(text)})
    return frozenset({0}) if text else frozenset()
