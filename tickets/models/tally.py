"""How many living tickets there are per team, status, priority and assignee, without counting them."""

from django.conf import settings
from django.db import models


class Tally(models.Model):
    """Each change appends rows of ±1; a periodic job folds them. The sum over a cell is always exact.

    Appending instead of updating means that no two transactions ever wait for one counter row.
    """

    id = models.BigAutoField(primary_key=True)
    status = models.CharField(max_length=12)
    priority = models.PositiveSmallIntegerField()
    team = models.ForeignKey("accounts.Team", models.CASCADE, null=True, related_name="+", db_index=False)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False)
    amount = models.IntegerField()

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.status} {self.amount:+}"
