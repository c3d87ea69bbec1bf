"""Our own signs for statuses and priorities: each has a shape of its own, so colour never has to speak alone."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tickets.words import Priority, Status

_RING = '<circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.8"/>'
_DISC = '<circle cx="8" cy="8" r="6.4" fill="currentColor"/>'

_STATUS = {
    Status.NEW: '<path d="M8 1.8 14.2 8 8 14.2 1.8 8z" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    Status.OPEN: _RING,
    Status.IN_PROGRESS: _RING + '<path d="M8 4.6a3.4 3.4 0 0 1 0 6.8z" fill="currentColor"/>',
    Status.PENDING: '<circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.8"'
    ' stroke-dasharray="2.4 2"/><path d="M6.6 6v4M9.4 6v4" stroke="currentColor" stroke-width="1.5"/>',
    Status.REOPENED: '<path d="M3.2 5.6a5.6 5.6 0 1 1-.6 3.6" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M2.2 2v4.4h4.4" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    Status.RESOLVED: _DISC + '<path class="cut" d="m5.2 8.2 2 2 3.6-4.2" fill="none" stroke-width="1.6"/>',
    Status.CLOSED: '<rect x="2" y="2" width="12" height="12" rx="2.5" fill="currentColor"/>'
    '<path class="cut" d="m5.2 8.2 2 2 3.6-4.2" fill="none" stroke-width="1.6"/>',
}


def _bars(strong: int) -> str:
    bars = ("M3 13V9.5", "M8 13V6.5", "M13 13V3")
    return "".join(
        f'<path{"" if number < strong else " class=faint"} d="{bar}" stroke="currentColor" stroke-width="2.4"/>'
        for number, bar in enumerate(bars)
    )


_PRIORITY = {
    Priority.LOW: _bars(1),
    Priority.MEDIUM: _bars(2),
    Priority.HIGH: _bars(3),
    Priority.URGENT: '<path d="M8 1.5 15 14H1z" fill="currentColor"/>'
    '<path class="cut" d="M8 6v4M8 11.4v1.2" stroke-width="1.6"/>',
}


def _svg(css: str, drawing: str) -> SafeString:
    return format_html(
        '<svg class="shape {}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        css,
        mark_safe(drawing),  # noqa: S308 - from the tables above
    )


CLOCK = _svg(
    "clock",
    '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    '<path d="M8 4.6V8l2.4 1.6" fill="none" stroke="currentColor" stroke-width="1.6"/>',
)
STATUS_SHAPES = {status: _svg(f"st-{status.value}", drawing) for status, drawing in _STATUS.items()}
PRIORITY_SHAPES = {priority: _svg(f"pr-{priority.word}", drawing) for priority, drawing in _PRIORITY.items()}
