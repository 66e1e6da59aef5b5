"""Mails that a worker still has to send."""

from typing import ClassVar

from django.db import models


class PendingMail(models.Model):
    """One whole mail, sealed, as it may hold a link that opens something; deleted once it is sent."""

    sealed = models.TextField()
    mail_due_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["mail_due_at"], name="pending_mails_due")]

    def __str__(self) -> str:
        return f"mail {self.pk}"
