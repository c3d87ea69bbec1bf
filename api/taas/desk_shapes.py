"""What `GET /instance` answers (§4.4 to §4.6), declared for the document."""

from typing import Any

from rest_framework import serializers

from api.taas.desk import ALERTS, PRIORITY_WORDS
from api.taas.shapes import Anything, User, WorkflowState

# The names are the contract's, in camel case.
# ruff: noqa: N815


class Persona(User):
    text = serializers.CharField()
    secondaryText = serializers.CharField()


class FieldLook(serializers.Serializer):
    icon = serializers.CharField()
    color = serializers.CharField()


class FieldType(serializers.Serializer):
    key = serializers.CharField()
    text = serializers.CharField()
    data = FieldLook()  # type: ignore[assignment]


class FieldOption(serializers.Serializer):
    key = serializers.UUIDField()
    text = serializers.CharField()
    isDefault = serializers.BooleanField()


class AnyField(serializers.Serializer):
    title = serializers.CharField()
    isMandatory = serializers.BooleanField()
    status = serializers.ChoiceField(["visible", "hidden"])
    defaultValue = Anything()
    options = FieldOption(many=True)
    isMultiple = serializers.BooleanField()
    choosePeopleFrom = serializers.CharField()
    isSeeTicket = serializers.BooleanField()
    isReceiveNotification = serializers.BooleanField()
    isMultipleSection = serializers.BooleanField()


class BuiltInField(AnyField):
    id = serializers.CharField()
    type = serializers.CharField()


class CustomField(AnyField):
    id = serializers.UUIDField()
    type = FieldType()


class Assignees(serializers.Serializer):
    type = serializers.ChoiceField(["teamsOwner", "customAssignee"])
    peoples = Persona(many=True)


class Rule(serializers.Serializer):
    id = serializers.CharField()
    type = serializers.CharField()
    condition = serializers.CharField()
    assignee = Persona(many=True)
    enable = serializers.BooleanField()


class TimeOfDay(serializers.Serializer):
    hours = serializers.IntegerField()
    minutes = serializers.IntegerField()


def _field(default: Any) -> serializers.Field:
    """Declared as its default value is."""
    kinds: dict[type, Any] = {
        bool: serializers.BooleanField,
        int: serializers.IntegerField,
        str: serializers.CharField,
        dict: TimeOfDay,
    }
    made: serializers.Field = Anything() if isinstance(default, list) else kinds[type(default)]()
    return made


class DueAlerts(serializers.Serializer):
    def get_fields(self) -> dict[str, Any]:
        return {name: _field(default) for name, default in ALERTS["expectedDate"].items()}


class Agreement(serializers.Serializer):
    def get_fields(self) -> dict[str, Any]:
        return {name: _field(default) for name, default in ALERTS["serviceLevelAgreement"].items()}


class AlertNotification(serializers.Serializer):
    expectedDate = DueAlerts()
    serviceLevelAgreement = Agreement()


class Target(serializers.Serializer):
    enabled = serializers.BooleanField()
    hours = serializers.FloatField()


class Targets(serializers.Serializer):
    def get_fields(self) -> dict[str, Any]:
        return {word.lower(): Target() for word in PRIORITY_WORDS}


class ServiceLevels(serializers.Serializer):
    frt = Targets(help_text="first response")
    rt = Targets(help_text="resolution")


class Instance(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    displayName = serializers.CharField()
    instanceName = serializers.CharField()
    code = serializers.CharField()
    instanceType = serializers.ChoiceField(["teams"])
    enabled = serializers.BooleanField()
    groupId = serializers.CharField()
    tenantId = serializers.CharField()
    teamId = serializers.CharField()
    channelId = serializers.CharField()
    subscriptionId = serializers.CharField(allow_null=True)
    mailAddress = serializers.CharField(allow_null=True)
    customFields = CustomField(many=True)
    customFieldsLeft = CustomField(many=True)
    customFieldsRight = CustomField(many=True)
    optionalFieldsLeft = BuiltInField(many=True)
    optionalFieldsRight = BuiltInField(many=True)
    assignees = Assignees()
    assigneeRules = Rule(many=True)
    defaultRuleAssignee = Rule(many=True)
    isAutomaticAssignTickets = serializers.BooleanField()
    alertNotification = AlertNotification()
    isAutoAssignIdleTickets = serializers.BooleanField()
    dayBeforeTicketsIdle = serializers.IntegerField(allow_null=True)
    idleTicketAssignedTo = Persona(many=True)
    isNotifyIdleTicket = serializers.BooleanField()
    workflows = WorkflowState(many=True)
    sla = ServiceLevels()
