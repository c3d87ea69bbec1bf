"""The examples of contract toptickets; those of the shell by curl."""

import subprocess
from typing import Any

import requests

from tests.live import toptickets_files
from tests.live.comparing import (
    ANY_TEXT,
    BOOLEAN,
    EMAIL,
    LINK,
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
from tests.live.run import PATIENCE, Run
from tests.live.toptickets_files import INVALID

BASE = "/v1"
STATUSES = ("new", "open", "pending", "resolved", "closed")
PRIORITIES = ("low", "medium", "high", "urgent")
TICKET = {
    "id": UUID,
    "ticket_number": NUMBER,
    "tracking_token": UUID,
    "ticket_display_id": matching(r"TKT-\d+"),
    "customer_id": UUID,
    "subject": TEXT,
    "description": ANY_TEXT,
    "status": one_of(*STATUSES),
    "priority": one_of(*PRIORITIES),
    "category": or_none(TEXT),
    "assigned_user_id": or_none(UUID),
    "assigned_team_id": or_none(UUID),
    "due_date": or_none(MOMENT),
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "resolved_at": or_none(MOMENT),
    "closed_at": or_none(MOMENT),
}
MEMBERS = Every({"id": UUID, "email": TEXT, "full_name": TEXT}, 0)
TEAM = {
    "id": UUID,
    "name": TEXT,
    "description": or_none(ANY_TEXT),
    "members": MEMBERS,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
USER = {
    "id": UUID,
    "email": TEXT,
    "full_name": TEXT,
    "role": one_of("admin", "read_only_admin", "agent", "read_only_agent"),
    "is_active": BOOLEAN,
    "avatar_url": or_none(LINK),
    "employee_type": one_of("permanent", "contractor", "external", "bot"),
    "region": or_none(TEXT),
    "timezone": or_none(TEXT),
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
TEXTS = ("company", "department", "title", "contact_number", "pronoun", "timezone", "notes")
PLACES = [f"location_{part}" for part in ("country", "city", "state", "zip", "address")]
PAGES = [f"social_{name}" for name in ("linkedin", "website", "github")]
CUSTOMER = {
    "id": UUID,
    "name": TEXT,
    "email": EMAIL,
    **dict.fromkeys([*TEXTS, *PLACES, *PAGES], or_none(ANY_TEXT)),
    "customer_tier": or_none(matching("tier_[1-4]")),
    "region": or_none(one_of("amer", "apac", "emea", "latam", "asean")),
    "account_value": or_none(matching(r"\d+\.\d\d")),
    "has_premium_support": BOOLEAN,
    "is_vip": BOOLEAN,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
DETAIL = {"detail": TEXT}
OPENAPI = Kind(
    "an OpenAPI document",
    lambda body: isinstance(body, dict) and "/tickets" in str(body["paths"]) and "openapi" in body,
)
HTML = Kind("a page", lambda body: isinstance(body, bytes) and b"<html" in body)


def limit(per_minute: int) -> dict[str, Any]:
    number = matching(r"\d+")
    return {"X-RateLimit-Limit": str(per_minute), "X-RateLimit-Remaining": number, "X-RateLimit-Reset": number}


def examples(run: Run) -> None:
    auth = {"Authorization": f"Bearer {run.access.toptickets}"}
    ticket, owner = _overview(run, auth)
    _words(run, auth, ticket)
    _pages_by_curl(run, auth)
    _refusals(run, auth)
    _others(run, auth)
    toptickets_files.examples(run, auth, ticket["id"], owner["id"])
    run.send("DELETE", f"{BASE}/tickets/{ticket['id']}", headers=auth, status=204)


def _overview(run: Run, auth: dict[str, str]) -> tuple[Any, Any]:
    """One object and a list of them, bare, with both headers that every request has."""
    headers = {**auth, "Content-Type": "application/json"}
    found = {"email": run.access.customer}
    people = run.send("GET", f"{BASE}/customers", headers=headers, params=found, status=200, expect=Every(CUSTOMER))
    wanted = {"search": run.access.admin}
    owners = run.send("GET", f"{BASE}/users", headers=headers, params=wanted, status=200, expect=[USER])
    body = {"subject": "Trouble with login", "description": "An issue since noon.", "customer_id": people[0]["id"]}
    fresh = dict.fromkeys(("category", "assigned_user_id", "assigned_team_id", "due_date", "resolved_at", "closed_at"))
    shape = {**TICKET, **body, **fresh, "status": "new", "priority": "medium"}
    ticket = run.send("POST", f"{BASE}/tickets", headers=headers, json=body, status=201, expect=shape, said=limit(2000))
    run.hold("  its number in words", ticket["ticket_display_id"], f"TKT-{ticket['ticket_number']}")
    run.send("GET", f"{BASE}/tickets/{ticket['id']}", headers=headers, status=200, expect=ticket, said=limit(2000))
    change = {"priority": "high", "status": "open"}
    shape = {**ticket, **change, "updated_at": MOMENT}
    path = f"{BASE}/tickets/{ticket['id']}"
    ticket = run.send("PATCH", path, headers=headers, json=change, status=200, expect=shape)
    run.send("GET", f"{BASE}/openapi.json", status=200, expect=OPENAPI)
    run.send("GET", "/docs", status=200, expect=HTML)
    return ticket, owners[0]


def _words(run: Run, auth: dict[str, str], ticket: Any) -> None:
    """Every word of both enumerations is taken and shown; others are 422."""
    path = f"{BASE}/tickets/{ticket['id']}"
    for name, words in (("status", STATUSES), ("priority", PRIORITIES)):
        for word in words:
            shape = {**TICKET, "id": ticket["id"], name: word}
            run.send("PATCH", path, headers=auth, json={name: word}, status=200, expect=shape)
            rows = Every({**TICKET, name: word})
            run.send("GET", f"{BASE}/tickets?{name}={word}", headers=auth, status=200, expect=rows)
        run.send("PATCH", path, headers=auth, json={name: "extreme"}, status=422, expect=INVALID)
        run.send("GET", f"{BASE}/tickets?{name}=extreme", headers=auth, status=422, expect=INVALID)
    run.send("PATCH", path, headers=auth, json={"status": "open", "priority": "high"}, status=200, expect=TICKET)


def _pages_by_curl(run: Run, auth: dict[str, str]) -> None:
    """The shell's samples. The page after the first fifty begins where that one ends."""
    rows = Every(TICKET)
    whole = _curl(run, auth, "/tickets", rows)
    first = _curl(run, auth, "/tickets?limit=50", rows)
    run.hold("  the same, with the offset", _curl(run, auth, "/tickets?offset=0&limit=50", rows), first)
    second = _curl(run, auth, "/tickets?offset=50&limit=50", rows)
    run.hold("  one hundred without a limit", [len(whole), first + second], [100, whole])
    most = run.send("GET", f"{BASE}/tickets?limit=500", headers=auth, status=200, expect=rows)
    run.hold("  as many as there are, up to 500", len(most) > 100, True)
    _curl(run, auth, "/tickets?status=open&priority=high", Every({**TICKET, "status": "open", "priority": "high"}))
    hits = _curl(run, auth, "/tickets?search=login%20issue", rows)
    run.hold("  both words are found, apart", any(row["subject"] == "Trouble with login" for row in hits), True)


def _curl(run: Run, auth: dict[str, str], path: str, expect: Any) -> Any:
    headers = [part for name, value in auth.items() for part in ("-H", f"{name}: {value}")]
    command = ["curl", "-sS", "-w", "%{stderr}%{http_code}", run.access.base + BASE + path, *headers]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    response = requests.Response()
    response.status_code, response._content = int(done.stderr), done.stdout.encode()
    response.headers["Content-Type"] = "application/json"
    run.judge("curl", BASE + path, response, status=200, expect=expect)
    return response.json()


def _refusals(run: Run, auth: dict[str, str]) -> None:
    nowhere = f"{BASE}/tickets/550e8400-e29b-41d4-a716-446655440000"
    run.send("GET", nowhere, headers=auth, status=404, expect={"detail": "Ticket not found"})
    run.send("GET", f"{BASE}/tickets", status=401, expect=DETAIL)
    unknown = {"Authorization": "Bearer YOUR_API_KEY"}
    run.send("GET", f"{BASE}/tickets", headers=unknown, status=401, expect={"detail": "Invalid API key"})
    run.send("POST", f"{BASE}/tickets", headers=auth, data=b"{field_name", status=400, expect=INVALID)
    run.send("POST", f"{BASE}/tickets", headers=auth, json={"field_name": "value"}, status=422, expect=INVALID)
    for query in ("limit=501", "limit=0", "offset=-1"):
        run.send("GET", f"{BASE}/tickets?{query}", headers=auth, status=422, expect=INVALID)
    reader = {"Authorization": f"Bearer {run.access.toptickets_read_only}"}
    run.send("GET", f"{BASE}/tickets?limit=1", headers=reader, status=200, expect=[TICKET], said=limit(200))
    needed = {"detail": "Insufficient permissions. Required scope: tickets:write"}
    run.send("POST", f"{BASE}/tickets", headers=reader, json={}, status=403, expect=needed, said=limit(200))


def _others(run: Run, auth: dict[str, str]) -> None:
    """The other resources that the overview names."""
    for name, shape in (("teams", TEAM), ("users", USER), ("customers", CUSTOMER)):
        rows = run.send("GET", f"{BASE}/{name}?offset=0&limit=2", headers=auth, status=200, expect=Every(shape))
        run.send("GET", f"{BASE}/{name}/{rows[0]['id']}", headers=auth, status=200, expect=rows[0])
