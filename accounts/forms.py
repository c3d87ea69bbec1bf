"""Forms about people."""

from functools import cache
from zoneinfo import available_timezones

from django import forms


@cache
def zone_names() -> tuple[str, ...]:
    """The time zones to choose from, such as Europe/Berlin."""
    return tuple(
        sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix")))
    )


class AccountForm(forms.Form):
    """What everybody may change about themselves."""

    full_name = forms.CharField(
        label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    timezone = forms.CharField(
        label="Time zone",
        max_length=64,
        required=False,
        help_text="For example Europe/Berlin. Empty: UTC.",
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )

    def clean_timezone(self) -> str:
        """Only names that `zoneinfo` knows."""
        name = str(self.cleaned_data["timezone"]).strip()
        if name and name not in zone_names():
            raise forms.ValidationError("There is no such time zone. Choose one of the list, such as Europe/Berlin.")
        return name
