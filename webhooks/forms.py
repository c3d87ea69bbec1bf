"""The forms of webhooks: shapes only; what may be, `webhooks.actions` knows."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Team
from webhooks.actions import LONGEST_DESCRIPTION, LONGEST_URL
from webhooks.models import Delivery, Endpoint
from webhooks.words import EVENTS, TEST

YEARS = range(1971, 2200)  # of moments that can be turned into every time zone
SHOWN_STATES = [state for state in Delivery.State if state != Delivery.State.CANCELLED]  # only deleted endpoints' are
SPANS = {
    "hour": ("Last hour", timedelta(hours=1)),
    "day": ("Last day", timedelta(days=1)),
    "fortnight": ("Last 14 days", timedelta(days=14)),
}


class MomentField(forms.DateTimeField):
    """A moment to the minute, in the reader's time zone."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(**{"required": False, "widget": widget, **options})

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment is not None and moment.year not in YEARS:
            raise ValidationError("This is too long ago, or too far ahead.")
        return moment


class EndpointForm(forms.Form):
    """What an endpoint is told, and where."""

    url = forms.CharField(
        label="Address",
        max_length=LONGEST_URL,
        widget=forms.URLInput(
            {"autocomplete": "off", "placeholder": "https://example.com/hooks", "spellcheck": "false"}
        ),
        help_text="Where we post to. Over https, with nothing secret in it: requests are signed.",
    )
    description = forms.CharField(label="What is it for?", max_length=LONGEST_DESCRIPTION, required=False)
    events = forms.MultipleChoiceField(
        choices=list(EVENTS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        empty_label="All teams",
        help_text="With a team, only what happens to its tickets.",
    )
    include_internal = forms.BooleanField(label="Send internal notes too", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        team.queryset = Team.objects.order_by("name", "id")

    @staticmethod
    def shown(endpoint: Endpoint) -> dict[str, Any]:
        """How the form shows an endpoint."""
        return {name: getattr(endpoint, name) for name in EndpointForm.base_fields}


class LogForm(forms.Form):
    """What of the log is asked for. Filters that make no sense are left out, and said."""

    state = forms.ChoiceField(
        label="Status",
        choices=[("", "Any status"), *((state, state.label) for state in SHOWN_STATES)],
        required=False,
    )
    event = forms.ChoiceField(choices=[("", "Any event"), *((name, name) for name in (*EVENTS, TEST))], required=False)
    since = MomentField()
    q = forms.CharField(
        label="Ticket or webhook-id",
        max_length=100,
        required=False,
        widget=forms.TextInput({"type": "search", "placeholder": "#Ticket or webhook-id"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.fields.values():
            bound.widget.attrs["class"] = "input"

    def filters(self) -> dict[str, Any]:
        """What `queries.log_of` takes."""
        self.is_valid()
        given = dict(self.cleaned_data)
        return {"text": given.pop("q", ""), **given}

    @property
    def is_narrowed(self) -> bool:
        return any(self.filters().values())


class RecoverForm(forms.Form):
    """Since when: one of SPANS, by the button that was pressed, or a moment."""

    since = MomentField(label="Everything since")
    span = forms.ChoiceField(choices=[(key, words) for key, (words, _) in SPANS.items()], required=False)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("span"):
            given["since"] = timezone.now() - SPANS[given["span"]][1]
        elif "since" in given and given["since"] is None:
            self.add_error("since", "Say since when, or choose a span.")
        elif "since" in given and given["since"] > timezone.now():
            self.add_error("since", "This moment is still to come.")
        return given
