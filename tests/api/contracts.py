"""One way to ask any contract for the same thing. Agnes asks; every answer is checked by the contract's own caller."""

from abc import ABC, abstractmethod
from http import HTTPStatus
from typing import Any, ClassVar, NamedTuple, Protocol

import orjson

from accounts.models import Door, Team, User
from tests.api.platform.caller import Platform
from tests.api.support.caller import Support
from tests.api.taas.caller import Taas
from tests.api.toptickets.caller import TopTickets
from tickets.models import Ticket


class Answer(Protocol):
    """What all callers answer with."""

    status: int
    headers: Any
    body: Any


class Caller(Protocol):
    """What all callers can do."""

    def get(self, path: str) -> Answer: ...
    def send(self, method: str, path: str, content: bytes) -> Answer: ...


class Shown(NamedTuple):
    """What every contract shows of a ticket, in its own words."""

    subject: str
    description: str
    status: str
    priority: str


class Contract(ABC):
    """`unsigned` is the same program without its credential."""

    door: ClassVar[Door]
    subject: ClassVar[str] = "subject"  # what the contract calls it
    item: ClassVar[str] = ""  # where a body holds the ticket; empty: the body is the ticket
    items: ClassVar[str] = ""
    changing: ClassVar[tuple[str, str]]  # method and path below the ticket's that set a status
    commenting: ClassVar[tuple[str, str]] = ("/comments", "content")  # path below the ticket's, name of the text
    talking: ClassVar[str] = ""  # path below the ticket's that shows its comments
    api: Caller
    unsigned: Caller

    def __init__(self, agnes: User, rita: User, desk: Team) -> None:
        self.agnes, self.rita, self.desk = agnes, rita, desk
        self.connect()

    @abstractmethod
    def connect(self) -> None:
        """Sets `api` and `unsigned`."""

    @abstractmethod
    def asked_by_rita(self) -> dict[str, Any]:
        """The part of a new ticket that says who asks."""

    @abstractmethod
    def speaks(self, answer: Answer) -> bool:
        """Whether a refusal is worded as the contract words them."""

    def path(self, ticket: Ticket) -> str:
        return f"/tickets/{ticket.uuid}"

    def signed(self, body: dict[str, Any]) -> dict[str, Any]:
        """A change with what the contract wants to know beside it."""
        return body

    def opening(self, values: dict[str, Any]) -> dict[str, Any]:
        """The body that opens a ticket."""
        return values

    # ---- what tests ask ----

    def open_ticket(self, subject: Any = "Printer on fire", **values: Any) -> Answer:
        """`values` are words of the contract."""
        body = {self.subject: subject, "description": "It smokes.", **self.asked_by_rita(), **values}
        return self.send("POST", "/tickets", self.opening(body))

    def comment(self, ticket: Ticket, text: str) -> Answer:
        path, name = self.commenting
        return self.send("POST", self.path(ticket) + path, self.signed({name: text}))

    def set_status(self, ticket: Ticket, word: str) -> Answer:
        method, path = self.changing
        return self.send(method, self.path(ticket) + path, self.signed({"status": word}))

    def get(self, ticket: Ticket) -> Answer:
        return self.api.get(self.path(ticket))

    def talk(self, ticket: Ticket) -> Answer:
        """What shows the ticket's comments."""
        return self.api.get(self.path(ticket) + self.talking)

    def delete(self, ticket: Ticket) -> Answer:
        return self.api.send("DELETE", self.path(ticket), b"")

    def shown(self, ticket: Ticket) -> Shown:
        """The ticket by itself."""
        answer = self.get(ticket)
        assert answer.status == 200, answer.body
        return self._shown(answer.body[self.item] if self.item else answer.body)

    def listed(self, query: str = "") -> list[Shown]:
        """The tickets of the list."""
        answer = self.api.get(f"/tickets{query}")
        assert answer.status == 200, answer.body
        return [self._shown(item) for item in (answer.body[self.items] if self.items else answer.body)]

    def send(self, method: str, path: str, body: Any) -> Answer:
        return self.api.send(method, path, orjson.dumps(body))

    def _shown(self, item: dict[str, Any]) -> Shown:
        return Shown(item[self.subject], item["description"], item["status"], item["priority"])


class PlatformContract(Contract):
    door = Door.PLATFORM
    subject, item, items = "title", "data", "data"
    changing = ("PATCH", "")

    def connect(self) -> None:
        self.api, self.unsigned = Platform(self.agnes), Platform()

    def asked_by_rita(self) -> dict[str, Any]:
        return {"requester_id": str(self.rita.uuid)}

    def speaks(self, answer: Answer) -> bool:
        match answer.body:
            case {"error": {"code": str(), "message": str(), "details": list(), **others}, **rest}:
                return not others and not rest
        return False


class TopTicketsContract(Contract):
    door = Door.TOPTICKETS
    changing = ("PATCH", "")
    talking = "/comments"

    def connect(self) -> None:
        self.api, self.unsigned = TopTickets(self.agnes), TopTickets()

    def asked_by_rita(self) -> dict[str, Any]:
        return {"customer_id": str(self.rita.uuid)}

    def speaks(self, answer: Answer) -> bool:
        match answer.body:
            case {"detail": str(), **rest}:
                return not rest
            case {"detail": [*problems], **rest}:
                return not rest and all(set(problem) == {"loc", "msg", "type"} for problem in problems)
        return False


class TaasContract(Contract):
    door = Door.TAAS
    subject, item, items = "title", "item", "items"
    changing = ("PUT", "/status")
    commenting = ("/activities", "comment")
    talking = "/activities"

    def connect(self) -> None:
        self.api, self.unsigned = Taas(self.desk), Taas()

    def asked_by_rita(self) -> dict[str, Any]:
        return {"requestor": _named(self.rita)}

    def opening(self, values: dict[str, Any]) -> dict[str, Any]:
        return self.signed({"ticket": values})

    def signed(self, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "user": _named(self.agnes)}

    def speaks(self, answer: Answer) -> bool:
        match answer.body:
            case {"error": True, "message": str(), "statusCode": status, **rest}:
                return status == answer.status and not rest
        return False


class SupportContract(Contract):
    door = Door.SUPPORT
    changing = ("PUT", "")

    def connect(self) -> None:
        self.api, self.unsigned = Support.of(self.agnes), Support()

    def asked_by_rita(self) -> dict[str, Any]:
        return {}  # whose key it is asks

    def path(self, ticket: Ticket) -> str:
        return f"/tickets/{ticket.pk}"

    def speaks(self, answer: Answer) -> bool:
        match answer.body:
            case {"error": reason, "message": str(), **rest}:
                named = {"errors"} if answer.status == 400 else set()
                return reason == HTTPStatus(answer.status).phrase and set(rest) == named
        return False


CONTRACTS: list[type[Contract]] = [PlatformContract, TopTicketsContract, TaasContract, SupportContract]


def _named(user: User) -> dict[str, str]:
    """A person as taas names them."""
    return {"id": str(user.uuid), "name": user.full_name, "email": user.email}
