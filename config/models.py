"""What belongs to the installation as a whole."""

from django.db import models


class Tick(models.Model):
    """The last time that a periodic job ran, counted in its own periods. Whoever moves it on runs the job."""

    name = models.CharField(max_length=100, primary_key=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
