"""What contract support answers (§4, §5), declared for its document. The shapes themselves are made in `rows`."""

from rest_framework import serializers

from api.support.vocabulary import PRIORITY_WORDS, STATUSES


class Named(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class Comment(serializers.Serializer):
    id = serializers.IntegerField()
    author = serializers.CharField(help_text="e-mail address; `system` for automations")
    content = serializers.CharField()
    created_at = serializers.DateTimeField()


class _Ticket(serializers.Serializer):
    id = serializers.IntegerField()
    subject = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    priority = serializers.ChoiceField(PRIORITY_WORDS)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    assignee_id = serializers.IntegerField(allow_null=True)


class Ticket(_Ticket):
    category = serializers.CharField(allow_null=True, help_text="the category's name")


class WholeTicket(Ticket):
    comments = Comment(many=True, help_text="oldest first, without internal notes")


class NewTicket(_Ticket):
    category = Named(allow_null=True, help_text="an object in this answer only")


class Error(serializers.Serializer):
    error = serializers.CharField(help_text="the reason phrase of the status")
    message = serializers.CharField()


class InputError(Error):
    errors = serializers.DictField(  # type: ignore[assignment]  # a field of the shape, not the serializer's own errors
        child=serializers.ListField(child=serializers.CharField()), help_text="sentences by field"
    )
