"""People and tickets for tests. Everything comes into being through the actions, as it does for users."""

from typing import Any

from factory.base import Factory
from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.faker import Faker

from accounts import actions as people
from accounts.actor import Actor
from accounts.models import Door, Role, Team, User
from tickets import actions
from tickets.models import TagCategory, Ticket
from webhooks import actions as webhooks
from webhooks.models import Endpoint

PASSWORD = "a-fine-long-password-7"


class UserFactory(Factory[User]):
    """A customer unless `role` says otherwise; they sign in with PASSWORD."""

    class Meta:
        model = User

    email = Sequence(lambda n: f"person{n}@example.test")
    full_name = Faker("name")
    role = Role.CUSTOMER
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **values: Any) -> User:
        return people.add_user(by=Actor.system(), **values)


class TeamFactory(Factory[Team]):
    class Meta:
        model = Team

    name = Sequence(lambda n: f"Team {n}")

    @classmethod
    def _create(cls, model_class: type[Team], *args: Any, **values: Any) -> Team:
        return people.add_team(by=Actor.system(), **values)


class TicketFactory(Factory[Ticket]):
    """A ticket by the system for `requester` (a new customer unless given); `by` opens it as somebody else."""

    class Meta:
        model = Ticket

    subject = Sequence(lambda n: f"Printer {n} is on fire")
    description = "It smokes since Monday."
    requester = SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: type[Ticket], *args: Any, **values: Any) -> Ticket:
        by = values.pop("by", None) or Actor.system()
        return actions.open_ticket(by=by, **values)


def acting(user: User, door: Door = Door.WEB) -> Actor:
    """Somebody who signed in."""
    return Actor.person(user, door)


def customer(name: str) -> User:
    """A customer called `name` at example.test."""
    return UserFactory(full_name=name, email=f"{name.lower()}@example.test")


def agent(name: str) -> User:
    """An agent called `name` at example.test."""
    return UserFactory(full_name=name, email=f"{name.lower()}@example.test", role=Role.AGENT)


def admin(name: str, **values: Any) -> User:
    """An administrator called `name` at example.test."""
    return UserFactory(full_name=name, email=f"{name.lower()}@example.test", role=Role.ADMIN, **values)


class TagCategoryFactory(DjangoModelFactory[TagCategory]):
    class Meta:
        model = TagCategory

    text = "Area"
    team = SubFactory(TeamFactory)


class EndpointFactory(Factory[Endpoint]):
    """An endpoint that hears of everything; `secret` is its open secret."""

    class Meta:
        model = Endpoint

    url = "https://example.com/hooks"

    @classmethod
    def _create(cls, model_class: type[Endpoint], *args: Any, **values: Any) -> Endpoint:
        endpoint, secret = webhooks.add_endpoint(by=values.pop("by", None) or Actor.system(), **values)
        endpoint.open_secret = secret
        return endpoint
