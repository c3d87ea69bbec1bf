"""Each field of a ticket has a word in every contract, or the table says that it has none there.

A new column of the model, or a new name in a document, fails here until it stands in the table.
"""

import pytest

from api.platform.document import build as platform
from api.support.document import build as support
from api.taas.document import build as taas
from api.toptickets.document import build as toptickets
from tickets.models import Ticket

DOCUMENTS = {"platform": platform, "toptickets": toptickets, "taas": taas, "support": support}
# What no contract shows: how the house keeps its books.
INTERNAL = {
    *("created_door", "created_key", "updated_door", "updated_key"),
    *("deleted_at", "merged_into", "version", "sequence"),
}
# field: the names under which platform, toptickets, taas and support show it; "": not shown there
FIELDS = {
    "id": ("number", "ticket_number ticket_display_id", "ticketId ticketNo", "id"),
    "uuid": ("id", "id", "id", ""),
    "created_at": ("created_at", "created_at", "createdOn", "created_at"),
    "updated_at": ("updated_at", "updated_at", "lastUpdatedOn", "updated_at"),
    "subject": ("title", "subject", "title", "subject"),
    "description": ("description", "description", "description", "description"),
    "description_html": ("", "", "description_HTML", ""),
    "status": ("status", "status", "status resolvedStatus isCustomWorkflow workflow", "status"),
    "priority": ("priority", "priority", "priority", "priority"),
    "requester": ("created_by", "customer_id", "requestor", ""),
    "assignee": ("assigned_to", "assigned_user_id", "assignee", "assignee_id"),
    "team": ("team", "assigned_team_id", "", ""),
    "category": ("category", "category", "", "category"),
    "due_at": ("due_at", "due_date", "expectedDate", ""),
    "tracking_token": ("", "tracking_token", "trackingId", ""),
    "fields": ("custom_fields", "", "customFields", ""),
    "custom": ("custom_fields", "", "", ""),
    "created_by": ("entered_by", "", "createdBy origin", ""),
    "updated_by": ("", "", "lastUpdatedBy", ""),
    "resolution": ("", "", "resolution", ""),
    "resolution_comment": ("", "", "lastResolutionComment", ""),
    "first_response_at": ("first_response_at", "", "firstResponseOn", ""),
    "first_resolved_at": ("", "", "firstResolutionOn", ""),
    "last_resolved_at": ("", "", "lastResolutionOn", ""),
    "resolved_at": ("resolved_at", "resolved_at", "", ""),
    "closed_at": ("closed_at", "closed_at", "", ""),
    "frt_breached": ("", "", "isFrtBreached", ""),
    "rt_breached": ("", "", "isRtBreached", ""),
    "frt_escalated": ("", "", "isFrtEscalated", ""),
    "rt_escalated": ("", "", "isRtEscalated", ""),
    "tags": ("tags", "", "tags", ""),
}
BESIDE = {"comments", "attachments"}  # shown with a ticket, kept elsewhere
SHAPES = {"platform": "WholeTicket", "toptickets": "Ticket", "taas": "WholeTicket", "support": "WholeTicket"}


def test_every_column_stands_in_the_table() -> None:
    columns = {field.name for field in Ticket._meta.get_fields() if not field.auto_created}
    assert columns == FIELDS.keys() | INTERNAL


@pytest.mark.parametrize("contract", DOCUMENTS)
def test_every_contract_shows_what_the_table_says_and_nothing_else(contract: str) -> None:
    place = list(DOCUMENTS).index(contract)
    named = {name for names in FIELDS.values() for name in names[place].split()}
    shape = DOCUMENTS[contract]()["components"]["schemas"][SHAPES[contract]]
    assert set(shape["properties"]) - BESIDE == named
