"""How django-allauth behaves here: nobody signs up by themselves, links in mails come from BASE_URL."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from accounts.actions import password_changed
from accounts.actor import Actor
from accounts.models import Door, User

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails name BASE_URL, never the Host header, which the sender of a request chooses.

        While the mail server is away, the answer is what it always is: another would tell who has an account.
        """
        try:
            super().send_mail(template_prefix, email, {**context, "base_url": settings.BASE_URL})
        except OSError as error:
            log.warning("the mail %s did not go: %s", template_prefix, type(error).__name__)

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.BASE_URL + path.replace("UID-KEY", key))

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        password_changed(user, by=Actor.person(user, Door.WEB))
