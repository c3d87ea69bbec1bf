"""Serializer fields that take JSON literally: a number is not text, `"true"` is no boolean."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.actor import Actor
from accounts.checks import is_storable
from accounts.models import User

_COVERED = ("ProhibitNullCharactersValidator", "ProhibitSurrogateCharactersValidator")


class Text(serializers.CharField):
    """A JSON string. Not blank unless `allow_blank`."""

    default_error_messages = {"characters": "This holds characters that cannot be stored."}

    def __init__(self, **options: Any) -> None:
        if not options.get("allow_blank"):
            options.setdefault("min_length", 1)  # for the document; `run_validation` looks first
        super().__init__(**{"trim_whitespace": False, **options})
        # Ours covers both of these. Theirs have codes of their own, and look for surrogates letter by letter: three
        # seconds for a file of 30 MB.
        self.validators = [v for v in self.validators if type(v).__name__ not in _COVERED]

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and not data.strip() and not self.allow_blank:
            self.fail("blank")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if not is_storable(data):
            self.fail("characters")
        return data


class Many(serializers.ListField):
    """A list. One that is longer than `max_length` is not looked through: each wrong item would be told of."""

    def to_internal_value(self, data: Any) -> list[Any]:
        most = self.max_length
        if isinstance(data, list) and most is not None and len(data) > most:
            self.fail("max_length", max_length=most)
        found: list[Any] = super().to_internal_value(data)
        return found


class Flag(serializers.BooleanField):
    """true or false and nothing else."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Word(serializers.ChoiceField):
    """One word of a list."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            label = str(self.field_name).replace("_", " ").capitalize()
            shown = [word for word in self.choices if word not in self.silent]
            raise serializers.ValidationError(f"{label} must be one of: {', '.join(shown)}", "invalid_choice")
        return data

    def __init__(self, words: Any, *, silent: Any = (), **options: Any) -> None:
        """`silent` words are taken but not named."""
        self.silent = frozenset(silent)
        super().__init__([*words, *silent], **options)


@extend_schema_field(OpenApiTypes.STR)
class Person(serializers.Field):
    """The id of a person; `staff`: of somebody who may be given tickets. Looked up only for callers who are staff."""

    default_error_messages = {
        "invalid": "This must be the id of a person.",
        "unknown_person": "There is no such person.",
        "unknown_staff": "There is no active agent or administrator with this id.",
    }

    def __init__(self, *, staff: bool = False, **options: Any) -> None:
        self.staff = staff
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        actor: Actor | None = self.context.get("actor")
        if actor is None or not actor.staff:
            return None  # the verb refuses them anyway; do not tell whether the person exists
        people = User.objects.staff() if self.staff else User.objects.filter(is_active=True)
        try:
            person = people.filter(uuid=UUID(data)).first()
        except ValueError:
            person = None
        if person is None:
            self.fail("unknown_staff" if self.staff else "unknown_person")
        return person
