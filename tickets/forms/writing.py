"""What people write: replies, notes, subjects and descriptions."""

from django import forms

from tickets.forms.menus import STATUSES
from tickets.rules import LONGEST_SUBJECT, LONGEST_TEXT


def plain_lines(text: str) -> str:
    """Browsers end lines with CR LF; we keep LF, as all other doors do."""
    return text.replace("\r\n", "\n")


class ReplyForm(forms.Form):
    """A reply to the requester, or a note among staff."""

    kind = forms.ChoiceField(choices=[("reply", "Reply"), ("note", "Note")], required=False)
    body = forms.CharField(
        max_length=LONGEST_TEXT,
        error_messages={"required": "Write something first; nothing was sent."},
        strip=False,
    )
    status = forms.ChoiceField(choices=[("", "Keep status"), *STATUSES], required=False)

    def clean_body(self) -> str:
        """Blanks alone are nothing."""
        body = plain_lines(self.cleaned_data["body"])
        if not body.strip():
            raise forms.ValidationError("Write something first; nothing was sent.")
        return body


class TextForm(forms.Form):
    """Subject and description of a ticket."""

    subject = forms.CharField(label="Subject", max_length=LONGEST_SUBJECT)
    description = forms.CharField(
        label="What happened?", max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}), strip=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_description(self) -> str:
        """Lines end as everywhere else; blanks alone are nothing."""
        description = plain_lines(self.cleaned_data["description"])
        if not description.strip():
            raise forms.ValidationError("Say what happened; nothing was sent.")
        return description
