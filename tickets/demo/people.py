"""Who plays in the demo: three logins, a few more agents, and as many customers as there is work for."""

import tomllib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

from accounts import actions
from accounts.actor import Actor
from accounts.errors import Clash
from accounts.models import Role, User

PASSWORD = "polydesk-demo"  # noqa: S105 - meant to be known; interfaces promise it
ADMIN, AGENT, CUSTOMER = "admin@example.com", "agent@example.com", "customer@example.com"

_LOGINS = (
    (ADMIN, "Ada Lindqvist", Role.ADMIN),
    (AGENT, "Agnes Moreau", Role.AGENT),
    (CUSTOMER, "Rita Santos", Role.CUSTOMER),
)
_AGENTS = {
    "Service Desk": ("Tom Becker", "Priya Nair"),
    "Facilities": ("Jonas Weber", "Mei Tanaka"),
    "Finance": ("Elena Rossi", "Samuel Okoro"),
}
_NAMES = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
_DEPARTMENTS = ("Sales", "Operations", "Engineering", "Marketing", "Legal", "People", "Logistics", "Research")
_PLACES = (("Berlin", "Germany"), ("Lisbon", "Portugal"), ("Toronto", "Canada"), ("Singapore", "Singapore"))
MOST_CUSTOMERS = len(_NAMES["first"]) * len(_NAMES["last"])


@dataclass(frozen=True, slots=True)
class Cast:
    """`agents` by the name of their team; `customers` without the one who may sign in."""

    admin: User
    agent: User
    customer: User
    agents: dict[str, list[User]]
    customers: list[User]


def cast(rng: Random, *, customers: int, by: Actor) -> Cast:
    """Everybody, made where they are missing. Only the three logins have a password."""
    admin, agent, customer = (
        _person(by, email=email, full_name=name, role=role, password=PASSWORD) for email, name, role in _LOGINS
    )
    agents = {
        team: [_person(by, email=_address(name), full_name=name, role=Role.AGENT) for name in names]
        for team, names in _AGENTS.items()
    }
    agents["Service Desk"].insert(0, agent)
    return Cast(admin, agent, customer, agents, _customers(rng, customers, by))


def _customers(rng: Random, number: int, by: Actor) -> list[User]:
    names = [f"{first} {last}" for first, last in product(_NAMES["first"], _NAMES["last"])]
    found = []
    for name in rng.sample(names, number):
        city, country = rng.choice(_PLACES)
        found.append(
            _person(
                by,
                email=_address(name),
                full_name=name,
                department=rng.choice(_DEPARTMENTS),
                company="Example Works",
                location_city=city,
                location_country=country,
                contact_number=f"+49 30 5550{rng.randint(100, 999)}",
                is_vip=rng.random() < 0.05,
            )
        )
    return found


def _person(by: Actor, *, email: str, **values: object) -> User:
    try:
        return actions.add_user(by=by, email=email, silent=True, **values)  # type: ignore[arg-type]
    except Clash:
        return User.objects.get(email__iexact=email)


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.com"
