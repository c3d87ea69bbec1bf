"""The names of events (contract webhooks)."""

from typing import Final

TICKET_CREATED: Final = "ticket.created"
TICKET_UPDATED: Final = "ticket.updated"
TICKET_STATUS_CHANGED: Final = "ticket.status_changed"
TICKET_ASSIGNED: Final = "ticket.assigned"
TICKET_DELETED: Final = "ticket.deleted"
TICKET_SLA_BREACHED: Final = "ticket.sla_breached"
COMMENT_CREATED: Final = "comment.created"
ATTACHMENT_CREATED: Final = "attachment.created"
USER_CREATED: Final = "user.created"
USER_UPDATED: Final = "user.updated"

EVENTS: Final = {
    TICKET_CREATED: "A ticket came into being",
    TICKET_UPDATED: "A field of a ticket changed",
    TICKET_STATUS_CHANGED: "The status of a ticket changed",
    TICKET_ASSIGNED: "A ticket got another assignee, or none",
    TICKET_DELETED: "A ticket was deleted",
    TICKET_SLA_BREACHED: "A ticket missed its target for the first response or the resolution",
    COMMENT_CREATED: "Somebody replied, or left an internal note",
    ATTACHMENT_CREATED: "A file was attached",
    USER_CREATED: "A person was added",
    USER_UPDATED: "A person changed, was deactivated or deleted",
}
# Sent to one endpoint on request, whatever it subscribed to; not part of the log.
TEST: Final = "webhook.test"
