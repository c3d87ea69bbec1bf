"""What contract toptickets answers (§5), declared for its document. The objects themselves come from `showing`."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.toptickets.vocabulary import (
    AUTHORS,
    EMPLOYEE_TYPES,
    PRIORITIES,
    REGIONS,
    ROLES,
    STATUSES,
    TIERS,
)


class Ticket(serializers.Serializer):
    id = serializers.UUIDField()
    ticket_number = serializers.IntegerField()
    tracking_token = serializers.UUIDField(help_text="lets the customer follow the ticket without signing in")
    ticket_display_id = serializers.CharField(help_text="TKT- and the number")
    customer_id = serializers.UUIDField(help_text="whose ticket it is; staff who ask are no /customers")
    subject = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(STATUSES)
    priority = serializers.ChoiceField(PRIORITIES)
    category = serializers.CharField(allow_null=True)
    assigned_user_id = serializers.UUIDField(allow_null=True)
    assigned_team_id = serializers.UUIDField(allow_null=True)
    due_date = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class Comment(serializers.Serializer):
    id = serializers.UUIDField()
    ticket_id = serializers.UUIDField()
    author_type = serializers.ChoiceField(AUTHORS)
    author_user_id = serializers.UUIDField(allow_null=True, help_text="of an AGENT")
    author_customer_id = serializers.UUIDField(allow_null=True, help_text="of a CUSTOMER")
    content = serializers.CharField()
    is_internal = serializers.BooleanField(help_text="customers never see it")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class Attachment(serializers.Serializer):
    id = serializers.UUIDField()
    ticket_id = serializers.UUIDField()
    filename = serializers.CharField()
    content_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    uploaded_by_user_id = serializers.UUIDField(allow_null=True, help_text="null where a customer uploaded it")
    created_at = serializers.DateTimeField()


class SignedUrl(serializers.Serializer):
    signed_url = serializers.CharField(help_text="valid for one hour, no header needed")
    expires_at = serializers.DateTimeField()


class Customer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()
    company = serializers.CharField(allow_null=True)
    department = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_null=True)
    contact_number = serializers.CharField(allow_null=True)
    pronoun = serializers.CharField(allow_null=True)
    customer_tier = serializers.ChoiceField(TIERS, allow_null=True)
    location_country = serializers.CharField(allow_null=True)
    location_city = serializers.CharField(allow_null=True)
    location_state = serializers.CharField(allow_null=True)
    location_zip = serializers.CharField(allow_null=True)
    location_address = serializers.CharField(allow_null=True)
    region = serializers.ChoiceField(REGIONS, allow_null=True)
    timezone = serializers.CharField(allow_null=True)
    account_value = serializers.CharField(allow_null=True, help_text="a decimal with two places")
    has_premium_support = serializers.BooleanField()
    is_vip = serializers.BooleanField()
    social_linkedin = serializers.CharField(allow_null=True)
    social_website = serializers.CharField(allow_null=True)
    social_github = serializers.CharField(allow_null=True)
    notes = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class Member(serializers.Serializer):
    id = serializers.UUIDField()
    email = serializers.CharField()
    full_name = serializers.CharField()


class Team(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    members = Member(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class User(serializers.Serializer):
    id = serializers.UUIDField()
    email = serializers.CharField()
    full_name = serializers.CharField()
    role = serializers.ChoiceField(ROLES)
    is_active = serializers.BooleanField()
    avatar_url = serializers.CharField(allow_null=True, help_text="signed, valid for one hour")
    employee_type = serializers.ChoiceField(EMPLOYEE_TYPES)
    region = serializers.ChoiceField(REGIONS, allow_null=True)
    timezone = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class KeyTest(serializers.Serializer):
    success = serializers.BooleanField()
    message = serializers.CharField()
    key_name = serializers.CharField()
    key_prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField(allow_null=True)
    organization_id = serializers.UUIDField()
    authenticated_at = serializers.DateTimeField()


@extend_schema_field({"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "integer"}]}})
class Place(serializers.ListField):
    """`body`, `query` or `path`, then the names and numbers that lead to the value."""


class Problem(serializers.Serializer):
    loc = Place()
    msg = serializers.CharField()
    type = serializers.CharField()


class Refusal(serializers.Serializer):
    detail = serializers.CharField()


class Problems(serializers.Serializer):
    detail = Problem(many=True)


@extend_schema_field(
    {"oneOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}}]}
)
class Detail(serializers.JSONField):
    """A sentence; a list of problems where the body is no JSON."""


class BadRequest(serializers.Serializer):
    detail = Detail()
