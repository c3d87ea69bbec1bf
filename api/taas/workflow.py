"""The one workflow: five states, and what usually follows each. Any state may follow any; this is what is offered."""

from typing import Any

from api.taas.vocabulary import RESOLVED, STATUSES

_LABELS = {"Started": "Start", "Resolved": "Resolve", "Closed": "Close", "Reopened": "Reopen"}
_NEXT = {
    "Open": ("Started", "Resolved", "Closed"),
    "Reopened": ("Started", "Resolved", "Closed"),
    "Started": ("Resolved", "Closed"),
    "Resolved": ("Reopened", "Closed"),
    "Closed": ("Reopened",),
}


def _state(status: str) -> dict[str, Any]:
    return {
        "id": status,
        "label": status,
        "recordResolutionSLA": status in RESOLVED,
        "nextSteps": [
            {
                "targetId": following,
                "transitionLabel": _LABELS[following],
                "authorizedUsers": [],
                "recordComment": following in RESOLVED,
                "recordResolutionSLA": following in RESOLVED,
            }
            for following in _NEXT[status]
        ],
    }


WORKFLOW = [_state(status) for status in STATUSES]
