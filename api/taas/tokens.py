"""Continuation tokens: where a list goes on and what was asked, signed, for one desk, good for a day.

Text without blanks, so that it travels in a header.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.signing import BadSignature, dumps, loads

from accounts.walking import Place
from api.taas.params import refusal

LIFETIME = 24 * 60 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Continuation:
    """`asked` are the parameters of the first page, `place` is behind its last row."""

    asked: Mapping[str, str]
    place: Place


def issue(list_name: str, desk: UUID, continuation: Continuation) -> str:
    """The token of a list's next page."""
    content = [dict(continuation.asked), *continuation.place.plain]
    return dumps(content, salt=_salt(list_name, desk), compress=True)


def read(list_name: str, desk: UUID, text: str) -> Continuation:
    """What a token says. Raises BadInput when it is not ours, not for this list of this desk, or too old."""
    try:
        asked, *place = loads(text, salt=_salt(list_name, desk), max_age=LIFETIME)
    except (BadSignature, ValueError) as error:
        raise refusal("continuationToken", "This token is not valid here, or too old.") from error
    return Continuation(asked, Place(*place))


def _salt(list_name: str, desk: UUID) -> str:
    return f"api.taas.tokens:{list_name}:{desk}"
