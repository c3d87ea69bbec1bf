"""People whom another system names by an id of its own: found by that id, by ours, by e-mail, else made."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from accounts.actions import add_user, record_user
from accounts.actor import Actor
from accounts.checks import Checker
from accounts.errors import Clash
from accounts.models import Role, Team, TeamMember, User, UserEvent, UserIdentity
from accounts.signals import team_event

LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Named:
    """A person as another system names them."""

    id: str
    name: str
    email: str


@transaction.atomic
def find(named: Named, *, by: Actor, scheme: str) -> User | None:
    """The living person. Found by e-mail they keep the id from now on, if they had none of this scheme.

    Raises Invalid for an id or address that cannot be.
    """
    check = Checker()
    check.text("id", named.id, most=LONGEST_ID, required=True)
    check.email("email", named.email)
    check.finish()
    identity = UserIdentity.objects.filter(scheme=scheme, external_id=named.id, user__deleted_at=None)
    known = identity.select_related("user").first()
    if known is not None:
        return known.user
    found = _by_own_id(named.id)
    if found is None:
        found = User.objects.filter(email__iexact=named.email).first()
        if found is not None and _attach(found, named.id, scheme):
            noted = {"field": f"identity.{scheme}", "previous": None, "current": named.id}
            record_user(found, UserEvent.Kind.CHANGED, by=by, changes=[noted])
    return found


@transaction.atomic
def find_or_add(named: Named, *, by: Actor, scheme: str, role: Role = Role.CUSTOMER) -> User:
    """The living person, else a new one without password. Raises Invalid for an address or name that cannot be."""
    found = find(named, by=by, scheme=scheme)
    if found is not None:
        return found
    name = named.name.strip() or named.email.strip().partition("@")[0]
    try:
        found = add_user(by=by, email=named.email, full_name=name, role=role)
    except Clash:  # somebody else made them in this moment
        found = User.objects.get(email__iexact=named.email.strip())
    _attach(found, named.id, scheme)
    return found


@transaction.atomic
def join(team: Team, user: User, *, by: Actor) -> None:
    """Makes somebody a member of the team."""
    _, is_new = TeamMember.objects.get_or_create(team=team, user=user)
    if is_new:
        team_event.send(sender=Team, team=team, kind="changed", by=by)


def known_as(
    scheme: str, numbers: Collection[int | None] = (), uuids: Collection[str] = ()
) -> dict[Any, dict[str, str]]:
    """People, deleted ones too, as the other system names them: {id, name, email}, by our id and by our uuid.

    Who has no id of the scheme is named by our uuid. One query, none for nobody.
    """
    wanted = {number for number in numbers if number is not None}
    if not (wanted or uuids):
        return {}
    external = UserIdentity.objects.filter(user=OuterRef("pk"), scheme=scheme).order_by("id").values("external_id")
    rows = (
        User.everything.filter(Q(pk__in=wanted) | Q(uuid__in=uuids))
        .annotate(external_id=Subquery(external[:1]))
        .values_list("pk", "uuid", "external_id", "full_name", "email")
    )
    people: dict[Any, dict[str, str]] = {}
    for number, uuid, external_id, name, email in rows:
        people[number] = people[str(uuid)] = {"id": external_id or str(uuid), "name": name, "email": email}
    return people


def _by_own_id(text: str) -> User | None:
    try:
        return User.objects.filter(uuid=UUID(text)).first()
    except ValueError:
        return None


def _attach(user: User, external_id: str, scheme: str) -> bool:
    """Whether they had no id of this scheme; then the id is theirs (a deleted person may have had it)."""
    if UserIdentity.objects.filter(user=user, scheme=scheme).exists():
        return False
    UserIdentity.objects.update_or_create(scheme=scheme, external_id=external_id, defaults={"user": user})
    return True
