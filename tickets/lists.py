"""Lists of tickets, read fast: plain rows instead of models, at most three queries however many rows.

One query brings the rows, their tags, team, category and the total; one the people they name; one, only where tickets
hold custom values, the definitions of their teams.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, Field, IntegerField, JSONField, QuerySet, Value, Window
from django.db.models.expressions import Combinable, RawSQL

from accounts import walking
from accounts.actor import Actor
from accounts.models import User
from accounts.native import UserRef
from accounts.walking import KEY, Place, Way, standing
from tickets import fields, search, tally
from tickets.compiled import Compiled
from tickets.filters import Filters, values_of, with_values
from tickets.models import Ticket
from tickets.models.ticket import lightness
from tickets.queries import TicketQuerySet, limit_of, within

COUNTED = 10_000  # beyond this a total without a tally is an estimate
DEEP = 1_000  # from this offset on, ids are fetched from the index first

_TAGS = {
    "postgresql": "ARRAY(SELECT t.text FROM tickets_tickettag l "
    'JOIN tickets_tag t ON t.id = l.tag_id WHERE l.ticket_id = "tickets_ticket"."id" ORDER BY l.position, l.id)',
    "sqlite": "(SELECT json_group_array(text) FROM (SELECT t.text FROM tickets_tickettag l "
    'JOIN tickets_tag t ON t.id = l.tag_id WHERE l.ticket_id = "tickets_ticket"."id" ORDER BY l.position, l.id))',
}
_LAST_EVENT = 'COALESCE((SELECT MAX(e.id) FROM tickets_ticketevent e WHERE e.ticket_id = "tickets_ticket"."id"), 0)'

_LISTS = Compiled()
_ONE = Compiled()
_PEOPLE = Compiled()


class TicketRow(NamedTuple):
    """What every list shows of a ticket; names are those of the columns."""

    id: int
    uuid: UUID
    subject: str
    description: str
    status: str
    priority: int
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    requester_id: int
    assignee_id: int | None
    created_by_id: int | None
    team_id: int | None
    team_uuid: UUID | None
    team_name: str | None
    category_uuid: UUID | None
    category_name: str | None
    fields: dict[str, Any]
    custom: dict[str, Any]
    tags: list[str]


_COLUMNS = tuple(
    name.replace("team_", "team__").replace("category_", "category__")
    if name in ("team_uuid", "team_name", "category_uuid", "category_name")
    else name
    for name in TicketRow._fields[:-1]
)


@dataclass(frozen=True, slots=True)
class Order:
    """Sorted by a column; ties always newest first."""

    column: str = "created_at"
    descending: bool = True

    @property
    def way(self) -> Way:
        return self._by(self._key)

    @property
    def apart(self) -> Way:
        """The same order by an expression that no index holds, so that the database sorts instead of walking one."""
        return self._by(self._key + (Value(0) if self.column == "priority" else Value(timedelta(0))))

    def _by(self, key: Combinable) -> Way:
        return Way(key, descending=self.descending or self._lightest_first, newest_first=True)

    @property
    def _key(self) -> Combinable:
        return lightness() if self._lightest_first else F(self.column)

    @property
    def _lightest_first(self) -> bool:
        return self.column == "priority" and not self.descending


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[TicketRow]
    total: int
    total_is_estimate: bool


def page_of(by: Actor, filters: Filters, order: Order, *, offset: int, limit: int) -> Page:
    """`limit` rows from `offset` on, with the total. One query (two when the page lies past the end)."""
    few = search.few(filters.words, filters.phrases, people=filters.also_people)
    if few is not None:
        page = _page_of_few(by, filters, order, few, slice(offset, offset + limit))
        if page is not None:
            return page
    try:
        found = for_list(by, filters, order, slice(offset, offset + limit))
    except EmptyResultSet:  # the filters exclude each other
        return Page([], 0, total_is_estimate=False)
    count = found[0][-1] if found else _counted(by, filters) if offset else 0
    estimated = count > COUNTED and not _is_tallied(by, filters)
    if estimated:
        count = _estimate(_matching(by, filters))
    return Page([_row(values[:-1]) for values in found], count or 0, estimated)


def _page_of_few(by: Actor, filters: Filters, order: Order, few: RawSQL, page: slice) -> Page | None:
    """A page of those tickets of an array that `filters` leave, looked up one by one; None if it holds too many."""
    matching = _among(by, filters, few)
    rows = standing(matching, order.apart).annotate(row_total=Window(Count("*")))
    found = list(rows.values_list(*_COLUMNS, "row_tags", "row_total", "held")[page])
    if _too_many(found, few):
        return None
    total = found[0][-2] if found else matching.count() if page.start else 0
    return Page([_row(values[:-2]) for values in found], total, total_is_estimate=False)


def _among(by: Actor, filters: Filters, few: RawSQL) -> TicketQuerySet:
    """Those tickets of an array that `filters` leave; `held` is how many it holds."""
    within = f'"tickets_ticket"."id" = ANY({few.sql})'
    held = RawSQL(f"cardinality({few.sql})", few.params, IntegerField())  # noqa: S611
    matching = _matching(by, replace(filters, words="", phrases=())).extra(where=[within], params=few.params)  # noqa: S610
    among: TicketQuerySet = matching.annotate(row_tags=tags_of_row(), held=held)
    return among


def _too_many(found: list[Any], few: RawSQL) -> bool:
    """Whether an array that rows were looked up in is cut off."""
    return found[0][-1] > search.FEW if found else search.is_many(few)


def walk(by: Actor, filters: Filters, order: Order, place: Place | None, size: int) -> walking.Page[TicketRow]:
    """At most `size` rows from a place on, without a total. One query (more where very many tickets hold the words)."""
    found: list[Any] | None = None
    few = search.few(filters.words, filters.phrases, people=filters.also_people)
    if few is not None:
        rows = standing(_among(by, filters, few), order.apart, place)
        found = list(rows.values_list(*_COLUMNS, "row_tags", KEY, "held")[: size + 1])
        found = None if _too_many(found, few) else [values[:-1] for values in found]
    if found is None:
        rows = standing(_matching(by, filters), order.way, place).annotate(row_tags=tags_of_row())
        found = list(rows.values_list(*_COLUMNS, "row_tags", KEY)[: size + 1])
    page = walking.cut(found, place, size, lambda values: Place(values[0], key=values[-1]))
    return walking.Page([_row(values[:-1]) for values in page.rows], page.following, page.before)


def for_list(by: Actor, filters: Filters, order: Order, page: slice) -> list[Any]:
    """The columns of `TicketRow` and the total. Deep pages fetch their ids from the index first."""
    if page.start >= DEEP:
        ids = standing(_matching(by, filters), order.way)[page].values("pk")
        return list(_listed(Ticket.objects.filter(pk__in=ids), by, filters, order))
    if not filters.is_plain:
        return list(_listed(_matching(by, filters), by, filters, order)[page])
    shape, values = values_of(filters)
    limit = limit_of(by)

    def build(given: Sequence[Any]) -> QuerySet[Any, Any]:
        someone = within(by, given[-1])
        something = with_values(filters, given)
        return _listed(_matching(someone, something), someone, something, order)

    return _LISTS.rows((shape, by.staff, limit is None, order), [*values, limit], build, page)


def _matching(by: Actor, filters: Filters) -> TicketQuerySet:
    matching: TicketQuerySet = Ticket.objects.visible_to(by).matching(filters)
    return matching


def _listed(tickets: TicketQuerySet, by: Actor, filters: Filters, order: Order) -> QuerySet[Any, Any]:
    rows = standing(tickets, order.way).annotate(row_tags=tags_of_row(), row_total=_total(by, filters))
    listed: QuerySet[Any, Any] = rows.values_list(*_COLUMNS, "row_tags", "row_total")
    return listed


def total_of(by: Actor, tickets: TicketQuerySet, filters: Filters | None) -> int:
    """How many `tickets` there are, estimated beyond COUNTED. `filters` where nothing else narrowed them: the tally
    may know."""
    if filters is not None and _is_tallied(by, filters):
        return tally.total(by, filters)
    try:
        count = tickets.order_by()[: COUNTED + 1].count()
        return count if count <= COUNTED else _estimate(tickets)
    except EmptyResultSet:
        return 0


def row_and_state(by: Actor, **named: int | UUID) -> tuple[TicketRow, int, int] | None:
    """The row of the ticket `named` by `pk` or `uuid`, its version and the newest line of its history; None: there is
    none for this actor.
    """
    ((column, value),), limit = named.items(), limit_of(by)

    def build(given: Sequence[Any]) -> QuerySet[Any, Any]:
        last_event = RawSQL(_LAST_EVENT, (), IntegerField())  # noqa: S611
        visible = Ticket.objects.visible_to(within(by, given[1])).filter(**{column: given[0]})
        stated = visible.annotate(row_tags=tags_of_row(), row_event=last_event)
        rows: QuerySet[Any, Any] = stated.values_list(*_COLUMNS, "row_tags", "version", "row_event")
        return rows

    for *row, version, event in _ONE.rows((column, by.staff, limit is None), [value, limit], build):
        return _row(row), version, event
    return None


def row_of(ticket: Ticket) -> TicketRow:
    """The row of a ticket that is at hand with its relations; queries only for tags that nobody knows."""
    team, category = ticket.team, ticket.category
    names: dict[str, Any] = {
        "team_uuid": team.uuid if team else None,
        "team_name": team.name if team else None,
        "category_uuid": category.uuid if category else None,
        "category_name": category.name if category else None,
        "tags": ticket.tag_texts,
    }
    return TicketRow(**{name: names[name] if name in names else getattr(ticket, name) for name in TicketRow._fields})


def people(ids: Iterable[int | None]) -> dict[int, UserRef]:
    """The people of these ids, deleted ones too: their names stay on what they wrote. One query, none for no ids."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    found = _PEOPLE.rows(
        len(wanted),
        list(wanted),
        lambda ids: User.everything.filter(pk__in=ids).values_list("pk", "uuid", "full_name", "email"),
    )
    return {pk: {"id": uuid, "name": name, "email": email} for pk, uuid, name, email in found}


