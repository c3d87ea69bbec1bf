"""Who may do what (contract platform §2): role × route."""

from typing import Any

import orjson

from accounts import actions
from accounts.models import User
from api.platform import urls
from tests.api.matrix import Matrix, everything, routes
from tests.api.platform.caller import Platform
from tests.factories import PASSWORD, TicketFactory, acting

# read_only: an agent who may only look; customer: Rita, whose ticket it is; stranger: Sam, another customer
MATRIX = Matrix("""
    METHOD PATH                         admin agent read_only customer stranger nobody
    POST   /auth/login                    200   200       200      200      200    200
    GET    /tickets                       200   200       200      200      200    401
    POST   /tickets                       201   201       403      201      201    401
    GET    /tickets/<ticket_id>           200   200       200      200      404    401
    PATCH  /tickets/<ticket_id>           200   200       403      200      404    401
    DELETE /tickets/<ticket_id>           204   204       403      403      404    401
    POST   /tickets/<ticket_id>/comments  201   201       403      201      404    401
    GET    /tickets/<ticket_id>/events    200   200       200      403      404    401
    GET    /users                         200   200       200      403      403    401
""")
BODIES: dict[str, Any] = {
    "login": {"email": "rita@example.test", "password": PASSWORD},
    "tickets": {"title": "a", "description": "b"},
    "<ticket_id>": {"title": "x"},
    "comments": {"content": "x"},
}


def caller(role: str, people: dict[str, User]) -> Platform:
    """Somebody of that role."""
    if role == "read_only":
        actions.change_user(people["agent"], by=acting(people["admin"]), read_only=True)
    return Platform(people.get("agent" if role == "read_only" else role))


def test_no_route_is_missing() -> None:
    assert set(MATRIX.rows) == routes(urls)


@MATRIX.each_cell
def test_everybody_may_do_what_the_contract_grants(
    method: str, path: str, role: str, status: int, ada: User, agnes: User, rita: User, sam: User
) -> None:
    ticket = TicketFactory(requester=rita)
    platform = caller(role, {"admin": ada, "agent": agnes, "customer": rita, "stranger": sam})
    before = everything()
    body = b"" if method in ("GET", "DELETE") else orjson.dumps(BODIES[path.rpartition("/")[2]])
    answer = platform.send(method, path.replace("<ticket_id>", str(ticket.uuid)), body)
    assert answer.status == status, answer.body
    assert (everything() == before) == (method == "GET" or "login" in path or status >= 400)
