"""How endpoints and deliveries are drawn: each state has a shape, a word and a colour."""

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.templatetags.look import icon, short_span
from webhooks.health import Health, health_of
from webhooks.models import Delivery, Endpoint
from webhooks.queries import SAMPLE, Rate
from webhooks.schedule import waits

register = template.Library()

HEALTH = {
    Health.HEALTHY: ("circle-check", "good"),
    Health.FAILING: ("triangle-alert", "bad"),
    Health.PAUSED: ("circle-pause", "still"),
    Health.DISABLED: ("octagon-x", "bad"),
}
STATES = {
    Delivery.State.PENDING: ("clock", "calm"),
    Delivery.State.DELIVERED: ("circle-check", "good"),
    Delivery.State.EXHAUSTED: ("octagon-x", "bad"),
    Delivery.State.PARKED: ("package-x", "warn"),
    Delivery.State.CANCELLED: ("ban", "still"),
}


@register.simple_tag
def health_badge(endpoint: Endpoint) -> SafeString:
    health = health_of(endpoint)
    return _badge(health.label, *HEALTH[health])


@register.simple_tag
def state_badge(delivery: Delivery) -> SafeString:
    """A delivery that failed before and is tried again looks different from one that waits for its first attempt."""
    state = Delivery.State(delivery.state)
    if state == Delivery.State.PENDING and delivery.attempt_count:
        return _badge("Retrying", "refresh-cw", "warn")
    return _badge(state.label, *STATES[state])


@register.simple_tag
def next_step(delivery: Delivery) -> str:
    """What happens next to a delivery, in words; empty when nothing will."""
    if delivery.state != Delivery.State.PENDING:
        return ""
    if not delivery.endpoint.is_active:
        return "Waits until the endpoint is switched on"
    if delivery.claimed_by is not None:
        return "Is being sent"
    which = f"Attempt {min(delivery.attempt_count, len(waits())) + 1} of {len(waits()) + 1}"
    left = delivery.due_at - timezone.now()
    if left.total_seconds() <= 0:
        return f"{which} is due"
    seconds = int(left.total_seconds()) + 1
    return f"{which} in {f'{seconds} s' if seconds < 60 else short_span(left)}"


@register.filter
def many(number: int) -> str:
    """A number that may have many digits."""
    return f"{number:,}"


@register.simple_tag
def rate(figure: Rate) -> SafeString:
    """A rate with what it is made of."""
    if figure.percent is None:
        return format_html('<b class="soft">–</b> <small>{}</small>', "nothing tried")
    tone = "good" if figure.percent >= 99 else "warn" if figure.percent >= 90 else "bad"
    of = f"the last {SAMPLE:,}" if figure.tried >= SAMPLE else many(figure.tried)
    return format_html('<b class="{}">{} %</b> <small>of {}</small>', tone, f"{figure.percent:g}", of)


@register.simple_tag
def bar(milliseconds: int, full: float, failed: bool = False) -> SafeString:
    """A bar for a length of time; the number stands beside it."""
    width = max(1, min(100, round(100 * milliseconds / full)))
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="100" height="6"/><rect width="{}" height="6"/></svg>',
        " bad" if failed else "",
        width,
    )


def _badge(word: str, shape: str, tone: str) -> SafeString:
    return format_html('<span class="pill {}">{}{}</span>', tone, icon(shape), word)
