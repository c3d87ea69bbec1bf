"""Mail for people who got an account without a password: a link to choose one.

Whom to write to stands in their row, written with the change that added them; the worker looks for such rows.
"""

import logging
import smtplib
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.utils import timezone

from accounts.models import User

AGAIN_AFTER = timedelta(minutes=5)  # a mail that did not go; also how long one that is being sent is left alone
AT_ONCE = 100
# The server said no to this mail; every other failure to talk to it meets the next mail too.
_REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)
log = logging.getLogger(__name__)


def send_due() -> int:
    """Writes to everybody who waits for an invitation; returns to how many.

    Those who left meanwhile wait until they are back. A crash between mail and mark writes twice, never zero times.
    A server that is away is asked once, however many wait: finding out may take as long as `EMAIL_TIMEOUT`.
    """
    waiting = User.objects.filter(invitation_due_at__lte=timezone.now(), is_active=True)
    sent = 0
    try:
        for user in waiting.order_by("invitation_due_at")[:AT_ONCE]:
            sent += _invite(user)
    except OSError as error:
        log.warning("could not reach the mail server: %s", type(error).__name__)
    return sent


def _invite(user: User) -> bool:
    """Whether the mail went. Of two workers at once, one writes. Raises OSError if the server is away."""
    mine = User.objects.filter(pk=user.pk, invitation_due_at=user.invitation_due_at)
    if not mine.update(invitation_due_at=timezone.now() + AGAIN_AFTER):
        return False
    try:
        _write(user)
    except Exception as error:  # one that cannot be written to must not keep the others waiting
        if isinstance(error, OSError) and not isinstance(error, _REFUSED):
            raise
        log.warning("could not invite person %s: %s", user.pk, type(error).__name__)
        return False
    User.objects.filter(pk=user.pk).update(invitation_due_at=None)
    return True


def _write(user: User) -> None:
    """The mail itself. Its link works once, and no longer than a link for a forgotten password."""
    adapter = get_adapter()
    link = adapter.get_reset_password_from_key_url(
        f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    )
    context = {"user": user, "link": link, "base_url": settings.BASE_URL}
    adapter.render_mail("account/email/invitation", user.email, context).send()
