"""The administrators' pages. One more client of the verbs: what is changed here has history like everything else."""

from allauth.account import admin as _allauth
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth import admin as _auth
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.admin import keys, people, teams

__all__ = ["keys", "people", "teams"]

# Their pages are loaded first so that they can be taken away: roles stand in for groups, a person's address is theirs.
for _model in (Group, EmailAddress):
    if (_allauth and _auth) and admin.site.is_registered(_model):
        admin.site.unregister(_model)


def _own_password(request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
    """Our page for one's own password ends the other sessions; Django's would not."""
    return redirect("account_change_password")


# One login with one brake: ours. Agents and customers who are signed in get 403.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = _own_password  # type: ignore[method-assign, assignment]
