"""Every change to people, their tokens and teams: the verbs that pages, contracts, admin and commands call."""

from accounts.actions.people import (
    PROFILE,
    add_user,
    change_user,
    delete_user,
    find_or_add_customer,
    password_changed,
    record_user,
    set_password,
)
from accounts.actions.sessions import open_session, refresh_session, revoke_session
from accounts.actions.teams import add_member, add_team, change_organization, change_team, delete_team, remove_member

__all__ = [
    "PROFILE",
    "add_member",
    "add_team",
    "add_user",
    "change_organization",
    "change_team",
    "change_user",
    "delete_team",
    "delete_user",
    "find_or_add_customer",
    "open_session",
    "password_changed",
    "record_user",
    "refresh_session",
    "remove_member",
    "revoke_session",
    "set_password",
]
