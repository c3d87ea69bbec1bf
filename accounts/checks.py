"""Checks that every verb shares: text, addresses. Each returns the cleaned value or notes a problem."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.errors import Invalid, Problem


class Checker:
    """Collects problems, so that a caller learns of all of them at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def note(self, field: str, message: str, code: str = "invalid") -> None:
        self.problems.append(Problem(field, message, code))

    def finish(self) -> None:
        """Raises Invalid when anything was noted."""
        if self.problems:
            raise Invalid(*self.problems)

    def text(self, field: str, value: Any, *, most: int, required: bool = False, one_line: bool = False) -> str:
        """`value` as text. Blanks around one-line text are cut; NUL, lone surrogates and over-long text are refused."""
        if not isinstance(value, str):
            self.note(field, "This must be text.", "type")
            return ""
        label = field.replace("_", " ").capitalize()
        if not is_storable(value):
            self.note(field, f"{label} holds characters that cannot be stored.", "characters")
        if one_line:
            value = " ".join(value.split())
        if required and not value.strip():
            self.note(field, f"{label} may not be blank.", "blank")
        if len(value) > most:
            self.note(field, f"{label} may have at most {most} characters.", "max_length")
        return str(value)

    def email(self, field: str, value: Any) -> str:
        """A valid e-mail address."""
        text = self.text(field, value, most=254, required=True, one_line=True)
        if text and is_storable(text):
            try:
                validate_email(text)
            except ValidationError:
                self.note(field, "Enter a valid e-mail address.", "email")
        return text

    def one_of(self, field: str, value: Any, known: list[str]) -> str:
        """One word of a list."""
        if value not in known:
            label = field.replace("_", " ").capitalize()
            self.note(field, f"{label} must be one of: {', '.join(known)}", "unknown")
        return str(value)


def is_storable(text: str) -> bool:
    """Whether both databases can hold the text: no NUL, no half of a surrogate pair."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
