"""What the columns of a file mean: `--map FIELD=COLUMN[:from=to,…]`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

FIELDS = (
    "subject",
    "description",
    "html",
    "status",
    "priority",
    "requester_email",
    "requester_name",
    "assignee",
    "team",
    "category",
    "tags",
    "due_at",
    "created_at",
    "comment",
    "note",
    "external_id",
)
CUSTOM = "custom."  # custom.KEY: a custom field of the team, or a free-form value


class WrongMapping(ValueError):
    """A `--map` that cannot be meant. `str()` is a sentence for whoever ran the import."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field comes from. `words` translates values, compared without case; others stay as they are."""

    field: str
    name: str
    words: dict[str, str]

    def of(self, values: dict[str, Any]) -> Any:
        """The value of a row: text as it stands, or what JSON held; None where there is nothing."""
        value = values.get(self.name)
        if value is None or value == "":
            return None
        if isinstance(value, str | int | float) and self.words:
            return self.words.get(plain(value).strip().casefold(), value)
        return value


def parse(texts: Iterable[str]) -> list[Column]:
    """The columns that `--map` names. Raises WrongMapping."""
    columns: dict[str, Column] = {}
    for text in texts:
        column = _parse(text)
        if column.field in columns:
            raise WrongMapping(f"--map names {column.field} twice.")
        columns[column.field] = column
    if not columns.keys() & {"subject", "description"}:
        raise WrongMapping("--map must say which column is the subject or the description (--map subject=COLUMN).")
    return list(columns.values())


def check(columns: Iterable[Column], present: Collection[str]) -> None:
    """Raises WrongMapping for a column that the file lacks or has twice."""
    names = list(present)
    for column in columns:
        if names.count(column.name) != 1:
            reason = "has no column" if column.name not in names else "has more than one column"
            raise WrongMapping(f"The file {reason} {column.name!r}; it has: {', '.join(map(repr, names[:50]))}.")


def plain(value: Any) -> str:
    """A value as text: what CSV would have held."""
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parse(text: str) -> Column:
    field, equals, source = text.partition("=")
    field = field.strip()
    name, _, pairs = source.partition(":")
    if not equals or not name.strip():
        raise WrongMapping(f"--map {text!r} is not FIELD=COLUMN[:from=to,…].")
    is_custom = field.startswith(CUSTOM) and len(field) > len(CUSTOM)
    if field not in FIELDS and not is_custom:
        raise WrongMapping(f"--map knows no field {field!r}; there are: {', '.join(FIELDS)}, {CUSTOM}KEY.")
    words: dict[str, str] = {}
    for pair in filter(None, pairs.split(",")):
        old, equals, new = pair.partition("=")
        if not equals:
            raise WrongMapping(f"--map {text!r}: {pair!r} is not from=to.")
        words[old.strip().casefold()] = new.strip()
    return Column(field, name.strip(), words)
