"""The form that asks what a new API key is for."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts import keys
from accounts.models import Contract, Team, User

KINDS = [
    (contract.label, [(f"{contract.value} {kind}", f"{contract.label}: {kind}") for kind in keys.KINDS[contract]])
    for contract in Contract
]
LIVES = [("", "Until it is revoked"), ("1", "One day"), ("7", "A week"), ("30", "30 days"), ("90", "90 days"),
         ("365", "A year")]  # fmt: skip
FIELDS = {"kind", "name", "owner", "team", "life", "scopes", "allowed_addresses"}


class KeyForm(forms.Form):
    """Shapes only; what may go together, `accounts.keys` knows."""

    kind = forms.ChoiceField(label="Kind", choices=KINDS)
    name = forms.CharField(
        label="What is it for?", max_length=200, widget=forms.TextInput({"autocomplete": "off", "autofocus": True})
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Nobody",
        help_text="Who acts through it. toptickets keys need one; support keys without act as “Support API”.",
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        empty_label="None",
        help_text="taas: the desk, whose former key of this kind ends. support: where its tickets go.",
    )
    life = forms.ChoiceField(
        label="Lives", choices=LIVES, required=False, help_text="Read-only keys always live 72 hours."
    )
    allowed_addresses = forms.CharField(
        label="Allowed addresses",
        max_length=5_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Addresses or ranges (192.0.2.0/24), one a line. None: everywhere.",
    )
    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in keys.ALL_SCOPES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="toptickets only. None: all that kind and owner may hold.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner, team = self.fields["owner"], self.fields["team"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(team, forms.ModelChoiceField)  # noqa: S101
        owner.queryset = User.objects.staff().order_by("full_name", "id")
        team.queryset = Team.objects.order_by("name", "id")

    def values(self) -> dict[str, Any]:
        """What `issue_key` takes."""
        given = self.cleaned_data
        contract, _, kind = given["kind"].partition(" ")
        return {
            "contract": contract,
            "kind": kind,
            "name": given["name"],
            "owner": given["owner"],
            "team": given["team"],
            "scopes": given["scopes"] or None,
            "expires_at": timezone.now() + timedelta(days=int(given["life"])) if given["life"] else None,
            "allowed_addresses": given["allowed_addresses"].split(),
        }
