"""The examples of contract support."""

from typing import Any

from tests.live.comparing import ANY_TEXT, ANYTHING, EMAIL, MOMENT, NUMBER, TEXT, Every, Kind, matching, one_of, or_none
from tests.live.run import Run

BASE = "/v1/support"
TICKET = {
    "id": NUMBER,
    "subject": TEXT,
    "description": ANY_TEXT,
    "status": one_of("open", "in_progress", "closed"),
    "priority": one_of("low", "medium", "high", "urgent"),
    "category": or_none(TEXT),
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "assignee_id": or_none(NUMBER),
}
COMMENT = {"id": NUMBER, "author": Kind("an address or system", lambda text: "@" in text or text == "system")}
COMMENTS = Every({**COMMENT, "content": TEXT, "created_at": MOMENT}, 0)
CATEGORIES = ["Account Access", "Billing Inquiry", "Technical Support", "Feature Request", "General Question"]
PRIORITIES = ["Low", "Medium", "High", "Urgent"]
UNAUTHORIZED = {"error": "Unauthorized", "message": TEXT}
NOT_FOUND = {"error": "Not Found", "message": TEXT}
ROUTES = [
    ("GET", "/tickets"),
    ("POST", "/tickets"),
    ("GET", "/tickets/{}"),
    ("PUT", "/tickets/{}"),
    ("DELETE", "/tickets/{}"),
    ("GET", "/categories"),
    ("GET", "/priorities"),
]
LIMITS = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": matching(r"\d+"), "X-RateLimit-Reset": matching(r"\d+")}


def examples(run: Run) -> None:
    key = {"X-API-Key": run.access.support}
    _lookups(run, key)
    ticket = _create(run, key)
    _read(run, key, ticket)
    _update(run, key, ticket)
    _lists(run, key)
    _delete(run, key, ticket)
    for method, path in ROUTES:
        run.send(method, BASE + path.format(ticket["id"]), status=401, expect=UNAUTHORIZED)
        wrong = {"X-API-Key": "sk_wrong"}
        run.send(method, BASE + path.format(ticket["id"]), headers=wrong, status=401, expect=UNAUTHORIZED)


def _lookups(run: Run, key: dict[str, str]) -> None:
    for path, names in (("categories", CATEGORIES), ("priorities", PRIORITIES)):
        shape = [{"id": number, "name": name} for number, name in enumerate(names, 1)]
        run.send("GET", f"{BASE}/{path}", headers=key, status=200, expect=shape, said=LIMITS)


def _create(run: Run, key: dict[str, str]) -> Any:
    body = {"subject": "A new password is needed", "description": "I forgot the old one.", "priority": "high"}
    fresh = {"id": NUMBER, "status": "open", "created_at": MOMENT, "updated_at": MOMENT, "assignee_id": None}
    shape = {**body, **fresh, "category": {"id": 3, "name": "Technical Support"}}
    sent = {**body, "category_id": 3}
    ticket = run.send("POST", f"{BASE}/tickets", headers=key, json=sent, status=201, expect=shape, said=LIMITS)
    run.hold("  updated when it was created", ticket["updated_at"], ticket["created_at"])
    plain = {"subject": "Only what is required", "description": "Nothing else."}
    shape = {**plain, **fresh, "priority": "medium", "category": None}
    other = run.send("POST", f"{BASE}/tickets", headers=key, json=plain, status=201, expect=shape)
    run.hold("  numbers rise", other["id"] > ticket["id"], True)
    wrong = {
        "error": "Bad Request",
        "message": TEXT,
        "errors": {"subject": Every(TEXT), "description": Every(TEXT)},
    }
    run.send("POST", f"{BASE}/tickets", headers=key, json={}, status=400, expect=wrong)
    wrong["errors"] = {"category_id": Every(TEXT), "priority": Every(TEXT)}
    sent = {**plain, "category_id": "three", "priority": "extreme"}
    run.send("POST", f"{BASE}/tickets", headers=key, json=sent, status=400, expect=wrong)
    return ticket


