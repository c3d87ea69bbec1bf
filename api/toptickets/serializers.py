"""What this contract reads (§5). These check shapes; rules stand in the actions."""

from rest_framework import serializers

from accounts.actions import PROFILE
from api.fields import Many
from api.toptickets.fields import Amount, Email, Flag, Id, Instant, Link, Text, Word
from api.toptickets.vocabulary import EMPLOYEE_TYPES, PRIORITIES, REGIONS, ROLES, STATUSES, TIERS
from tickets.rules import LONGEST_SUBJECT, LONGEST_TEXT

LONGEST_NAME = 200


def optional(name, kind=Text):
    """A text of the customer profile: absent stays, null and "" clear."""
    return kind(max_length=PROFILE[name], required=False, allow_null=True, allow_blank=True)


class TicketChangeIn(serializers.Serializer):
    """§5.1, update."""

    customer_id = Id(required=False)
    subject = Text(max_length=LONGEST_SUBJECT, required=False)
    description = Text(max_length=LONGEST_TEXT, allow_blank=True, required=False)
    status = Word(STATUSES, required=False)
    priority = Word(PRIORITIES, required=False)
    category = Text(max_length=LONGEST_NAME, required=False, allow_null=True)
    assigned_user_id = Id(required=False, allow_null=True)
    assigned_team_id = Id(required=False, allow_null=True)
    due_date = Instant(required=False, allow_null=True, source="due_at")


class TicketIn(TicketChangeIn):
    """§5.1, create. Either `customer_id` or `customer_email` says whose ticket it is."""

    subject = Text(max_length=LONGEST_SUBJECT)
    customer_email = Email(max_length=254, required=False, allow_null=True)
    customer_name = Text(max_length=LONGEST_NAME, required=False, allow_null=True)

    def to_internal_value(self, data):
        # The fields are this reader's own; the document goes on to say that one of the two will do.
        self.fields["customer_id"].required = data.get("customer_email") is None
        return super().to_internal_value(data)


class CommentChangeIn(serializers.Serializer):
    """§5.2, update."""

    content = Text(max_length=LONGEST_TEXT, required=False)
    is_internal = Flag(required=False)


class CommentIn(CommentChangeIn):
    """§5.2, create."""

    content = Text(max_length=LONGEST_TEXT)
    author_customer_id = Id(required=False, allow_null=True)


class CustomerChangeIn(serializers.Serializer):
    """§5.4, update."""

    name = Text(max_length=LONGEST_NAME, required=False, source="full_name")
    email = Email(max_length=254, required=False)
    company = optional("company")
    department = optional("department")
    title = optional("title")
    contact_number = optional("contact_number")
    pronoun = optional("pronoun")
    customer_tier = Word(TIERS, required=False, allow_null=True)
    location_country = optional("location_country")
    location_city = optional("location_city")
    location_state = optional("location_state")
    location_zip = optional("location_zip")
    location_address = optional("location_address")
    region = Word(REGIONS, required=False, allow_null=True)
    timezone = optional("timezone")
    account_value = Amount(max_digits=16, decimal_places=2, required=False, allow_null=True)
    has_premium_support = Flag(required=False)
    is_vip = Flag(required=False)
    social_linkedin = optional("social_linkedin", Link)
    social_website = optional("social_website", Link)
    social_github = optional("social_github", Link)
    notes = optional("notes")


class CustomerIn(CustomerChangeIn):
    """§5.4, create."""

    name = Text(max_length=LONGEST_NAME, source="full_name")
    email = Email(max_length=254)


class TeamChangeIn(serializers.Serializer):
    """§5.5, update; `member_ids` replaces the members."""

    name = Text(max_length=LONGEST_NAME, required=False)
    description = Text(max_length=LONGEST_TEXT, required=False, allow_null=True, allow_blank=True)
    member_ids = Many(child=Id(), required=False, max_length=1000)


class TeamIn(TeamChangeIn):
    """§5.5, create."""

    name = Text(max_length=LONGEST_NAME)


class MemberIn(serializers.Serializer):
    """§5.5, add a member."""

    user_id = Id()


class UserChangeIn(serializers.Serializer):
    """§5.6, update."""

    email = Email(max_length=254, required=False)
    full_name = Text(max_length=LONGEST_NAME, required=False)
    role = Word(ROLES, required=False)
    is_active = Flag(required=False)
    employee_type = Word(EMPLOYEE_TYPES, required=False)
    region = Word(REGIONS, required=False, allow_null=True)
    timezone = optional("timezone")


class UserIn(UserChangeIn):
    """§5.6, create."""

    email = Email(max_length=254)
    full_name = Text(max_length=LONGEST_NAME)


class FileIn(serializers.Serializer):
    """A multipart body with one file; read by `api.bodies.read_file`."""

    file = serializers.FileField()
