"""Finding the person a ticket is for, or making a new customer, without leaving the form."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import actions
from accounts.actor import Actor
from accounts.entry import PageRequest, for_staff
from accounts.models import User

SHOWN = 8
SHORTEST = 2  # characters


class Unclear(Exception):
    """Nobody, or several people, are meant. `candidates` to choose from; str() says what to do."""

    def __init__(self, message: str, candidates: Sequence[User] = ()) -> None:
        super().__init__(message)
        self.candidates = list(candidates)


@require_safe
@for_staff
def suggestions(request: PageRequest) -> HttpResponse:
    """People whose name or address begins like what is being typed, for the list under the field."""
    words = request.GET.get("requester", "").replace("\x00", "").strip()[:254]
    people = list(_beginning(words)[:SHOWN]) if len(words) >= SHORTEST else []
    return render(request, "tickets/_people.html", {"people": people})


def requester_of(said: str, name: str, chosen: int | None, *, by: Actor) -> User:
    """The person meant by `said` (address or name); an unknown address becomes a customer. Raises Unclear, Invalid."""
    if chosen is not None:
        picked = User.objects.filter(pk=chosen).first()
        if picked is not None:
            return picked
    said = said.strip()
    if _is_address(said):
        return actions.find_or_add_customer(by=by, email=said, full_name=name)
    found = list(User.objects.filter(full_name__iexact=said)[: SHOWN + 1]) or list(_beginning(said)[: SHOWN + 1])
    if len(found) == 1:
        return found[0]
    if not found:
        raise Unclear("Nobody has this name. Type an e-mail address to make a new customer.")
    if len(found) > SHOWN:
        raise Unclear("Many people have this name. Type more of it, or an e-mail address.")
    raise Unclear("Several people have this name. Choose one.", found)


def _beginning(words: str) -> QuerySet[User]:
    """People with every word at the start of a part of their name, or whose address begins so."""
    name = Q()
    for word in words.split():
        name &= Q(full_name__istartswith=word) | Q(full_name__icontains=f" {word}")
    people = User.objects.filter((name if words.split() else Q(pk=None)) | Q(email__istartswith=words))
    return people.filter(is_active=True).order_by("full_name", "id")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
