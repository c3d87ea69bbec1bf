"""The account page: everybody's own name, time zone and password."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.entry import PageRequest, for_people
from accounts.errors import Invalid
from accounts.forms import AccountForm, zone_names


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def account(request: PageRequest) -> HttpResponse:
    """Shows and changes what people may change about themselves."""
    user = request.user
    form = AccountForm(request.POST or None, initial={"full_name": user.full_name, "timezone": user.timezone})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_user(user, by=request.actor, **form.cleaned_data)
        except Invalid as error:
            for problem in error.problems:
                form.add_error(problem.field, problem.message)
        else:
            messages.success(request, "Saved.")
            return redirect("account")
    context = {"form": form, "zones": zone_names()}
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)
