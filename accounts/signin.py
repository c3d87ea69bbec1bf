"""Signing in. One brake for every door: it is the first authentication backend, so nobody gets round it."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import update_last_login
from django.http import HttpRequest

from accounts.client import client_address
from accounts.errors import Refused, TooManyTries
from accounts.limits import count
from accounts.models import User

TRIES_A_MINUTE = 10  # for one e-mail from one address
ADDRESS_TRIES_A_MINUTE = 100  # from one address, whatever the e-mail: one password tried on many people
LOCKED = 60  # seconds that django-axes locks the pair after so many failures


class WrongCredentials(Refused):
    """The e-mail address or the password is wrong."""

    code = "invalid_credentials"


class Brake(BaseBackend):
    """Authenticates nobody. Raises TooManyTries after too many tries in a minute."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        if request is None:
            return
        address = client_address(request)
        pair = f"{name_tried(request, credentials)}|{address}"
        for who, tries in ((pair, TRIES_A_MINUTE), (address, ADDRESS_TRIES_A_MINUTE)):
            usage = count(request, group="sign-in", who=who, per_minute=tries)
            if usage and usage.exceeded:
                raise TooManyTries(usage.retry_after)


def name_tried(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The name somebody tries to sign in with, whatever the form calls it (also read by django-axes)."""
    credentials = credentials or {}
    name = credentials.get("email") or credentials.get("username") or ""
    if not name and request is not None:
        name = request.POST.get("login") or request.POST.get("username") or ""
    return str(name).strip().lower()[:254]


def sign_in(request: HttpRequest, *, email: str, password: str) -> User:
    """The person these credentials name. Raises WrongCredentials (one answer for every reason), TooManyTries."""
    user = authenticate(request, email=email, password=password)
    if getattr(request, "axes_locked_out", False):
        raise TooManyTries(LOCKED)
    if user is None:
        raise WrongCredentials
    update_last_login(User, user)
    return user
