"""The composition root: settings, addresses, background worker, health, operators' commands."""
