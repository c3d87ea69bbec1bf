"""Tickets and what hangs on them."""

from tickets.models.category import Category
from tickets.models.comment import Comment
from tickets.models.event import TicketEvent
from tickets.models.field import CustomField, CustomOption
from tickets.models.imported import ImportedRow
from tickets.models.renamed import Renamed
from tickets.models.tag import Tag, TagCategory, TicketTag
from tickets.models.tally import Tally
from tickets.models.ticket import Ticket

__all__ = [
    "Category",
    "Comment",
    "CustomField",
    "CustomOption",
    "ImportedRow",
    "Renamed",
    "Tag",
    "TagCategory",
    "Tally",
    "Ticket",
    "TicketEvent",
    "TicketTag",
]
