"""Webhooks for administrators: endpoints, their log, recoveries."""
