"""What networks push to us, until it is known whose it is."""

from typing import ClassVar

from django.db import models

from coaching.models.connection import Connection


class Push(models.Model):
    """One body that a network sent, stored once.

    It belongs to no organization until it is read, so row-level security cannot guard it. That is why the
    body is emptied as soon as it has been applied; what we could not understand is kept for a month.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        APPLIED = "applied"
        UNKNOWN = "unknown"

    network = models.CharField(max_length=10, choices=Connection.Network)
    digest = models.CharField(max_length=64)
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    received_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    events = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0, help_text="Events of a shape that we do not know.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "digest"], name="push_stored_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["received_at"], name="push_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.digest[:8]} ({self.state})"
