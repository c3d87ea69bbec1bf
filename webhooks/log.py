"""The log of messages, for those who fetch it instead of being sent to.

A message is numbered before its transaction commits, so a lower number may become visible after a higher one. Whoever
reads up to `settled()` and goes on from there later misses nothing.
"""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Max

from webhooks.models import Message

# Between a message's own time, which the web process writes, and its number, which the database gives: the clocks may
# differ, and bodies take a while to build.
MARGIN = timedelta(seconds=5)
OLDEST = datetime(1970, 1, 1, tzinfo=UTC)

# One statement: its snapshot is taken before the activity is read. Who had written by then and is no longer active has
# committed, and is seen by whoever reads afterwards.
_ACTIVITY = """
    SELECT (SELECT max(id) FROM webhooks_message), (
        SELECT min(xact_start) FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend'
            AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
    )
"""
# Who is still active holds back all that was made since they began. Worded so that two indexes answer it at once.
_SETTLED = """
    WITH held AS MATERIALIZED (SELECT id FROM webhooks_message WHERE created_at >= %s)
    SELECT id FROM webhooks_message WHERE id <= %s AND id < coalesce((SELECT min(id) FROM held), %s + 1)
    ORDER BY id DESC LIMIT 1
"""


def settled() -> int:
    """The number of the last message that no other can come to stand before; 0 when there is none."""
    if connection.vendor != "postgresql":  # one writer at a time: numbers become visible in their order
        return Message.objects.aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVITY)
        last, oldest = cursor.fetchone()
        if last and oldest:
            cursor.execute(_SETTLED, [oldest - MARGIN, last, last])
            (last,) = cursor.fetchone() or (0,)
    return last or 0


def last_before(moment: datetime) -> int:
    """A number that all messages since a moment stand behind, found by an index; 0 when there is none."""
    early = max(moment, OLDEST + MARGIN) - MARGIN
    rows = Message.objects.filter(created_at__lt=early).order_by("-created_at", "-pk")
    return rows.values_list("pk", flat=True).first() or 0
