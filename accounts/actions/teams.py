"""Every change to teams and to the installation. One transaction each; all take the Actor as `by=`."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import callers, deskrules
from accounts.actor import Actor
from accounts.checks import Checker
from accounts.errors import Clash, Gone
from accounts.models import Organization, Team, TeamMember, User
from accounts.signals import team_event


@transaction.atomic
def add_team(*, by: Actor, name: str, description: str = "", members: Iterable[User] = (), **desk: Any) -> Team:
    """A new team. Administrators only. Raises Invalid, Clash."""
    by.must_administer()
    idle_assignees = desk.pop("idle_assignees", ())
    team = Team(name=_team_name(name), description=description, **_desk(desk))
    _save_team(team)
    team.members.set(members)
    team.idle_assignees.set(idle_assignees)
    team_event.send(sender=Team, team=team, kind="created", by=by)
    return team


@transaction.atomic
def change_team(team: Team, *, by: Actor, members: Iterable[User] | None = None, **changes: Any) -> Team:
    """Changes a team's settings; `members` replaces the list."""
    by.must_administer()
    idle_assignees = changes.pop("idle_assignees", None)
    if "name" in changes:
        changes["name"] = _team_name(changes["name"], but=team)
    for field, value in _desk(changes).items():
        setattr(team, field, value)
    team.updated_at = timezone.now()
    _save_team(team)
    if members is not None:
        team.members.set(members)
    if idle_assignees is not None:
        team.idle_assignees.set(idle_assignees)
    team_event.send(sender=Team, team=team, kind="changed", by=by)
    return team


@transaction.atomic
def add_member(team: Team, user: User, *, by: Actor) -> None:
    """Takes somebody into a team; twice is as good as once."""
    by.must_administer()
    _, added = TeamMember.objects.get_or_create(team=team, user=user)
    if added:
        _members_changed(team, by)


@transaction.atomic
def remove_member(team: Team, user: User, *, by: Actor) -> None:
    """Takes somebody out of a team. Raises Gone for those who are not in it."""
    by.must_administer()
    removed, _ = TeamMember.objects.filter(team=team, user=user).delete()
    if not removed:
        raise Gone("They are not in this team.")
    _members_changed(team, by)


@transaction.atomic
def delete_team(team: Team, *, by: Actor) -> None:
    """Hides a team. Refused while a taas key of it is alive: its programs would fail without a word."""
    by.must_administer()
    if team.keys.filter(revoked_at=None).exists():
        raise Clash("The team has API keys. Revoke them first.")
    team.deleted_at = team.updated_at = timezone.now()
    team.save(update_fields=["deleted_at", "updated_at"])
    TeamMember.objects.filter(team=team).delete()
    team_event.send(sender=Team, team=team, kind="deleted", by=by)


@transaction.atomic
def change_organization(*, by: Actor, **changes: Any) -> Organization:
    """Changes name, tier, reopen_on_reply or default_team of the installation."""
    by.must_administer()
    organization = Organization.current()
    check = Checker()
    if "name" in changes:
        changes["name"] = check.text("name", changes["name"], most=200, required=True, one_line=True)
    check.finish()
    for field, value in changes.items():
        setattr(organization, field, value)
    organization.updated_at = timezone.now()
    organization.save()
    callers.forget_everybody()
    return organization


def _save_team(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:  # two requests with one new name at the same time
        raise Clash("A team with this name exists already.") from error


def _members_changed(team: Team, by: Actor) -> None:
    team.updated_at = timezone.now()
    team.save(update_fields=["updated_at"])
    team_event.send(sender=Team, team=team, kind="changed", by=by)


def _team_name(name: str, but: Team | None = None) -> str:
    check = Checker()
    name = check.text("name", name, most=200, required=True, one_line=True)
    check.finish()
    same = Team.objects.filter(name__iexact=name)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise Clash("A team with this name exists already.")
    return name


def _desk(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of a desk, its rules checked."""
    if "assignee_rules" in settings:
        settings["assignee_rules"] = deskrules.cleaned(settings["assignee_rules"])
    return settings
