"""The examples of contract taas, on the desk of the demo, whose fields, options and tag categories are asked for."""

from typing import Any

from tests.live.comparing import (
    ANY_TEXT,
    ANYTHING,
    LIST,
    MOMENT_MS,
    NUMBER,
    TEXT,
    UUID,
    Every,
    matching,
    one_of,
    or_none,
)
from tests.live.run import Run
from tests.live.taas_shapes import ACTIVITY, FRESH, INSTANCE, ITEM, PRIORITIES, ROW, STATUSES, TAG_CATEGORY

BASE = "/ticketing/v1"
# One id with two addresses, as in the examples: nobody checks that they belong together, and the first address stays.
REQUESTOR = {"id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Rita Roe", "email": "rita.roe@example.test"}
USER = {**REQUESTOR, "email": "r.roe@example.test"}
ASSIGNEE = {"id": "708edddc-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Alva Wild", "email": "alva.w@example.test"}
PICKED = {"id": "194edddc-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Allan Dale", "email": "allan.d@example.test"}
RESOLVER = {"id": "23424-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Jo Doe", "email": "jo.doe@example.test"}

CHANGING = {
    "resolution": or_none(TEXT),
    "lastResolutionComment": or_none(TEXT),
    "lastResolutionOn": or_none(MOMENT_MS),
    "lastUpdatedOn": MOMENT_MS,
}
ORDERS = ["status", "ticketId", "title", "requestorName", "requestorEmail", "assigneeName", "assigneeEmail",
          "expectedDate", "priority", "createdDateTime", "lastInteraction"]  # fmt: skip
SELECTED = list(ROW)[: list(ROW).index("ticketNo")]  # the names that the parameter is documented with
LIMITS = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": matching(r"\d+"), "X-RateLimit-Reset": matching(r"\d+")}
LISTED = {"items": Every(ROW), "itemCount": NUMBER}


def failure(status: int) -> dict[str, Any]:
    return {"error": True, "message": TEXT, "statusCode": status}


def examples(run: Run) -> None:
    key = f"key={run.access.taas}"
    instance = run.send("GET", f"{BASE}/instance?{key}&timezone=0", status=200, expect={"item": INSTANCE}, said=LIMITS)
    category = {**TAG_CATEGORY, "instanceId": instance["item"]["id"]}
    tags = run.send("GET", f"{BASE}/tags?{key}", status=200, expect={"items": Every(category)}, said=LIMITS)
    first = _create(run, key)
    second = _create_with_everything(run, key, instance["item"], tags["items"][0]["id"])
    _update(run, key, second, instance["item"])
    _talk(run, key, first)
    _status(run, key, first)
    _lists(run, key, tags["items"][0]["id"])
    _pages(run)
    _keys(run, first)


def _create(run: Run, key: str) -> Any:
    body = {"ticket": {"title": "My first ticket", "requestor": REQUESTOR}, "user": USER}
    people = {"requestor": REQUESTOR, "createdBy": REQUESTOR, "lastUpdatedBy": REQUESTOR}
    expect = {"item": {**FRESH, "title": "My first ticket", **people}}
    path = f"{BASE}/tickets?{key}&timezone=0"
    item = run.send("POST", path, json=body, status=201, expect=expect, said=LIMITS)["item"]
    run.hold("  both numbers are one", item["ticketNo"], item["ticketId"])
    run.send("GET", f"{BASE}/tickets/{item['id']}?{key}&timezone=0", status=200, expect={"item": item}, said=LIMITS)
    return item


def _create_with_everything(run: Run, key: str, instance: Any, category: str) -> Any:
    """All seven kinds of field, text with a line feed, an assignee nobody knows, a date, and two tags."""
    fields = {_kind(field): field for field in instance["customFields"]}
    options = [[one["key"] for one in fields[name]["options"]] for name in ("5_list", "5_list*")]
    custom = {
        fields["6_peoplepicker"]["id"]: [PICKED],
        fields["5_list*"]["id"]: options[1][:2],
        fields["2_textarea"]["id"]: "long text area\nof two lines",
        fields["1_text"]["id"]: "text in custom field",
        fields["4_toggle"]["id"]: True,
        fields["5_list"]["id"]: options[0][:1],
        fields["3_date"]["id"]: "2023-07-26T17:00:00Z",
    }
    tags = [{"tagCategoryId": category, "text": text} for text in ("sdsad", "my tag")]
    same = {
        "title": "My first ticket",
        "requestor": REQUESTOR,
        "customFields": custom,
        "description": "ticket description\nline 1\nline 2",
        "priority": "Urgent",
        "assignee": ASSIGNEE,
        "tags": tags,
    }
    people = {"createdBy": REQUESTOR, "lastUpdatedBy": REQUESTOR}
    moment = {"expectedDate": "2023-07-26T17:00:00.000Z"}
    shown = {**same, "customFields": {**custom, fields["3_date"]["id"]: matching(r"2023-07-26T17:00:00(\.000)?Z")}}
    body = {"ticket": {**same, "expectedDate": "2023-07-26T17:00:00Z"}, "user": USER}
    expect = {"item": {**FRESH, **shown, **people, **moment}}
    item = run.send("POST", f"{BASE}/tickets?{key}", json=body, status=201, expect=expect, said=LIMITS)["item"]
    run.send("GET", f"{BASE}/tickets/{item['ticketId']}?{key}", status=200, expect={"item": item})
    return item


