"""API keys: making, finding and revoking them. The key is 256 random bits, so a plain SHA-256 digest suffices."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from ipaddress import ip_network

from django.db import transaction
from django.utils import timezone

from accounts import actions
from accounts.actor import Actor
from accounts.errors import Clash, Invalid, NotYours, Problem
from accounts.models import ApiKey, Contract, EmployeeType, Role, Team, User

KINDS: dict[str, tuple[str, ...]] = {
    Contract.TOPTICKETS: ("admin", "ro", "agent"),
    Contract.TAAS: ("primary", "secondary"),
    Contract.SUPPORT: ("key",),
}
PREFIXES = {
    (Contract.TOPTICKETS, "admin"): "tt_admin_",
    (Contract.TOPTICKETS, "ro"): "tt_ro_",
    (Contract.TOPTICKETS, "agent"): "tt_agent_",
    (Contract.TAAS, "primary"): "ta_pri_",
    (Contract.TAAS, "secondary"): "ta_sec_",
    (Contract.SUPPORT, "key"): "sk_",
}
READ_SCOPES = tuple(
    f"{resource}:read"
    for resource in ("tickets", "comments", "attachments", "customers", "teams", "users", "dashboard")
)
ALL_SCOPES = (
    *READ_SCOPES,
    *(
        f"{resource}:{action}"
        for resource in ("tickets", "comments", "attachments", "customers", "teams", "users")
        for action in ("write", "delete")
    ),
)
# What an agent's key may hold at most (contract toptickets §6).
AGENT_SCOPES = tuple(
    scope
    for scope in ALL_SCOPES
    if scope.partition(":")[0] in ("tickets", "comments", "attachments")
    or scope in ("customers:read", "customers:write", "teams:read", "users:read")
)
READ_ONLY_LIFE = timedelta(hours=72)
BOT = "support-api@polydesk.invalid"  # a name that no mail ever reaches
VISIBLE = 8  # characters of the random part that the prefix shows


@transaction.atomic
def issue_key(
    *,
    by: Actor,
    contract: str,
    kind: str = "key",
    owner: User | None = None,
    team: Team | None = None,
    name: str = "",
    scopes: Iterable[str] | None = None,
    expires_at: datetime | None = None,
    allowed_addresses: Iterable[str] = (),
) -> tuple[ApiKey, str]:
    """A new key: the row, and the text that is shown this once. A taas slot's former key is revoked.

    A support key without owner acts as a bot agent.
    """
    if not (by.is_admin and by.read_only and kind == "ro"):
        by.must_administer()
    if kind not in KINDS.get(contract, ()):
        raise Invalid(Problem("kind", f"{contract} has these kinds of key: {', '.join(KINDS.get(contract, ()))}"))
    if contract == Contract.SUPPORT and owner is None:
        owner = _bot(by)
    _check_owner(contract, kind, owner, team)
    if kind == "ro" or (owner is not None and owner.read_only):
        expires_at = timezone.now() + READ_ONLY_LIFE
    start = PREFIXES[Contract(contract), kind]
    body = secrets.token_urlsafe(32)
    key = ApiKey(
        contract=contract,
        kind=kind,
        prefix=start + body[:VISIBLE],
        digest=digest(start + body),
        name=name or f"{contract} {kind}",
        owner=owner,
        team=team,
        scopes=_scopes(contract, kind, owner, scopes),
        expires_at=expires_at,
        allowed_addresses=_ranges(allowed_addresses),
    )
    if contract == Contract.TAAS:
        ApiKey.objects.filter(contract=contract, kind=kind, team=team, revoked_at=None).update(
            revoked_at=timezone.now()
        )
    key.save(force_insert=True)
    return key, start + body


@transaction.atomic
def rotate_key(key: ApiKey, *, by: Actor) -> tuple[ApiKey, str]:
    """Ends a key and issues another for the same purpose, for as long as the old one was given. Raises Clash."""
    by.must_administer()
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is not None:
        raise Clash("It was revoked already.")
    now = timezone.now()
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    return issue_key(
        by=by,
        contract=key.contract,
        kind=key.kind,
        owner=key.owner,
        team=key.team,
        name=key.name,
        scopes=key.scopes,
        expires_at=key.expires_at and now + (key.expires_at - key.created_at),
        allowed_addresses=key.allowed_addresses,
    )


def revoke_key(key: ApiKey, *, by: Actor) -> None:
    """Ends a key at once. The owner may, and every administrator."""
    if key.owner_id is None or key.owner_id != by.user_id:
        by.must_administer()
    key.revoked_at = key.revoked_at or timezone.now()
    key.save(update_fields=["revoked_at"])


def find_key(contract: str, text: str) -> ApiKey | None:
    """The row of a key that somebody presented, live or not; None when there is none."""
    wanted = digest(text)
    key = ApiKey.objects.select_related("owner", "team").filter(contract=contract, digest=wanted).first()
    return key if key is not None and compare_digest(bytes(key.digest), wanted) else None


def digest(text: str) -> bytes:
    """What is stored of a key: 32 bytes."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def _bot(by: Actor) -> User:
    """The agent "Support API", made with the first key that needs it."""
    found = User.objects.filter(email=BOT).first()
    if found:
        return found
    try:
        return actions.add_user(
            by=by, email=BOT, full_name="Support API", role=Role.AGENT, employee_type=EmployeeType.BOT
        )
    except Clash:  # somebody else issued the first key at the same moment
        return User.objects.get(email=BOT)


def _check_owner(contract: str, kind: str, owner: User | None, team: Team | None) -> None:
    if contract == Contract.TAAS:
        if team is None:
            raise Invalid(Problem("team", "A taas key needs a team."))
        return
    if contract == Contract.SUPPORT:
        if owner is None or not owner.is_agent or owner.read_only or not owner.is_active:
            raise NotYours("The owner of a support key must be staff who may write.")
        return
    if owner is None or not owner.is_agent or not owner.is_active:
        raise Invalid(Problem("owner", "A toptickets key needs an owner who is active staff."))
    if kind == "admin" and (owner.role != Role.ADMIN or owner.read_only):
        raise NotYours("An admin key needs an administrator who may write as its owner.")
    if kind == "ro" and owner.role != Role.ADMIN:
        raise NotYours("A read-only key needs an administrator as its owner.")


def _scopes(contract: str, kind: str, owner: User | None, asked: Iterable[str] | None) -> list[str]:
    """The scopes asked for, else all that kind and owner may hold. Raises Invalid for others."""
    if contract != Contract.TOPTICKETS:
        return []
    reads_only = kind == "ro" or (owner is not None and owner.read_only)
    possible = READ_SCOPES if reads_only else ALL_SCOPES if kind == "admin" else AGENT_SCOPES
    if asked is None:
        return list(possible)
    wanted = list(dict.fromkeys(asked))
    wrong = [scope for scope in wanted if scope not in possible]
    if wrong:
        raise Invalid(Problem("scopes", f"This key cannot hold: {', '.join(wrong)}"))
    return wanted


def _ranges(texts: Iterable[str]) -> list[str]:
    try:
        return [str(ip_network(text, strict=False)) for text in texts]
    except ValueError as error:
        raise Invalid(Problem("allowed_addresses", f"Not an address or range: {error}")) from error
