"""The examples of contract platform."""

import time
from base64 import b64encode
from typing import Any

from tests.live.comparing import (
    ANY_TEXT,
    EMAIL,
    LINK,
    MAP,
    MOMENT,
    NUMBER,
    TEXT,
    UUID,
    Every,
    Kind,
    matching,
    one_of,
    or_none,
)
from tests.live.run import Run

BASE = "/api/v1"
STATUSES = one_of("new", "open", "in_progress", "pending", "reopened", "resolved", "closed")
PRIORITIES = one_of("low", "medium", "high", "critical")
TOKEN = matching(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
USER = {"id": UUID, "name": TEXT, "email": EMAIL}
NOBODY_OR_USER = Kind("a person or null", lambda value: value is None or set(value) == set(USER))
NAMED = Kind("id and name, or null", lambda value: value is None or set(value) == {"id", "name"})
PRODUCT = {  # what the contract adds to every ticket
    "number": NUMBER,
    "team": NAMED,
    "category": NAMED,
    "entered_by": NOBODY_OR_USER,
    "due_at": or_none(MOMENT),
    "first_response_at": or_none(MOMENT),
    "resolved_at": or_none(MOMENT),
    "closed_at": or_none(MOMENT),
}
TICKET = {
    "id": UUID,
    "title": TEXT,
    "description": ANY_TEXT,
    "status": STATUSES,
    "priority": PRIORITIES,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "created_by": USER,
    "assigned_to": NOBODY_OR_USER,
    "tags": Every(TEXT, 0),
    "custom_fields": MAP,
    **PRODUCT,
}
PAGES = {
    "total": NUMBER,
    "per_page": 20,
    "current_page": 1,
    "last_page": NUMBER,
    "next_page_url": or_none(TEXT),
    "prev_page_url": None,
}
LIMITS = {
    "X-RateLimit-Limit": matching("100|300"),
    "X-RateLimit-Remaining": matching(r"\d+"),
    "X-RateLimit-Reset": Kind("a Unix second within a minute", lambda text: -5 <= int(text) - time.time() <= 60),
}


def examples(run: Run) -> None:
    agent, customer, administrator = (_Person(run, who) for who in ("agent", "customer", "admin"))
    ticket = _create(customer, agent)
    _refusals(customer, run)
    _update(agent, ticket)
    _talk(customer, agent, ticket)
    _lists(agent, customer, ticket)
    _users(administrator)
    _sessions(administrator, run)
    agent.call("DELETE", f"/tickets/{ticket['id']}", status=204)
    agent.call("GET", f"/tickets/{ticket['id']}", status=404, expect=error("not_found", TEXT))


class _Person:
    """Somebody of the demo, signed in."""

    def __init__(self, run: Run, role: str) -> None:
        self.run, email = run, getattr(run.access, role)
        credentials = {"email": email, "password": run.access.password}
        user = {"id": UUID, "name": TEXT, "email": email, "role": role}
        self._enter("login", credentials, user)

    def refresh(self) -> None:
        """Goes on with new tokens."""
        self._enter("refresh", {"refresh_token": self.refresh_token}, self.user)

    def _enter(self, how: str, body: Any, user: Any) -> None:
        tokens = {"token": TOKEN, "expires_at": MOMENT, "refresh_token": TOKEN}
        answer = self.run.send(
            "POST", f"{BASE}/auth/{how}", json=body, status=200, expect={**tokens, "user": user}, said=LIMITS
        )
        self.user, self.refresh_token = answer["user"], answer["refresh_token"]
        self.known = {name: self.user[name] for name in USER}
        self.headers = {"Authorization": f"Bearer {answer['token']}"}

    def call(self, method: str, path: str, *, status: int, **more: Any) -> Any:
        return self.run.send(method, BASE + path, status=status, headers=self.headers, said=LIMITS, **more)


def _file(name: str, content: bytes, mime_type: str) -> dict[str, str]:
    return {"filename": name, "content": b64encode(content).decode(), "mime_type": mime_type}


def _shown(file: dict[str, str], size: int) -> dict[str, Any]:
    kept = {"filename": file["filename"], "mime_type": file["mime_type"], "size": size}
    return {"id": UUID, **kept, "url": LINK, "created_at": MOMENT}


def error(code: str, message: Any, *details: Any) -> Any:
    return {"error": {"code": code, "message": message, "details": list(details)}}


def _create(customer: _Person, agent: _Person) -> Any:
    content = b"export failed at row 7\n"
    body = {
        "title": "Reports cannot be exported",
        "description": "The button does nothing for monthly reports",
        "priority": "medium",
        "tags": ["reports", "export"],
        "custom_fields": {"browser": "Firefox 140.0", "os": "Debian 13"},
    }
    log = _file("error_log.txt", content, "text/plain")
    ticket = customer.call(
        "POST",
        "/tickets",
        json={**body, "attachments": [log]},
        status=201,
        expect={
            "data": {
                **TICKET,
                **body,
                "status": "open",
                "created_by": customer.known,
                "entered_by": customer.known,
                "assigned_to": None,
                "team": None,
                "category": None,
            }
        },
    )["data"]
    customer.run.hold("  updated when it was created", ticket["updated_at"], ticket["created_at"])
    detail = {**ticket, "comments": [], "attachments": [_shown(log, len(content))]}
    found = agent.call("GET", f"/tickets/{ticket['id']}", status=200, expect={"data": detail})["data"]
    url = found["attachments"][0]["url"].removeprefix(agent.run.access.base)
    if url.startswith("http"):  # the server calls itself by another name
        url = "/" + url.split("/", 3)[3]
    agent.run.send("GET", url, status=200, expect=content)
    return ticket


def _refusals(customer: _Person, run: Run) -> None:
    wrong = {"field": "priority", "message": "Priority must be one of: low, medium, high, critical"}
    invalid = "The request data is invalid"
    body = {"title": "x", "description": "y", "priority": "extreme"}
    customer.call("POST", "/tickets", json=body, status=400, expect=error("invalid_input", invalid, wrong))
    missing = [{"field": name, "message": TEXT} for name in ("title", "description")]
    customer.call("POST", "/tickets", json={}, status=422, expect=error("validation_error", invalid, *missing))
    customer.call("GET", "/users", status=403, expect=error("forbidden", TEXT))
    run.send("GET", f"{BASE}/tickets", status=401, expect=error("unauthorized", TEXT), said=LIMITS)
    login = {"email": "nobody@example.com", "password": "your_password"}
    run.send("POST", f"{BASE}/auth/login", json=login, status=401, expect=error("invalid_credentials", TEXT))


def _update(agent: _Person, ticket: Any) -> None:
    changes = {"status": "in_progress", "priority": "high", "assigned_to": agent.known["id"]}
    expect = {**ticket, **changes, "assigned_to": agent.known, "updated_at": MOMENT}
    agent.call("PATCH", f"/tickets/{ticket['id']}", json=changes, status=200, expect={"data": expect})


def _talk(customer: _Person, agent: _Person, ticket: Any) -> None:
    path, content = f"/tickets/{ticket['id']}", b"502 from upstream\n" * 100
    logs = _file("server_logs.txt", content, "text/plain")
    asked = {"content": "A fresh browser profile does not help.", "is_internal": False}
    answered = {"content": "The logs of the server show the cause.", "is_internal": True}
    comment = {"id": UUID, "created_at": MOMENT, "attachments": []}
    first = {**comment, **asked, "created_by": customer.known}
    second = {**comment, **answered, "created_by": agent.known, "attachments": [_shown(logs, len(content))]}
    customer.call("POST", f"{path}/comments", json=asked, status=201, expect={"data": first})
    agent.call(
        "POST", f"{path}/comments", json={**answered, "attachments": [logs]}, status=201, expect={"data": second}
    )
    attachment = {"id": UUID, "filename": "error_log.txt", "size": NUMBER, "mime_type": "text/plain"}
    detail = {
        **ticket,
        "status": "in_progress",
        "priority": "high",
        "assigned_to": agent.known,
        "updated_at": MOMENT,
        "comments": [first, second],
        "attachments": [{**attachment, "url": LINK, "created_at": MOMENT}],
    }
    agent.call("GET", path, status=200, expect={"data": detail})


def _lists(agent: _Person, customer: _Person, ticket: Any) -> None:
    found = agent.call("GET", "/tickets", status=200, expect={"data": Every(TICKET), "pagination": PAGES})
    pages = found["pagination"]
    agent.run.hold("  20 tickets a page", [len(found["data"]), pages["last_page"]], [20, -(-pages["total"] // 20)])
    agent.run.hold("  the next page", pages["next_page_url"], f"{BASE}/tickets?page=2")
    second = {**PAGES, "current_page": 2, "next_page_url": or_none(TEXT), "prev_page_url": f"{BASE}/tickets?page=1"}
    agent.call("GET", "/tickets?page=2", status=200, expect={"data": Every(TICKET), "pagination": second})
    most = {**PAGES, "per_page": 100}
    agent.call("GET", "/tickets?per_page=500", status=200, expect={"data": Every(TICKET, 100), "pagination": most})
    people = f"assigned_to={agent.known['id']}&created_by={customer.known['id']}"
    words = "status=in_progress&priority=high&q=button+reports&sort=created_at&order=desc&page=1&per_page=20"
    row = {**ticket, "status": "in_progress", "priority": "high", "assigned_to": agent.known, "updated_at": MOMENT}
    only = {**PAGES, "total": NUMBER, "next_page_url": None, "last_page": 1}
    found = agent.call(
        "GET", f"/tickets?{people}&{words}", status=200, expect={"data": Every(TICKET), "pagination": only}
    )
    agent.run.hold("  the ticket as it was changed", found["data"][0], row)
    for name, words in (
        ("status", ["open", "in_progress", "resolved", "closed"]),
        ("priority", ["low", "medium", "high", "critical"]),
    ):
        for word in words:
            shape = {"data": Every({**TICKET, name: word}), "pagination": PAGES}
            agent.call("GET", f"/tickets?{name}={word}&sort=updated_at&order=asc", status=200, expect=shape)
    for order in ("asc", "desc"):
        shape = {"data": Every(TICKET), "pagination": PAGES}
        found = agent.call("GET", f"/tickets?sort=priority&order={order}", status=200, expect=shape)
        most = "low" if order == "asc" else "critical"
        agent.run.hold("  begins with", found["data"][0]["priority"], most)


def _users(administrator: _Person) -> None:
    roles, states = one_of("admin", "agent", "customer"), one_of("active", "inactive")
    user = {
        **USER,
        "number": NUMBER,
        "role": roles,
        "status": states,
        "created_at": MOMENT,
        "last_login_at": or_none(MOMENT),
    }
    shape = {"data": Every(user), "pagination": PAGES}
    administrator.call("GET", "/users", status=200, expect=shape)
    for role in ("admin", "agent", "customer"):
        shape = {"data": Every({**user, "role": role, "status": "active"}), "pagination": PAGES}
        administrator.call("GET", f"/users?role={role}&status=active", status=200, expect=shape)
    known = {**administrator.known, "number": NUMBER, "role": "admin", "status": "active", "created_at": MOMENT}
    shape = {"data": [{**known, "last_login_at": MOMENT}], "pagination": {**PAGES, "total": 1, "last_page": 1}}
    administrator.call("GET", f"/users?q={administrator.known['email']}", status=200, expect=shape)


def _sessions(administrator: _Person, run: Run) -> None:
    unauthorized, used = error("unauthorized", TEXT), {"refresh_token": administrator.refresh_token}
    administrator.refresh()
    administrator.call("POST", "/auth/logout", status=204)
    administrator.call("GET", "/users", status=401, expect=unauthorized)
    run.send("POST", f"{BASE}/auth/refresh", json=used, status=401, expect=unauthorized)