def _kind(field: Any) -> str:
    return str(field["type"]["key"]) + "*" * field["isMultiple"]


def _update(run: Run, key: str, ticket: Any, instance: Any) -> None:
    picker = next(field["id"] for field in instance["customFields"] if _kind(field).startswith("6_peoplepicker"))
    updates = {
        "title": "My 2nd ticket",
        "requestor": {**REQUESTOR, "email": "rita@elsewhere.test"},
        "customFields": {picker: [ASSIGNEE]},
        "priority": "Urgent",
        "assignee": ASSIGNEE,
    }
    after = {
        **ticket,
        "title": "My 2nd ticket",
        "customFields": {**ticket["customFields"], picker: [ASSIGNEE]},
        "lastUpdatedOn": MOMENT_MS,
    }
    path, body = f"{BASE}/tickets/{ticket['id']}?{key}&timezone=0", {"updates": updates, "user": USER}
    run.send("PUT", path, json=body, status=200, expect={"item": after}, said=LIMITS)
    run.send("GET", path, status=200, expect={"item": after})


def _status(run: Run, key: str, ticket: Any) -> None:
    """The heading says PUT, the example POST: both."""
    path = f"{BASE}/tickets/{ticket['id']}/status?{key}"
    body = {"status": "Resolved", "resolution": "fixed", "comment": "Great job!", "user": RESOLVER}
    after = {
        **ticket,
        "status": "Resolved",
        "resolution": "fixed",
        "lastResolutionComment": "Great job!",
        "firstResponseOn": or_none(MOMENT_MS),
        "firstResolutionOn": MOMENT_MS,
        "lastResolutionOn": MOMENT_MS,
        "lastUpdatedOn": MOMENT_MS,
        "lastUpdatedBy": RESOLVER,
    }
    item = run.send("POST", path, json=body, status=200, expect={"item": after}, said=LIMITS)["item"]
    change = {"name": "status", "oldValue": "Open", "newValue": "Resolved"}
    activities = run.send(
        "GET", f"{BASE}/tickets/{ticket['id']}/activities?{key}", status=200, expect={"items": Every(ACTIVITY)}
    )["items"]
    newest = {**ACTIVITY, "comment": "Great job!", "createdBy": RESOLVER, "isPrivate": False, "changes": LIST}
    run.hold("  one activity with change and comment", activities[0], {**newest, "ticketId": ticket["id"]})
    run.hold("  its change of status", [one for one in activities[0]["changes"] if one["name"] == "status"], [change])
    for word in ("Reopened", "Started", "Closed", "Open", "Resolved"):
        shown = {**item, **CHANGING, "status": "Reopened" if word == "Open" else word}
        body = {"status": word, "user": RESOLVER}
        run.send("PUT", f"{path}&timezone=0", json=body, status=200, expect={"item": shown})
    run.send("PUT", path, json={"status": "Gone", "user": RESOLVER}, status=400, expect=failure(400))


def _talk(run: Run, key: str, ticket: Any) -> None:
    path, body = f"{BASE}/tickets/{ticket['id']}", {"comment": "comment from a program", "user": USER}
    expect = {
        "id": UUID,
        "activityId": UUID,
        "ticketId": ticket["id"],
        "ticketNo": ticket["ticketId"],
        "comment": body["comment"],
        "attachments": [],
        "user": REQUESTOR,
        "createdDateTime": MOMENT_MS,
    }
    for alias in ("comments", "activities"):
        item = run.send("POST", f"{path}/{alias}?{key}", json=body, status=201, expect={"item": expect}, said=LIMITS)
        run.hold("  both ids are one", item["item"]["id"], item["item"]["activityId"])
    spoken = {**ACTIVITY, "comment": body["comment"], "createdBy": REQUESTOR, "changes": [], "isPrivate": False}
    for alias in ("activities", "comments"):
        shape = {"items": Every({**ACTIVITY, "ticketId": ticket["id"]})}
        found = run.send("GET", f"{path}/{alias}?{key}", status=200, expect=shape)["items"]
        run.hold("  newest first", found[:2], [{**spoken, "ticketId": ticket["id"]}] * 2)
    run.send("POST", f"{path}/comments?{key}", json={"user": USER}, status=400, expect=failure(400))


