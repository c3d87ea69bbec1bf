"""Which key may do what (contract taas §2): key × route."""

from typing import Any

import orjson
import pytest

from accounts import actions
from accounts.actor import Actor
from accounts.keys import issue_key
from accounts.models import Team, User
from api.taas import urls
from tests.api.matrix import Matrix, everything, routes
from tests.api.taas.caller import ADA, KIM, Taas
from tests.factories import TeamFactory, TicketFactory, acting

# lifted: a secondary key of a desk that lets it write; elsewhere: another desk's primary key; off: the desk is disabled
MATRIX = Matrix("""
    METHOD PATH                                       primary secondary lifted elsewhere off regenerated foreign nobody
    GET    /tickets                                       200       200    200       200 403         401     401    401
    POST   /tickets                                       201       403    201       201 403         401     401    401
    GET    /tickets/activity/<activity_id>/attachments    200       200    200       404 403         401     401    401
    GET    /tickets/<ticket_id>                           200       200    200       404 403         401     401    401
    PUT    /tickets/<ticket_id>                           200       403    200       404 403         401     401    401
    PATCH  /tickets/<ticket_id>                           200       403    200       404 403         401     401    401
    PUT    /tickets/<ticket_id>/status                    200       403    200       404 403         401     401    401
    POST   /tickets/<ticket_id>/status                    200       403    200       404 403         401     401    401
    GET    /tickets/<ticket_id>/activities                200       200    200       404 403         401     401    401
    POST   /tickets/<ticket_id>/activities                201       403    201       404 403         401     401    401
    GET    /tickets/<ticket_id>/comments                  200       200    200       404 403         401     401    401
    POST   /tickets/<ticket_id>/comments                  201       403    201       404 403         401     401    401
    GET    /tickets/<ticket_id>/attachments               200       200    200       404 403         401     401    401
    POST   /tickets/<ticket_id>/attachments               201       403    201       404 403         401     401    401
    GET    /instance                                      200       200    200       200 403         401     401    401
    GET    /tags                                          200       200    200       200 403         401     401    401
""")
BODIES: dict[str, Any] = {
    "tickets": {"ticket": {"title": "x", "requestor": KIM}, "user": ADA},
    "<ticket_id>": {"updates": {"title": "x"}, "user": ADA},
    "status": {"status": "Closed", "user": ADA},
    "activities": {"comment": "x", "user": ADA},
    "comments": {"comment": "x", "user": ADA},
    "attachments": {"attachments": [{"src": "https://acme.test"}], "user": ADA},
}


def key_of(role: str, desk: Team, ada: User) -> str:
    """A key of that role."""
    if role == "nobody":
        return ""
    if role == "foreign":
        return issue_key(by=Actor.system(), contract="toptickets", kind="admin", owner=ada)[1]
    reads_only = role in ("secondary", "lifted")
    team = TeamFactory() if role == "elsewhere" else desk
    key = Taas(team, kind="secondary" if reads_only else "primary").key
    if role == "lifted":
        actions.change_team(desk, by=acting(ada), secondary_key_writes=True)
    if role == "off":
        actions.change_team(desk, by=acting(ada), enabled=False)
    if role == "regenerated":
        Taas(desk)
    return key


def test_no_route_is_missing() -> None:
    assert set(MATRIX.rows) == routes(urls)


@MATRIX.each_cell
def test_each_key_may_do_what_the_contract_grants(
    method: str, path: str, role: str, status: int, desk: Team, ada: User
) -> None:
    ticket = TicketFactory(team=desk)
    key = key_of(role, desk, ada)
    before = everything()
    ids = path.replace("<ticket_id>", str(ticket.uuid)).replace("<activity_id>", str(ticket.events.get().uuid))
    body = b"" if method == "GET" else orjson.dumps(BODIES[path.rpartition("/")[2]])
    answer = Taas(key=key).send(method, ids, body)
    assert answer.status == status, answer.body
    assert (everything() == before) == (method == "GET" or status >= 400)


@pytest.mark.parametrize("kind", ["primary", "secondary"])
def test_a_key_lists_its_own_desk_only(kind: str, desk: Team) -> None:
    TicketFactory(team=TeamFactory())
    TicketFactory()
    mine = TicketFactory(team=desk)
    assert [item["ticketId"] for item in Taas(desk, kind=kind).get("/tickets").items] == [mine.pk]