def _read(run: Run, key: dict[str, str], ticket: Any) -> None:
    shown = {**ticket, "category": "Technical Support"}
    path = f"{BASE}/tickets/{ticket['id']}"
    run.send("GET", path, headers=key, status=200, expect={**shown, "comments": []}, said=LIMITS)
    one = {"id": NUMBER, "author": EMAIL, "created_at": MOMENT}
    spoken = [_say(run, ticket, who, text) for who, text in (("customer", "Since today."), ("admin", "We look."))]
    people = [run.access.customer, run.access.admin]
    comments = [{**one, "author": who, "content": text} for who, text in zip(people, spoken, strict=True)]
    run.send("GET", path, headers=key, status=200, expect={**shown, "updated_at": MOMENT, "comments": comments})
    for missing in ("2000000000", "none"):
        run.send("GET", f"{BASE}/tickets/{missing}", headers=key, status=404, expect=NOT_FOUND)


def _say(run: Run, ticket: Any, who: str, text: str) -> str:
    """A comment by somebody, through another contract, for this one takes none."""
    base, auth = "/v1", {"Authorization": f"Bearer {run.access.toptickets}"}
    found = {"search": ticket["subject"], "limit": "1"}
    made = run.send("GET", f"{base}/tickets", headers=auth, params=found, status=200, expect=Every(ANYTHING))[0]
    person = ""
    if who == "customer":
        named = {"email": run.access.customer}
        people = run.send("GET", f"{base}/customers", headers=auth, params=named, status=200, expect=Every(ANYTHING))
        person = people[0]["id"]
    body = {"content": text, **({"author_customer_id": person} if person else {})}
    run.send("POST", f"{base}/tickets/{made['id']}/comments", headers=auth, json=body, status=201, expect=ANYTHING)
    return text


def _update(run: Run, key: dict[str, str], ticket: Any) -> None:
    path = f"{BASE}/tickets/{ticket['id']}"
    shown = {**ticket, "category": "Technical Support", "updated_at": MOMENT}
    people = run.send("GET", f"{BASE}/tickets?limit=50", headers=key, status=200, expect=Every(TICKET))
    agent = next(row["assignee_id"] for row in people if row["assignee_id"])
    changes = {
        "subject": "A new password is wanted",
        "description": "The old one is forgotten.",
        "status": "in_progress",
        "priority": "urgent",
        "assignee_id": agent,
    }
    shown |= changes | {"category": "Account Access"}
    run.send("PUT", path, headers=key, json={**changes, "category_id": 1}, status=200, expect=shown)
    mine = Every({**TICKET, "assignee_id": agent, "status": "in_progress"})
    query = f"status=in_progress&assignee_id={agent}"
    run.send("GET", f"{BASE}/tickets?{query}", headers=key, status=200, expect=mine)
    closing = {"status": "closed", "assignee_id": None}
    run.send("PUT", path, headers=key, json=closing, status=200, expect={**shown, **closing}, said=LIMITS)
    wrong = {"error": "Bad Request", "message": TEXT, "errors": {"status": Every(TEXT), "category_id": Every(TEXT)}}
    run.send("PUT", path, headers=key, json={"status": "gone", "category_id": 999_999}, status=400, expect=wrong)
    run.send("PUT", f"{BASE}/tickets/2000000000", headers=key, json=closing, status=404, expect=NOT_FOUND)


def _lists(run: Run, key: dict[str, str]) -> None:
    rows = run.send("GET", f"{BASE}/tickets", headers=key, status=200, expect=Every(TICKET, 2), said=LIMITS)
    numbers = [row["id"] for row in rows]
    run.hold("  by rising number", numbers == sorted(set(numbers)), True)
    for word in ("open", "closed", "in_progress"):
        shape = Every({**TICKET, "status": word})
        run.send("GET", f"{BASE}/tickets?status={word}", headers=key, status=200, expect=shape)


def _delete(run: Run, key: dict[str, str], ticket: Any) -> None:
    path = f"{BASE}/tickets/{ticket['id']}"
    run.send("DELETE", path, headers=key, status=204, said=LIMITS)
    for method in ("GET", "PUT", "DELETE"):
        run.send(method, path, headers=key, status=404, expect=NOT_FOUND)
