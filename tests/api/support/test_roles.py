"""Whose key may do what (contract support §2): owner or state of the key × route."""

from datetime import timedelta
from typing import Any

import orjson
from django.utils import timezone

from accounts import actions
from accounts.actor import Actor
from accounts.keys import issue_key, revoke_key
from accounts.models import ApiKey, User
from api.support import urls
from tests.api.matrix import Matrix, everything, routes
from tests.api.support.caller import Support, key_for
from tests.factories import TicketFactory, acting

# bot: a key without owner; read_only, inactive, customer: what its owner became since; foreign: of another contract
MATRIX = Matrix("""
    METHOD PATH                agent admin bot read_only inactive customer expired revoked foreign nobody
    GET    /tickets              200   200 200       200      401      401     401     401     401    401
    POST   /tickets              201   201 201       403      401      401     401     401     401    401
    GET    /tickets/<ticket_id>  200   200 200       200      401      401     401     401     401    401
    PUT    /tickets/<ticket_id>  200   200 200       403      401      401     401     401     401    401
    DELETE /tickets/<ticket_id>  204   204 204       403      401      401     401     401     401    401
    GET    /categories           200   200 200       200      401      401     401     401     401    401
    GET    /priorities           200   200 200       200      401      401     401     401     401    401
""")
BODIES: dict[str, Any] = {"POST": {"subject": "a", "description": "b"}, "PUT": {"subject": "x"}}
BECAME = {"read_only": {"read_only": True}, "inactive": {"is_active": False}, "customer": {"role": "customer"}}


def key_of(role: str, agnes: User, ada: User) -> str | None:
    """A key of that role."""
    if role == "nobody":
        return None
    if role == "foreign":
        return issue_key(by=Actor.system(), contract="toptickets", kind="admin", owner=ada)[1]
    if role == "expired":
        past = timezone.now() - timedelta(seconds=1)
        return issue_key(by=Actor.system(), contract="support", owner=agnes, expires_at=past)[1]
    key = key_for({"admin": ada, "bot": None}.get(role, agnes))
    if role in BECAME:
        actions.change_user(agnes, by=acting(ada), **BECAME[role])
    if role == "revoked":
        revoke_key(ApiKey.objects.get(), by=Actor.system())
    return key


def test_no_route_is_missing() -> None:
    assert set(MATRIX.rows) == routes(urls)


@MATRIX.each_cell
def test_each_key_may_do_what_the_contract_grants(
    method: str, path: str, role: str, status: int, agnes: User, ada: User
) -> None:
    ticket = TicketFactory(assignee=ada)
    key = key_of(role, agnes, ada)
    before = everything()
    answer = Support(key).send(method, path.replace("<ticket_id>", str(ticket.pk)), orjson.dumps(BODIES.get(method)))
    assert answer.status == status, answer.body
    assert (everything() == before) == (method == "GET" or status >= 400)
