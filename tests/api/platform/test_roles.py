"""Who may do what (contract platform §2): role × route."""

from typing import Any

import orjson
from django.utils import timezone

from accounts import actions
from accounts.models import User
from api.platform import urls
from api.platform.tokens import issue
from tests.api.matrix import Matrix, everything, routes
from tests.api.platform.caller import Platform
from tests.factories import PASSWORD, EndpointFactory, TicketFactory, acting
from webhooks import actions as webhooks

# read_only: an agent who may only look; customer: Rita, whose ticket it is; stranger: Sam, another customer
MATRIX = Matrix("""
    METHOD PATH                         admin agent read_only customer stranger nobody
    POST   /auth/login                    200   200       200      200      200    200
    POST   /auth/refresh                  200   200       200      200      200    200
    POST   /auth/logout                   204   204       204      204      204    401
    GET    /tickets                       200   200       200      200      200    401
    POST   /tickets                       201   201       403      201      201    401
    GET    /tickets/<ticket_id>           200   200       200      200      404    401
    PATCH  /tickets/<ticket_id>           200   200       403      200      404    401
    DELETE /tickets/<ticket_id>           204   204       403      403      404    401
    POST   /tickets/<ticket_id>/comments  201   201       403      201      404    401
    GET    /tickets/<ticket_id>/events    200   200       200      403      404    401
    GET    /users                         200   200       200      403      403    401
    GET    /webhooks                      200   403       403      403      403    401
    POST   /webhooks                      201   403       403      403      403    401
    GET    /webhooks/<webhook_id>         200   403       403      403      403    401
    PATCH  /webhooks/<webhook_id>         200   403       403      403      403    401
    DELETE /webhooks/<webhook_id>         204   403       403      403      403    401
    POST   /webhooks/<webhook_id>/rotate  200   403       403      403      403    401
    POST   /webhooks/<webhook_id>/test    202   403       403      403      403    401
    POST   /webhooks/<webhook_id>/recover 202   403       403      403      403    401
    GET    /webhooks/<webhook_id>/recoveries/<recovery_id>       200  403  403  403  403  401
    GET    /webhooks/<webhook_id>/deliveries                     200  403  403  403  403  401
    GET    /webhooks/<webhook_id>/deliveries/<delivery_id>       200  403  403  403  403  401
    POST   /webhooks/<webhook_id>/deliveries/<delivery_id>/resend 202 403  403  403  403  401
    GET    /events                        200   403       403      403      403    401
""")
BODIES: dict[str, Any] = {
    "login": {"email": "rita@example.test", "password": PASSWORD},
    "tickets": {"title": "a", "description": "b"},
    "<ticket_id>": {"title": "x"},
    "comments": {"content": "x"},
    "webhooks": {"url": "https://example.com/hooks"},
    "<webhook_id>": {"is_active": False},
    "recover": {"since": "2026-03-01T08:00:00Z"},
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
    endpoint = EndpointFactory()
    ticket = TicketFactory(requester=rita)
    delivery = endpoint.deliveries.all()[0]
    recovery = webhooks.recover(endpoint, by=acting(ada), since=timezone.now())
    ids = {"ticket": ticket, "webhook": endpoint, "delivery": delivery, "recovery": recovery}
    platform = caller(role, {"admin": ada, "agent": agnes, "customer": rita, "stranger": sam})
    before = everything()
    bodies = {**BODIES, "refresh": {"refresh_token": issue(rita).refresh}}
    body = b"" if method in ("GET", "DELETE") else orjson.dumps(bodies.get(path.rpartition("/")[2]))
    for name, row in ids.items():
        path = path.replace(f"<{name}_id>", str(row.uuid))
    answer = platform.send(method, path, body)
    assert answer.status == status, answer.body
    assert (everything() == before) == (method == "GET" or path.startswith("/auth/") or status >= 400)
