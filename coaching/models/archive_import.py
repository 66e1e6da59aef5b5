"""An uploaded archive on its way in."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned, User


class Import(OrganizationOwned):
    """One upload: where it waits, how far it is, and what came of it.

    A worker that reads it holds `lease_until`; when a worker dies the lease runs out and another begins
    again. Posts appear only when the whole archive has been read.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Stage(models.TextChoices):
        """What a running import is doing."""

        READING = "reading", _("reading the archive")
        JUDGING = "judging", _("judging posts")
        STORING = "storing", _("storing posts")
        COACHING = "coaching", _("finding suggestions")

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.READING)
    filename = models.CharField(max_length=200)
    upload = models.CharField(max_length=200, help_text="Name of the file that waits; empty once deleted.")
    into = models.ForeignKey(
        "coaching.Connection",
        models.CASCADE,
        null=True,
        related_name="+",
        db_constraint=False,
        help_text="The connection it must belong to, or null: the archive says.",
    )
    connection = models.ForeignKey(
        "coaching.Connection", models.CASCADE, null=True, related_name="imports", db_constraint=False
    )
    done = models.IntegerField(default=0)
    expected = models.IntegerField(null=True)
    attempts = models.SmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    first_look = models.JSONField(
        null=True, help_text="Of the newest posts, how many are of each kind; long before the rest is judged."
    )
    result = models.JSONField(null=True)
    error = models.CharField(max_length=60, blank=True)
    error_params = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, help_text="When a worker last began with it.")
    finished_at = models.DateTimeField(null=True)
    mail_sent_at = models.DateTimeField(null=True, help_text="When whoever uploaded it was told the end.")

    class Meta(OrganizationOwned.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["lease_until"],
                name="import_unfinished",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.state})"
