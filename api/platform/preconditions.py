"""The state of a ticket as `ETag`, and changes that hold only for the state that was seen: `If-Match` (§12)."""

import re

from django.utils.http import parse_etags
from rest_framework.request import Request

from accounts.errors import Problem
from api.errors import BadInput

_OURS = re.compile(r'(?:W/)?"(\d{1,10})-\d+"', re.ASCII)


def etag(version: int, last_event: int) -> str:
    """Another one after every change, be it of fields, comments or files."""
    return f'"{version}-{last_event}"'


def versions_wanted(request: Request) -> frozenset[int] | None:
    """The versions of the fields that `If-Match` allows; None: any. Raises BadInput.

    What happened besides does not count: a comment that came in since undoes nobody's change of a field. Tags that are
    not ours name no version. Proxies that compress make ours weak, which changes nothing.
    """
    given = request.META.get("HTTP_IF_MATCH")
    if given is None:
        return None
    tags = parse_etags(given)
    if not tags:
        raise BadInput(Problem("If-Match", 'If-Match must be *, or tags such as "3-4711", separated by commas.'))
    if tags == ["*"]:
        return None
    return frozenset(int(ours[1]) for tag in tags if (ours := _OURS.fullmatch(tag)))
