"""Serializer fields that read as pydantic 1 does: numbers are taken as text, `"yes"` as true (§6)."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn
from uuid import UUID

import orjson
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.checks import is_storable
from api.toptickets import wording
from api.toptickets.wording import message

TRUE = frozenset({"1", "on", "t", "true", "y", "yes"})
FALSE = frozenset({"0", "off", "f", "false", "n", "no"})
_DATETIME = re.compile(r"(?ai)\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?")
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+-]*):(?!\d)", re.IGNORECASE)
_FIRST_YEAR = 1000  # earlier ones would need leading zeros that not every client reads


def wrong(kind: str, **details: Any) -> NoReturn:
    raise serializers.ValidationError(message(kind, **details), kind)


def flag_of(text: str) -> bool | None:
    """The boolean that a word means, if any."""
    word = text.strip().lower()
    return True if word in TRUE else False if word in FALSE else None


class Text(serializers.CharField):
    """Text; numbers and booleans are taken as they stand in JSON. Not blank unless `allow_blank`."""

    def __init__(self, **options: Any) -> None:
        if not options.get("allow_blank"):
            options.setdefault("min_length", 1)  # for the document
        super().__init__(**{"trim_whitespace": False, **options})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is serializers.empty or data is None:
            _, value = self.validate_empty_values(data)
            return value
        return self.to_internal_value(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str | int | float):
            wrong(wording.TEXT)
        text = data if isinstance(data, str) else orjson.dumps(data).decode()
        if not is_storable(text):
            wrong(wording.CHARACTERS)
        if not text.strip() and not self.allow_blank:
            wrong(wording.TOO_SHORT)
        if self.max_length is not None and len(text) > self.max_length:
            wrong(wording.TOO_LONG, limit=self.max_length)
        return text


@extend_schema_field(OpenApiTypes.EMAIL)
class Email(Text):
    """An e-mail address."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data).strip()
        try:
            validate_email(text)
        except DjangoValidationError:
            wrong(wording.EMAIL)
        return text


class Link(Text):
    """A web address; without a scheme it is left as it is, but nothing that a browser would run."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        scheme = _SCHEME.match(text)
        if scheme and scheme[1].lower() not in ("http", "https"):
            wrong(wording.SCHEME)
        return text


class Flag(serializers.BooleanField):
    """true and false, and what pydantic takes for them: 0, 1, "yes", "off" and so on."""

    def to_internal_value(self, data: Any) -> bool:
        found = flag_of(str(data)) if isinstance(data, bool | int | str) else None
        if found is None:
            wrong(wording.BOOL)
        return found


class Word(serializers.ChoiceField):
    """One word of an enumeration."""

    def to_internal_value(self, data: Any) -> str:
        words = list(self.choices)
        if not isinstance(data, str) or data not in words:
            wrong(wording.ENUM, permitted=wording.permitted(words))
        return data


class Id(serializers.UUIDField):
    """The id of something; whether it exists is asked later."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            wrong(wording.UUID)
        try:
            return UUID(data)
        except ValueError:
            wrong(wording.UUID)


class Instant(serializers.DateTimeField):
    """A moment in ISO 8601; without an offset it is UTC."""

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str) or not _DATETIME.fullmatch(data.strip()):
            wrong(wording.DATETIME)
        try:
            moment = datetime.fromisoformat(data.strip().upper())
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            wrong(wording.DATETIME)
        if moment.year < _FIRST_YEAR:
            wrong(wording.DATETIME)
        return moment


class Amount(serializers.DecimalField):
    """A sum of money, as number or string."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, str | int | float) or len(str(data)) > 100:
            wrong(wording.DECIMAL)
        try:
            value = Decimal(str(data).strip())
        except InvalidOperation:
            wrong(wording.DECIMAL)
        if not value.is_finite():
            wrong(wording.DECIMAL)
        if value and value.adjusted() > (self.max_digits or 0):
            wrong(wording.DIGITS, limit=self.max_digits)
        places = self.decimal_places or 0
        cent = Decimal(1).scaleb(-places)
        if (value and value.adjusted() < -places) or value != value.quantize(cent):
            wrong(wording.PLACES, limit=places)
        if value.adjusted() + 1 + places > (self.max_digits or 0):
            wrong(wording.DIGITS, limit=self.max_digits)
        return value.quantize(cent) + 0  # no negative zero
