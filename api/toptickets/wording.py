"""How this contract words what is wrong with a field: the types and messages of pydantic 1 (§6)."""

import re
from typing import Any

from accounts.errors import Problem
from tickets.rules import LONGEST_TEXT

MISSING = "value_error.missing"
NULL = "type_error.none.not_allowed"
ENUM = "type_error.enum"
TOO_SHORT = "value_error.any_str.min_length"
TOO_LONG = "value_error.any_str.max_length"
UUID = "type_error.uuid"
INTEGER = "type_error.integer"
TEXT = "type_error.str"
BOOL = "type_error.bool"
LIST = "type_error.list"
OBJECT = "type_error.dict"
DECIMAL = "type_error.decimal"
TOO_LOW = "value_error.number.not_ge"
TOO_HIGH = "value_error.number.not_le"
DATETIME = "value_error.datetime"
EMAIL = "value_error.email"
SCHEME = "value_error.url.scheme"
PLACES = "value_error.decimal.max_places"
DIGITS = "value_error.decimal.max_digits"
CHARACTERS = "value_error.characters"
OTHER = "value_error"

MESSAGES = {
    MISSING: "field required",
    NULL: "none is not an allowed value",
    ENUM: "value is not a valid enumeration member; permitted: {permitted}",
    TOO_SHORT: "ensure this value has at least 1 characters",
    TOO_LONG: "ensure this value has at most {limit} characters",
    UUID: "value is not a valid uuid",
    INTEGER: "value is not a valid integer",
    TEXT: "str type expected",
    BOOL: "value could not be parsed to a boolean",
    LIST: "value is not a valid list",
    OBJECT: "value is not a valid dict",
    DECIMAL: "value is not a valid decimal",
    TOO_LOW: "ensure this value is greater than or equal to {limit}",
    TOO_HIGH: "ensure this value is less than or equal to {limit}",
    DATETIME: "invalid datetime format",
    EMAIL: "value is not a valid email address",
    SCHEME: "URL scheme not permitted",
    PLACES: "ensure that there are no more than {limit} decimal places",
    DIGITS: "ensure that there are no more than {limit} digits in total",
    CHARACTERS: "value holds characters that cannot be stored",
}

# What serializers and the domain call some of these.
CODES = {"required": MISSING, "null": NULL, "blank": TOO_SHORT, "not_a_list": LIST, "email": EMAIL}


def message(kind: str, **details: Any) -> str:
    return MESSAGES[kind].format(**details)


def permitted(words: list[str]) -> str:
    """The words of an enumeration as its message lists them."""
    return ", ".join(f"'{word}'" for word in words)


def problem(field: str, kind: str, **details: Any) -> Problem:
    return Problem(field, message(kind, **details), kind)


def absent(field: str, thing: str) -> Problem:
    """A reference to something that is not there: `customer not found`."""
    return Problem(field, f"{thing} not found", OTHER)


def worded(found: Problem) -> tuple[str, str]:
    """Type and message of a problem, whoever found it."""
    if found.code in MESSAGES:
        return found.code, found.message
    if found.code == "max_length":
        limit = re.search(r"\d+", found.message)
        return TOO_LONG, message(TOO_LONG, limit=limit[0] if limit else LONGEST_TEXT)
    kind = CODES.get(found.code)
    return (kind, message(kind)) if kind else (OTHER, found.message)
