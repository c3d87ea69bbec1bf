"""Webhooks in the admin."""

from webhooks.admin import endpoints, log

__all__ = ["endpoints", "log"]