def _lists(run: Run, key: str, category: str) -> None:
    """The sample has a blank before `orderBy`; what it selects is all that comes."""
    chosen = {"id": UUID, "ticketId": NUMBER, "title": TEXT, "description": ANY_TEXT, "requestorName": TEXT}
    more = {"continuationToken": TEXT, "itemCount": NUMBER}
    query = "timezone=0& orderBy=status&order=ASC&select=id,ticketId,title,description,status,requestorName"
    shape = {"items": Every({**chosen, "status": one_of(*STATUSES)}, 20), **more}
    body = run.send("GET", f"{BASE}/tickets?{key}&{query}&offset=0&limit=20", status=200, expect=shape, said=LIMITS)
    order = [STATUSES.index(row["status"]) for row in body["items"]]
    run.hold("  twenty, in the order of status", [len(order), order], [20, sorted(order)])
    rows = run.send("GET", f"{BASE}/tickets?{key}", status=200, expect={"items": Every(ROW, 10), **more})["items"]
    days = [row["createdOn"] for row in rows]
    run.hold("  ten, newest first", [len(rows), days], [10, sorted(days, reverse=True)])
    _filters(run, key, category)
    for word in ORDERS:
        shape = {"items": Every({"id": UUID, "ticketId": NUMBER}), **more}
        run.send("GET", f"{BASE}/tickets?{key}&orderBy={word}&order=DESC&select=id,ticketId", status=200, expect=shape)
    query = f"timezone=0&select={','.join(SELECTED)}&limit=1"
    shape = {"items": [{name: ROW[name] for name in SELECTED}], **more}
    run.send("GET", f"{BASE}/tickets?{key}&{query}", status=200, expect=shape)


def _filters(run: Run, key: str, category: str) -> None:
    for name, value in (("title", "my 2ND"), ("tags", f"{category}_my tag,{category}_sdsad")):
        shape = {"items": Every({**ROW, "title": "My 2nd ticket", "priority": "Urgent"}), "itemCount": NUMBER}
        run.send("GET", f"{BASE}/tickets?{key}", params={name: value, "limit": "1000"}, status=200, expect=shape)
    found = {"search": "Rita first", "limit": "1000"}
    shape = {"items": Every({**ROW, "title": "My first ticket"}), "itemCount": NUMBER}
    run.send("GET", f"{BASE}/tickets?{key}", params=found, status=200, expect=shape)
    for name, words in (("status", (*STATUSES, " Closed")), ("priority", PRIORITIES)):
        for word in words:
            shape = {"items": Every({**ROW, name: word.strip()}), "itemCount": NUMBER}
            query = {name: word, "limit": "1000", "timezone": "7"}
            run.send("GET", f"{BASE}/tickets?{key}", params=query, status=200, expect=shape)


def _pages(run: Run) -> None:
    """Pages of fifty, each with the token of the one before, until none comes."""
    path, headers, seen = f"{BASE}/tickets?limit=50&key={run.access.taas_secondary}", {}, []
    for _ in range(100):
        more = {"continuationToken": matching(r"[!-~]+")}
        body = run.send("GET", path, headers=headers, status=200, expect=ANYTHING, said=LIMITS)
        full = len(body["items"]) == 50 and "continuationToken" in body
        run.hold("  a page", body, {**LISTED, **(more if full else {})})
        seen += [row["id"] for row in body["items"]]
        if not full:
            break
        headers = {"continuationToken": body["continuationToken"]}
    run.hold("  every ticket once", [len(seen), len(set(seen))], [body["itemCount"]] * 2)


def _keys(run: Run, ticket: Any) -> None:
    """Either key reads, without one nobody does, and nothing is changed in bulk or by other methods."""
    for key in (run.access.taas, run.access.taas_secondary):
        run.send("GET", f"{BASE}/tickets/{ticket['id']}?key={key}", status=200, expect={"item": ITEM}, said=LIMITS)
    run.send("GET", f"{BASE}/tickets", status=401, expect=failure(401))
    run.send("GET", f"{BASE}/tickets?key=wrong", status=401, expect=failure(401))
    body = {"ticket": {"title": "x", "requestor": REQUESTOR}, "user": USER}
    secondary = f"{BASE}/tickets?key={run.access.taas_secondary}"
    run.send("POST", secondary, json=body, status=403, expect=failure(403))
    run.send("POST", f"{BASE}/tickets?key={run.access.taas}", json=[body], status=400, expect=failure(400))
    gone = f"{BASE}/tickets/00000000-0000-4000-8000-000000000000?key={run.access.taas}"
    run.send("GET", gone, status=404, expect=failure(404))
    path = f"{BASE}/tickets/{ticket['id']}?key={run.access.taas}"
    run.send("DELETE", path, status=405, expect=failure(405), said={"Allow": TEXT})
