"""What this app tells those to its right. Sent inside the transaction of the change.

`user_event`: `event` (UserEvent), `silent` (True for imports and demo data, which fire no webhooks).
`team_event`: `team` (Team), `kind` ("created", "changed", "deleted"), `by` (Actor).
"""

from django.dispatch import Signal

user_event = Signal()
team_event = Signal()
