"""The administrators' pages of tickets and of what a desk asks and offers."""

from tickets.admin import desk, ticket, trail

__all__ = ["desk", "ticket", "trail"]
