"""What a browser would send back from a page of the admin."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.test import Client


def form_of(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """The form at `address` as it is shown, its inlines too, with changes."""
    context = client.get(address).context
    sent = dict(_shown(context["adminform"].form))
    for inline in context["inline_admin_formsets"]:
        sent |= dict(_shown(inline.formset.management_form))
        for form in inline.formset.initial_forms:
            sent |= dict(_shown(form))
    return {**sent, **changes}


def _shown(form: Any) -> Iterator[tuple[str, Any]]:
    for bound in form:
        value = bound.value()
        if hasattr(bound.field.widget, "widgets"):  # date and time
            for place, part in enumerate(bound.field.widget.decompress(value)):
                yield f"{bound.html_name}_{place}", "" if part is None else part
        elif isinstance(value, bool):
            if value:
                yield bound.html_name, "on"
        elif isinstance(bound.field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
            yield bound.html_name, [getattr(item, "pk", item) for item in value or ()]
        else:
            yield bound.html_name, "" if value is None else value
