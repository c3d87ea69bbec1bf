"""The ticket list: filters, search, order and page, all in the URL. Agents see views, customers their own."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, for_people
from tickets import grammar
from tickets.choices import Person, choices
from tickets.filters import Filters, Reference
from tickets.forms.listing import ORDERS, ListForm
from tickets.forms.menus import NOBODY
from tickets.grammar import Search
from tickets.lists import Page, TicketRow, page_of
from tickets.pages.rail import VIEWS, rail
from tickets.rules import DONE
from tickets.words import Priority, Status

A_PAGE = 50
PREVIEW = 160  # characters
LONGEST_QUERY = 500
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


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket as the list draws it."""

    ticket: TicketRow
    requester: Person | None
    assignee: Person | None

    @property
    def preview(self) -> str:
        return " ".join(self.ticket.description[:400].split())[:PREVIEW]

    @property
    def status(self) -> str:
        return Status(self.ticket.status).label

    @property
    def is_fresh(self) -> bool:
        """Nobody answered yet, or not since it came back: drawn heavier."""
        return self.ticket.status == Status.REOPENED or (self.ticket.first_response_at is None and not self.is_done)

    @property
    def is_done(self) -> bool:
        return self.ticket.status in DONE


@require_safe
@for_people
def home(request: PageRequest) -> HttpResponse:
    """Agents: the list of a view. Customers: their own tickets."""
    staff = request.actor.staff
    form = ListForm(request.GET)
    view = VIEWS.get(request.GET.get("view", ""), VIEWS["inbox"]) if staff else VIEWS["all"]
    number = _page_number(request.GET)
    order = ORDERS.get(request.GET.get("sort", ""), ORDERS[""])[1]
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    search = grammar.read(query, me=request.actor.user_id, now=timezone.now())
    filters = _filters(request.GET, search, view.filters(request.actor), staff=staff)
    found = page_of(request.actor, filters, order, offset=(number - 1) * A_PAGE, limit=A_PAGE)
    if number > 1 and not found.rows:
        return _to_last_page(request, found.total)
    context: dict[str, Any] = {
        "form": form,
        "view": view,
        "pager": Pager(number, found),
        "query": query,
        "unread": search.unread,
        "is_narrowed": any(request.GET.get(key, "").strip() for key in (*form.NARROWING, "q")),
    }
    if not staff:
        context["lines"] = [Line(row, None, None) for row in found.rows]
        return render(request, "tickets/_mine.html" if request.htmx else "tickets/mine.html", context)
    offered = choices(menus=not request.htmx, people=_people(found.rows))
    context["lines"] = [
        Line(row, offered.people.get(row.requester_id), offered.people.get(row.assignee_id or 0)) for row in found.rows
    ]
    if request.htmx:
        return render(request, "tickets/_rows.html", context)
    form.offer(offered)
    context |= {"tags": offered.tags, "views": rail(request.actor, view.key)}
    return render(request, "tickets/list.html", context)


def _people(rows: list[TicketRow]) -> set[int | None]:
    return {row.requester_id for row in rows} | {row.assignee_id for row in rows}


def _page_number(query: QueryDict) -> int:
    text = query.get("page", "")
    return min(max(1, int(text)), LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < 10 else 1


def _to_last_page(request: PageRequest, total: int) -> HttpResponse:
    query = request.GET.copy()
    query["page"] = str(max(1, -(-total // A_PAGE)))
    return HttpResponseRedirect(f"{reverse('home')}?{query.urlencode()}")


def _filters(said: QueryDict, search: Search, view: Filters, *, staff: bool) -> Filters:
    """What menus and search ask for, and where they name neither statuses nor assignees, those of the view. A word
    that a menu does not know narrows nothing, as the menu then shows.
    """
    status, asked = said.get("status", ""), search.filters or Filters()
    return Filters(
        statuses=frozenset({Status(status)} if status in Status.values else () if asked.statuses else view.statuses),
        priorities=frozenset(priority for priority in Priority if priority.word == said.get("priority")),
        assignees=(staff and _reference(said.get("assignee", "")))
        or (frozenset() if asked.assignees else view.assignees),
        teams=_reference(said.get("team", "")),
        categories=_reference(said.get("category", "")),
        tags=frozenset({said.get("tag", "").replace("\x00", "").strip()} - {""}),
        words=search.words,
        phrases=search.phrases,
        also_people=staff,
        also=search.filters,
    )


def _reference(text: str) -> frozenset[Reference]:
    if text == NOBODY:
        return frozenset({None})
    return frozenset({int(text)}) if text.isascii() and text.isdecimal() and len(text) < 19 else frozenset()
