"""What contract taas shows: the instance, its tag categories, tickets and activities."""

from typing import Any

from tests.live.comparing import (
    ANY_TEXT,
    ANYTHING,
    BOOLEAN,
    LIST,
    MAP,
    MOMENT_MS,
    NUMBER,
    TEXT,
    UUID,
    Every,
    Kind,
    matching,
    one_of,
    or_none,
)

PERSONA = {"id": TEXT, "name": TEXT, "email": TEXT, "text": TEXT, "secondaryText": TEXT}
FIELD: dict[str, Any] = {
    "id": UUID,
    "title": TEXT,
    "type": {"key": matching(r"[1-7]_[a-z]+"), "text": TEXT, "data": {"icon": TEXT, "color": TEXT}},
    "isMandatory": BOOLEAN,
    "status": one_of("visible", "hidden"),
    "defaultValue": ANYTHING,
    "options": Every({"key": UUID, "text": TEXT, "isDefault": BOOLEAN}, 0),
    "isMultiple": BOOLEAN,
    "choosePeopleFrom": TEXT,
    "isSeeTicket": BOOLEAN,
    "isReceiveNotification": BOOLEAN,
    "isMultipleSection": BOOLEAN,
}
BUILT_IN = {**FIELD, "id": matching(r"\d_[a-z]+"), "type": TEXT}
RULE = {"id": TEXT, "type": TEXT, "condition": ANY_TEXT, "assignee": Every(PERSONA, 0), "enable": BOOLEAN}
EXPECTED_DATE = {
    "isDueInNotifOn": BOOLEAN,
    "isDueTodayNotifOn": BOOLEAN,
    "isOverdueNotifOn": BOOLEAN,
    "dueInNotifDays": NUMBER,
    "overdueNotifDays": NUMBER,
}
HOURS = {"hours": NUMBER, "minutes": NUMBER}
AGREEMENT: dict[str, Any] = {
    "slaWeek": matching(r"\d_\w+"),
    "slaStartTime": HOURS,
    "slaEndTime": HOURS,
    "isBreachesFirstResponseTime": BOOLEAN,
    "breachesHoursFirstResponseTime": NUMBER,
    "breachesAssigneeFirstResponseTime": Every(PERSONA, 0),
    "isBreachesResolutionTime": BOOLEAN,
    "breachesHoursResolutionTime": NUMBER,
    "breachesAssigneeResolutionTime": Every(PERSONA, 0),
}
for _priority in ("Urgent", "Important", "Medium", "Low"):
    for _target in ("Frt", "Rt"):
        _name = _target.lower() + _priority
        AGREEMENT[f"is{_target}{_priority}"] = BOOLEAN
        AGREEMENT[f"{_name}Duration"] = NUMBER
        AGREEMENT[f"{_name}Time"] = matching(r"\d_\w+")
