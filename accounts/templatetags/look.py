"""What every page draws: icons, people and moments."""

from datetime import datetime, timedelta
from functools import lru_cache
from zlib import crc32

import lucide
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User

register = template.Library()

AVATAR_TONES = 5  # .avatar.t0 … .t4 in marks.css


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the lucide set, drawn beside words that say the same."""
    return _icon(str(name))


@lru_cache(maxsize=128)
def _icon(name: str) -> SafeString:
    drawn = lucide._render_icon(name, None, **{"aria-hidden": "true", "class": "icon"})
    return mark_safe(drawn)  # noqa: S308 - the name comes from our templates, the drawing from the package


@register.simple_tag
def avatar(person: User | None, size: str = "") -> SafeString:
    """Somebody by their initials. Decoration: the name stands beside it or in the title."""
    if person is None:
        return mark_safe('<span class="avatar nobody" title="Nobody" aria-hidden="true">–</span>')
    tone = crc32(str(person.pk).encode()) % AVATAR_TONES
    return format_html(
        '<span class="avatar t{} {}" title="{}" aria-hidden="true">{}</span>',
        tone,
        size,
        person.full_name,
        initials(person.full_name),
    )


def initials(name: str) -> str:
    """First letters of the first and the last word: Rita Moss is RM."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.simple_tag
def moment(when: datetime | None, suffix: str = "") -> SafeString:
    """A short time with the exact one in its title; `suffix` follows an age ("2 min ago")."""
    if when is None:
        return mark_safe("")
    local = timezone.localtime(when)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        when.isoformat(timespec="seconds"),
        exact_time(local),
        short_time(local, suffix),
    )


def exact_time(when: datetime) -> str:
    """Sat 22 Nov 2031, 09:41 UTC."""
    return f"{when:%a} {when.day} {when:%b %Y, %H:%M %Z}"


def short_time(when: datetime, suffix: str = "") -> str:
    """now, 2 min, 3 h, Mon 08:02, 3 Mar, 3 Mar 2024: as short as it can be without being wrong.

    With a suffix (in conversations) ages become "2 min ago", and dates keep their time.
    """
    now = timezone.localtime(timezone.now(), when.tzinfo)
    age = now - when
    if timedelta(0) <= age < timedelta(hours=24):
        return short_span(age) + (f" {suffix}" if suffix and age >= timedelta(minutes=1) else "")
    if timedelta(0) < age < timedelta(days=6):
        return f"{when:%a %H:%M}"
    day = f"{when.day} {when:%b}" if when.year == now.year else f"{when.day} {when:%b %Y}"
    return f"{day}, {when:%H:%M}" if suffix else day


def short_span(span: timedelta) -> str:
    """A length of time in its largest unit: 48 min, 3 h, 2 d."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} d"