def people_of(rows: Sequence[TicketRow]) -> dict[int, UserRef]:
    """Everybody these rows name, those in custom values too."""
    ids: set[int | None] = set()
    for row in rows:
        ids.update((row.requester_id, row.assignee_id, row.created_by_id))
        if row.fields:
            ids.update(fields.people_in(row.fields))
    return people(ids)


def definitions_of(rows: Sequence[TicketRow]) -> dict[int | None, list[fields.Definition]]:
    """The custom fields of these rows' teams; no query where no row holds custom values."""
    teams = {row.team_id for row in rows if row.fields or row.custom}
    return fields.definitions(teams) if teams else {}


def tags_of_row() -> RawSQL:
    """The words of a ticket's tags as a list, found row by row on the index."""
    native = connection.vendor == "postgresql"
    return RawSQL(_TAGS[connection.vendor], (), output_field=Field() if native else JSONField())  # noqa: S611


def _row(values: Sequence[Any]) -> TicketRow:
    row = TicketRow(*values)
    return row._replace(tags=list(dict.fromkeys(row.tags))) if len(row.tags) > 1 else row


def _is_tallied(by: Actor, filters: Filters) -> bool:
    return by.staff and filters.is_tallied


def _total(by: Actor, filters: Filters) -> RawSQL:
    """The total as one more column of the list's query: a sum of the tally, else a count that stops at COUNTED."""
    if _is_tallied(by, filters):
        return _scalar("COALESCE(SUM(amount), 0)", tally.cells(by, filters).values("amount"))
    return _scalar("COUNT(*)", _matching(by, filters).order_by().values("pk")[: COUNTED + 1])


def _scalar(aggregate: str, rows: QuerySet[Any, Any]) -> RawSQL:
    """One number over rows that do not depend on the outer query, so the database finds it once."""
    statement, parameters = rows.query.sql_with_params()
    return RawSQL(f"(SELECT {aggregate} FROM ({statement}) AS counted)", parameters, IntegerField())  # noqa: S608, S611


def _counted(by: Actor, filters: Filters) -> int:
    if _is_tallied(by, filters):
        return tally.total(by, filters)
    return _matching(by, filters).order_by()[: COUNTED + 1].count()


def _estimate(tickets: TicketQuerySet) -> int:
    """What PostgreSQL's planner expects; SQLite, made for small installations, counts."""
    plain = tickets.order_by()
    if connection.vendor != "postgresql":
        return plain.count()
    statement, parameters = plain.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        plan = cursor.fetchone()[0]
    return max(COUNTED + 1, int(plan[0]["Plan"]["Plan Rows"]))
