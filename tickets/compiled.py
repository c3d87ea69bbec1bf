"""Queries whose SQL is made once. Putting a query together costs Django several times what PostgreSQL needs to answer
it; where only values differ between requests, their SQL is kept by its shape and the values are put in.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

Build = Callable[[Sequence[Any]], "QuerySet[Any, Any]"]

MOST = 500  # shapes of one kind of query that are kept; clients may invent many
_MARK = re.compile(r"mark(\d+)")


class Compiled:
    """One kind of query, kept in as many shapes as it comes in."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, _Statement] = {}

    def rows(self, shape: Hashable, values: Sequence[Any], build: Build, page: slice | None = None) -> list[Any]:
        """The rows of `build(values)`, a `values_list` queryset without limits, from `page.start` to `page.stop`.

        Calls of one shape may differ in nothing but values, which are numbers, texts and UUIDs. SQLite, whose values
        need translation, gets its query built each time. Raises EmptyResultSet.
        """
        statement = self._kept.get(shape)
        if statement is None:
            if connection.vendor != "postgresql" or len(self._kept) >= MOST:
                return list(build(values)[page] if page else build(values))
            statement = self._kept[shape] = _Statement(values, build)
        return statement.rows(values, page)


class _Statement:
    """SQL, where each of its parameters comes from, and how columns become what Django would have made of them."""

    def __init__(self, values: Sequence[Any], build: Build) -> None:
        marks = [_mark(value, place) for place, value in enumerate(values)]
        compiler = build(marks).query.get_compiler(connection=connection)
        self._sql, parameters = compiler.as_sql()
        self._sources = [_source(parameter, marks) for parameter in parameters]
        self._converters = compiler.get_converters(column for column, _, _ in compiler.select)

    def rows(self, values: Sequence[Any], page: slice | None) -> list[Any]:
        sql, parameters = self._sql, [source(values) for source in self._sources]
        if page is not None:
            sql += " LIMIT %s OFFSET %s"
            parameters += [page.stop - page.start, page.start]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [self._converted(row) for row in cursor.fetchall()]

    def _converted(self, row: tuple[Any, ...]) -> list[Any]:
        converted = list(row)
        for column, (converters, expression) in self._converters.items():
            for convert in converters:
                converted[column] = convert(converted[column], expression, connection)
        return converted


def _mark(value: Any, place: int) -> Any:
    """Stands for the value while the SQL is made, and is found again among its parameters."""
    if isinstance(value, UUID):
        return UUID(int=place + 1)
    return 30_000 + place if isinstance(value, int) else f"mark{place}"


def _source(parameter: Any, marks: list[Any]) -> Callable[[Sequence[Any]], Any]:
    """From the values of a call to one parameter: a value as it is, a text around values, or always the same."""
    if isinstance(parameter, str):
        return lambda values: _MARK.sub(lambda mark: values[int(mark[1])], parameter)
    if parameter in marks:
        place = marks.index(parameter)
        return lambda values: values[place]
    return lambda values: parameter
