"""People in bodies and answers of contract taas (§4.2, §7): three texts that nobody checks against each other."""

from collections.abc import Mapping
from typing import Any

from accounts import identities
from accounts.actor import Actor
from accounts.identities import Named
from accounts.models import Role, Team, User
from api.taas.params import refusal

SCHEME = "taas"
SYSTEM = {"id": "system", "name": "System", "email": ""}  # who changes things where nobody did

Persons = Mapping[Any, dict[str, str]]  # by our id and by our uuid


def somebody(sent: Mapping[str, str], *, by: Actor) -> User:
    """The person that a body names; made as a customer when nobody knows them."""
    return identities.find_or_add(Named(**sent), by=by, scheme=SCHEME)


def assignee(sent: Mapping[str, str], *, by: Actor, team: Team) -> User:
    """Staff that a body names. Nobody is promoted; who is unknown is made an agent of the team, where it allows."""
    named = Named(**sent)
    found = identities.find(named, by=by, scheme=SCHEME)
    if found is None:
        if not team.provision_assignees:
            raise refusal("assignee", "There is no such agent, and this desk makes none.")
        found = identities.find_or_add(named, by=by, scheme=SCHEME, role=Role.AGENT)
        identities.join(team, found, by=by)
    return found  # the verb refuses customers and those who left


def acting(sent: Mapping[str, str], *, by: Actor) -> Actor:
    """The key's actor in the person of the body's `user`."""
    return Actor(
        door=by.door,
        user=somebody(sent, by=by),
        key=by.key,
        staff=by.staff,
        read_only=by.read_only,
        team_id=by.team_id,
        scopes=by.scopes,
    )


def persona(person: Mapping[str, str]) -> dict[str, str]:
    """IPersonaProps: both shapes that clients know, at once."""
    return {**person, "text": person["name"], "secondaryText": person["email"]}