STEP = {
    "targetId": TEXT,
    "transitionLabel": TEXT,
    "authorizedUsers": Every(PERSONA, 0),
    "recordComment": BOOLEAN,
    "recordResolutionSLA": BOOLEAN,
}
WORKFLOW = Every({"id": TEXT, "label": TEXT, "recordResolutionSLA": BOOLEAN, "nextSteps": Every(STEP)})
TARGETS = {name: {"enabled": BOOLEAN, "hours": NUMBER} for name in ("urgent", "important", "medium", "low")}
INSTANCE = {
    "id": UUID,
    "groupId": ANY_TEXT,
    "name": TEXT,
    "enabled": True,
    "tenantId": TEXT,
    "teamId": TEXT,
    "channelId": ANY_TEXT,
    "subscriptionId": or_none(TEXT),
    "mailAddress": or_none(TEXT),
    "customFields": Every(FIELD, 7),
    "customFieldsLeft": Every(FIELD),
    "customFieldsRight": Every(FIELD),
    "optionalFieldsLeft": [{**BUILT_IN, "title": "Tags"}, {**BUILT_IN, "title": "Priority"}],
    "optionalFieldsRight": [{**BUILT_IN, "title": "Expected Date"}],
    "assignees": {"type": one_of("teamsOwner", "customAssignee"), "peoples": Every(PERSONA)},
    "assigneeRules": Every(RULE, 0),
    "defaultRuleAssignee": [{**RULE, "id": "999", "type": "999_otherwise", "condition": "Otherwise"}],
    "isAutomaticAssignTickets": or_none(BOOLEAN),
    "alertNotification": {"expectedDate": EXPECTED_DATE, "serviceLevelAgreement": AGREEMENT},
    "isAutoAssignIdleTickets": or_none(BOOLEAN),
    "dayBeforeTicketsIdle": or_none(NUMBER),
    "idleTicketAssignedTo": Every(PERSONA, 0),
    "isNotifyIdleTicket": or_none(BOOLEAN),
    "displayName": TEXT,
    "instanceName": TEXT,
    "code": TEXT,
    "instanceType": "teams",
    "workflows": WORKFLOW,
    "sla": {"frt": TARGETS, "rt": TARGETS},
}
TAG_CATEGORY = {
    "id": UUID,
    "instanceId": UUID,
    "text": TEXT,
    "color": matching(r"#[0-9a-f]{3,6}"),
    "tags": Every({"text": TEXT, "deleted": BOOLEAN}, 0),
    "deleted": BOOLEAN,
}
PERSON = {"id": TEXT, "name": ANY_TEXT, "email": ANY_TEXT}
PERSON_OR_NONE = Kind("a person or null", lambda value: value is None or set(value) == set(PERSON))
STATUSES = ("Open", "Reopened", "Started", "Resolved", "Closed")
PRIORITIES = ("Low", "Medium", "Important", "Urgent")
ROW = {
    "id": UUID,
    "ticketId": NUMBER,
    "title": TEXT,
    "description": ANY_TEXT,
    "status": one_of(*STATUSES),
    "requestor": PERSON,
    "customFields": MAP,
    "priority": one_of(*PRIORITIES),
    "assignee": PERSON_OR_NONE,
    "expectedDate": or_none(MOMENT_MS),
    "resolution": or_none(TEXT),
    "firstResponseOn": or_none(MOMENT_MS),
    "firstResolutionOn": or_none(MOMENT_MS),
    "lastResolutionOn": or_none(MOMENT_MS),
    "createdOn": MOMENT_MS,
    "tags": Every({"tagCategoryId": or_none(UUID), "text": TEXT}, 0),
    "lastUpdatedOn": MOMENT_MS,
    "isFrtEscalated": BOOLEAN,
    "isRtEscalated": BOOLEAN,
    "createdBy": PERSON,
    "lastUpdatedBy": PERSON,
    "lastResolutionComment": or_none(TEXT),
    "ticketNo": NUMBER,
    "isFrtBreached": BOOLEAN,
    "isRtBreached": BOOLEAN,
    "resolvedStatus": ["Resolved", "Closed"],
    "isCustomWorkflow": False,
    "trackingId": or_none(TEXT),
    "origin": or_none(one_of("api", "web", "email")),
}
ITEM = {**ROW, "workflow": WORKFLOW}
FRESH = {
    **ITEM,
    "description": "",
    "status": "Open",
    "priority": "Medium",
    "customFields": {},
    "expectedDate": None,
    "resolution": None,
    "firstResponseOn": None,
    "firstResolutionOn": None,
    "lastResolutionOn": None,
    "tags": [],
    "isFrtEscalated": False,
    "isRtEscalated": False,
    "lastResolutionComment": None,
    "origin": "api",
}
ACTIVITY = {
    "id": UUID,
    "ticketId": UUID,
    "comment": or_none(TEXT),
    "isPrivate": BOOLEAN,
    "createdDateTime": MOMENT_MS,
    "createdBy": PERSON,
    "attachments": LIST,
    "changes": Every({"name": TEXT, "oldValue": ANYTHING, "newValue": ANYTHING}, 0),
}
