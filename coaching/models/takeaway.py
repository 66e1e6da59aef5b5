"""Everything an organization has here, as a file to take away."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned, User


class Takeaway(OrganizationOwned):
    """One zip: asked for by an owner, made by a worker, deleted after a week.

    A worker that makes it holds `lease_until`; when it dies the lease runs out and another begins again.
    `done` counts rows written so far; `file` is the name in EXPORTS_DIR, empty where there is none.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        GONE = "gone", _("deleted")

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.IntegerField(default=0)
    expected = models.IntegerField(null=True)
    attempts = models.SmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    file = models.CharField(max_length=80, blank=True)
    size = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="one_takeaway_at_a_time",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["created_at"],
                name="takeaway_to_look_after",
                condition=models.Q(state__in=["waiting", "running", "ready"]),
            )
        ]

    def __str__(self) -> str:
        return f"takeaway of {self.created_at:%Y-%m-%d} ({self.state})"

    def may_be_fetched(self, at: datetime) -> bool:
        """Whether there is a file at this moment."""
        return self.state == self.State.READY and self.expires_at is not None and at < self.expires_at
