"""Every change to people. One transaction each; all take the Actor as `by=`."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import callers
from accounts.actor import Actor
from accounts.checks import Checker
from accounts.errors import Clash, EmailTaken, Gone, Invalid, NotYours, Problem
from accounts.hints import hint
from accounts.models import STAFF, Role, Session, User, UserEvent
from accounts.signals import user_event

# What `change_user` and `add_user` may set besides e-mail, name, role and password, with the longest text allowed.
PROFILE: dict[str, int] = {
    "company": 200,
    "department": 200,
    "title": 200,
    "contact_number": 100,
    "pronoun": 50,
    "location_country": 100,
    "location_city": 100,
    "location_state": 100,
    "location_zip": 20,
    "location_address": 300,
    "social_linkedin": 300,
    "social_website": 300,
    "social_github": 300,
    "notes": 10_000,
    "timezone": 64,
}
PLAIN = {
    "read_only",
    "is_active",
    "tier",
    "employee_type",
    "region",
    "customer_tier",
    "account_value",
    "has_premium_support",
    "is_vip",
}


def record_user(
    user: User,
    kind: UserEvent.Kind,
    *,
    by: Actor,
    changes: list[dict[str, Any]] | None = None,
    silent: bool = False,
) -> None:
    """Writes one line of a person's history and tells those to the right."""
    event = UserEvent.objects.create(
        user=user, kind=kind, actor=by.user, door=by.door, key=by.key, changes=changes or []
    )
    callers.forget(user)
    user_event.send(sender=UserEvent, event=event, silent=silent)


@transaction.atomic
def add_user(
    *,
    by: Actor,
    email: str,
    full_name: str,
    role: str = Role.CUSTOMER,
    password: str | None = None,
    invited: bool = False,
    silent: bool = False,
    **profile: Any,
) -> User:
    """A new person. Staff may add customers, administrators anybody. Raises Invalid, Clash, NotYours.

    Who is `invited` gets a mail with a link to choose a password. `silent` (imports, demo data) writes history but
    fires no webhooks.
    """
    by.must_write()
    if not by.staff:
        raise NotYours("Only staff may add people.")
    if role != Role.CUSTOMER:
        by.must_administer()
    values = _cleaned({"email": email, "full_name": full_name, "role": role, **profile})
    if User.objects.filter(email__iexact=values["email"]).exists():
        raise EmailTaken
    user = User(**values)
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    if invited:
        user.invitation_due_at = timezone.now()
        transaction.on_commit(_ask_for_invitations)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:  # two requests with one new address at the same time
        raise EmailTaken from error
    record_user(user, UserEvent.Kind.CREATED, by=by, silent=silent)
    return user


def _ask_for_invitations() -> None:
    from accounts.tasks import send_invitations  # what mail needs is loaded late

    hint(send_invitations)


def find_or_add_customer(*, by: Actor, email: str, full_name: str = "", silent: bool = False) -> User:
    """The living person with this address, else a new customer named by the address. Raises Invalid."""
    check = Checker()
    email = check.email("email", email)
    check.finish()
    found = User.objects.filter(email__iexact=email).first()
    if found:
        return found
    try:
        return add_user(by=by, email=email, full_name=full_name.strip() or email.partition("@")[0], silent=silent)
    except Clash:
        return User.objects.get(email__iexact=email)


@transaction.atomic
def change_user(user: User, *, by: Actor, **changes: Any) -> User:
    """Changes a person. Staff may change customers, administrators anybody, everybody their own name."""
    _may_change(user, by=by, fields=set(changes))
    values = _cleaned(changes)
    user = _locked(user)
    noted = [
        {"field": field, "previous": _plain(getattr(user, field)), "current": _plain(value)}
        for field, value in values.items()
        if getattr(user, field) != value
    ]
    if not noted:
        return user
    new_email = str(values.get("email", user.email))
    if User.objects.filter(email__iexact=new_email).exclude(pk=user.pk).exists():
        raise EmailTaken
    _keep_one_admin(user, values)
    for field, value in values.items():
        setattr(user, field, value)
    user.updated_at = timezone.now()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise EmailTaken from error
    if not user.is_active:
        _end_sessions(user)
    record_user(user, UserEvent.Kind.CHANGED, by=by, changes=noted)
    return user


@transaction.atomic
def delete_user(user: User, *, by: Actor) -> None:
    """Hides and deactivates a person; what they wrote keeps their name."""
    by.must_write()
    if user.role == Role.CUSTOMER:
        if not by.staff:
            raise NotYours("Only staff may delete people.")
    else:
        by.must_administer()
    if by.user_id == user.pk:
        raise NotYours("You cannot delete yourself.")
    _keep_one_admin(user, {"is_active": False})
    user.is_active = False
    user.deleted_at = user.updated_at = timezone.now()
    user.save(update_fields=["is_active", "deleted_at", "updated_at"])
    _end_sessions(user)
    record_user(user, UserEvent.Kind.DELETED, by=by)


@transaction.atomic
def set_password(user: User, password: str, *, by: Actor) -> None:
    """A new password. Ends every token; Django ends the other browser sessions by itself."""
    if by.user_id != user.pk:
        by.must_administer()
    _check_password(password, user)
    user.set_password(password)
    user.updated_at = timezone.now()
    user.save(update_fields=["password", "updated_at"])
    password_changed(user, by=by)


def password_changed(user: User, *, by: Actor) -> None:
    """What follows a new password however it was set (also by the reset pages)."""
    _end_sessions(user)
    record_user(user, UserEvent.Kind.PASSWORD_CHANGED, by=by)


def _locked(user: User) -> User:
    # No key: rows that name this person are written meanwhile, so nobody who holds one of those waits for us.
    found = User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
    if found is None:
        raise Gone("There is no such person.")
    return found


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    check = Checker()
    cleaned: dict[str, Any] = {}
    for field, value in values.items():
        if field == "email":
            cleaned[field] = check.email(field, value)
        elif field == "full_name":
            cleaned[field] = check.text(field, value, most=200, required=True, one_line=True)
        elif field == "role":
            cleaned[field] = check.one_of(field, value, list(Role.values))
        elif field in PROFILE:
            cleaned[field] = check.text(field, value, most=PROFILE[field])
        elif field in PLAIN:
            cleaned[field] = value
        else:
            raise TypeError(f"A person has no field {field}")
    check.finish()
    return cleaned


def _may_change(user: User, *, by: Actor, fields: set[str]) -> None:
    by.must_write()
    if by.user_id == user.pk and fields <= {"full_name", "timezone"}:
        return
    if not by.staff:
        raise NotYours("You may only change your own name.")
    if user.role in STAFF or fields & {"role", "read_only", "tier"}:
        by.must_administer()


def _keep_one_admin(user: User, values: Mapping[str, Any]) -> None:
    """An installation without an administrator could never be repaired from inside."""
    if not (user.is_admin and user.is_active and not user.read_only):
        return
    stays = (
        values.get("role", user.role) == Role.ADMIN
        and values.get("is_active", True)
        and not values.get("read_only", False)
    )
    others = User.objects.filter(role=Role.ADMIN, is_active=True, read_only=False).exclude(pk=user.pk)
    if not stays and not others.exists():
        raise Clash("This is the last administrator.")


def _end_sessions(user: User) -> None:
    Session.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(*(Problem("password", message) for message in error.messages)) from error


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
