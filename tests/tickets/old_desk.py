"""A file from another helpdesk: tests write it, import it and read what became of it."""

import csv
from pathlib import Path

import pytest
from django.core.management import call_command

from tickets.models import Ticket

PLAIN = ("--map", "subject=title", "--map", "description=body", "--requester", "rita@example.test")
HEADER = "title,body\n"


class OldDesk:
    """Writes files, imports them, reads the report."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.path = folder / "old desk.csv"
        self.report = folder / "report.csv"
        self.said = ""

    def holds(self, content: str | bytes, name: str = "old desk.csv") -> "OldDesk":
        self.path = self.folder / name
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def takes(self, *arguments: str) -> int:
        """The exit code."""
        try:
            call_command("import_tickets", str(self.path), "--report", str(self.report), *(arguments or PLAIN))
            code = 0
        except SystemExit as left:
            code = int(str(left.code))
        self.said = self.capsys.readouterr().out
        return code

    @property
    def refused(self) -> dict[int, str]:
        with self.report.open(newline="") as file:
            return {int(row["line"]): row["reason"] for row in csv.DictReader(file)}


def subjects() -> list[str]:
    return list(Ticket.objects.order_by("id").values_list("subject", flat=True))
