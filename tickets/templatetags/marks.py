"""How tickets are drawn: status, priority, when they are due, and text that people wrote."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.templatetags.look import exact_time, short_span, short_time
from tickets.templatetags.prose import from_html, from_markdown
from tickets.templatetags.shapes import CLOCK, PRIORITY_SHAPES, STATUS_SHAPES
from tickets.words import Priority, Status

register = template.Library()

SOON = timedelta(hours=4)


@register.simple_tag
def status_shape(status: str) -> SafeString:
    """The sign alone, where the word stands beside it."""
    return STATUS_SHAPES[Status(status)]


@register.simple_tag
def status_mark(status: str) -> SafeString:
    """The sign with its word in the title and for screen readers."""
    return _mark(STATUS_SHAPES[Status(status)], Status(status).label)


@register.simple_tag
def status_pill(status: str) -> SafeString:
    """Sign and word on tinted ground."""
    status = Status(status)
    return format_html('<span class="pill st-{}">{}{}</span>', status.value, STATUS_SHAPES[status], status.label)


@register.simple_tag
def priority_mark(priority: int) -> SafeString:
    """The sign with its word in the title and for screen readers."""
    return _mark(PRIORITY_SHAPES[Priority(priority)], f"{Priority(priority).label} priority")


@register.simple_tag
def priority_pill(priority: int) -> SafeString:
    """Sign and word on tinted ground."""
    priority = Priority(priority)
    return format_html('<span class="pill pr-{}">{}{}</span>', priority.word, PRIORITY_SHAPES[priority], priority.label)


def _mark(shape: SafeString, word: str) -> SafeString:
    return format_html('<span class="mark" title="{}">{}<span class="quiet">{}</span></span>', word, shape, word)


@register.simple_tag
def due(when: datetime | None, done: bool = False) -> SafeString:
    """When a ticket is due, in words: "48 min", "overdue 1 h"; nothing for one without a date or done."""
    if when is None or done:
        return mark_safe("")
    left = when - timezone.now()
    local = timezone.localtime(when)
    if left < timedelta(0):
        state, words = "late", f"overdue {short_span(-left)}"
    elif left < SOON:
        state, words = "soon", f"due in {short_span(left)}"
    else:
        state, words = "later", f"due {short_time(local)}"
    return format_html(
        '<span class="due {}">{}<time datetime="{}" title="{}">{}</time></span>',
        state,
        CLOCK,
        when.isoformat(timespec="seconds"),
        exact_time(local),
        words,
    )


@register.simple_tag
def written(text: str, html: str = "") -> SafeString:
    """What somebody wrote: mail's HTML cleaned if there is some, else the text as Markdown."""
    return from_html(html) if html else from_markdown(text)


@register.filter
def priority_word(priority: int) -> str:
    return Priority(priority).label
