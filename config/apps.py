"""The app that ties the others together."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    """Brings the operators' commands and the system checks of the whole installation."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        # Importing registers the checks, and gives every ``shared_task`` its broker.
        from config import celery, checks  # noqa: F401
