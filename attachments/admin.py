"""Files and links: found and fetched here, changed where they hang."""

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.utils.html import format_html

from accounts.admin.base import LookOnly
from attachments.links import signed_path
from attachments.models import Attachment


@admin.register(Attachment)
class AttachmentAdmin(LookOnly):
    list_display = ("name", "content_type", "size", "held", "ticket_id", "uploader", "created_at")
    list_filter = (("held", EmptyFieldListFilter),)
    list_select_related = ("uploader",)
    search_fields = ("name",)
    fields = (
        *("name", "content_type", "size", "sha256", "held", "fetched", "ticket", "comment", "avatar_of", "uploader"),
        *("came_from", "uuid", "created_at"),
    )
    readonly_fields = ("fetched", "sha256", "held", "uuid", "created_at")

    @admin.display(description="file")
    def fetched(self, attachment: Attachment) -> str:
        """A link that works for an hour."""
        address = attachment.link or signed_path(attachment.uuid)
        return format_html('<a href="{}" rel="noreferrer">{}</a>', address, attachment.name)
