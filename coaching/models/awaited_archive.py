"""An archive that somebody has asked a network for."""

from typing import ClassVar

from django.db import models

from accounts.models import OrganizationOwned, User
from coaching.models.connection import Connection


class AwaitedArchive(OrganizationOwned):
    """Who has asked which network for an archive, and when to write to them that it is time to fetch it.

    The row goes with what it waits for: an upload that was read, a word of theirs, or the last mail.
    """

    network = models.CharField(max_length=10, choices=Connection.Network)
    asked_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    mails = models.PositiveSmallIntegerField(default=0, help_text="How many were sent or given up.")
    mail_due_at = models.DateTimeField()
    mail_tries = models.PositiveSmallIntegerField(default=0)

    ends_with_membership = "asked_by"

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "network"], name="one_awaited_archive_per_network"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["mail_due_at"], name="awaited_archive_due")]

    def __str__(self) -> str:
        return f"archive from {self.network}"
