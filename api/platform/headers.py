"""What the document says of headers (§12). Without examples: /docs would fill them in and send them."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter


def _header(name: str, text: str, kind: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=text, **more)


def etag(status: int) -> OpenApiParameter:
    """Of answers that show a ticket."""
    return _header("ETag", "the state of the ticket, for `If-Match`", response=[status])


IF_MATCH = _header(
    "If-Match",
    "`ETag` of the state that the change is meant for; 412 when fields were changed since. Several, separated by "
    'commas: any of these. `*`: whatever the state. Comments that came in since do not matter. For example `"3-4711"`.',
)


def repeatable(status: int) -> Sequence[OpenApiParameter]:
    """Of every POST but those of signing in."""
    return (
        _header(
            "Idempotency-Key",
            "a name of this request, such as a UUID: 1 to 255 printable ASCII characters, bare or in double quotes. "
            "Sent again with the same body within 24 hours, the first answer is given again and nothing is done.",
            {"type": "string", "minLength": 1, "maxLength": 257},
        ),
        _header("Idempotent-Replayed", "`true` where an answer is given again", response=[status]),
    )
