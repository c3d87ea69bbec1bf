"""Which rows of which source were imported, so that a second run skips them."""

from django.db import models


class ImportedRow(models.Model):
    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=100)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "fingerprint"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.fingerprint}"
