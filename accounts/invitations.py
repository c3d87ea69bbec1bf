"""Mail for people who got an account without a password: a link to choose one."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction

from accounts.models import User


def invite(user: User) -> None:
    """Has the worker write to `user` once the change that made them is committed."""
    from accounts.tasks import send_invitation  # the task calls `send`

    transaction.on_commit(lambda: send_invitation.delay(user.pk), robust=True)


def send(user: User) -> None:
    """The mail itself. Its link works once, and no longer than a link for a forgotten password."""
    adapter = get_adapter()
    link = adapter.get_reset_password_from_key_url(
        f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    )
    context = {"user": user, "link": link, "base_url": settings.BASE_URL}
    adapter.render_mail("account/email/invitation", user.email, context).send()
