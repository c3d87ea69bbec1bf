"""System checks of the whole installation; ``manage.py check --deploy`` shows them before the first visitor does."""

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def check_proxy_known(**kwargs: Any) -> list[checks.CheckMessage]:
    """Behind https there is a proxy, and without its address every visitor seems to come from it."""
    if not settings.BASE_URL.startswith("https://") or settings.TRUSTED_PROXIES:
        return []
    return [
        checks.Warning(
            "BASE_URL is https, but no proxy is trusted: all visitors share one address, one brake and one limit.",
            hint="Set TRUSTED_PROXIES to the addresses or ranges of the proxies in front of Polydesk.",
            id="config.W001",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def check_mail_leaves(**kwargs: Any) -> list[checks.CheckMessage]:
    """Password resets written to files reach nobody."""
    if settings.EMAIL_BACKEND != "django.core.mail.backends.filebased.EmailBackend":
        return []
    return [
        checks.Warning(
            "Outgoing mail is written to files.",
            hint="Set EMAIL_URL, for example to smtp+tls://user:password@mail.example.com:587.",
            id="config.W002",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def check_base_url_set(**kwargs: Any) -> list[checks.CheckMessage]:
    """Links in mails and signed links are built from BASE_URL only."""
    if settings.BASE_URL.startswith("https://"):
        return []
    return [
        checks.Warning(
            "BASE_URL is not https: passwords and keys would travel readable.",
            hint="Set BASE_URL to the public address, such as https://help.example.com.",
            id="config.W003",
        )
    ]
