"""A short mail that waits for a worker and a mail server."""

from typing import ClassVar

from django.db import models


class PendingMail(models.Model):
    """One mail until it is sent; then the row goes, and the address with it.

    `name` chooses the templates and `told` what they print, text only. `organization` is whose it is, a
    number: the last mail of all says that the organization is gone.
    """

    name = models.CharField(max_length=40)
    to = models.EmailField()
    told = models.JSONField(default=dict)
    organization = models.BigIntegerField(null=True)
    mail_due_at = models.DateTimeField()
    mail_tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["mail_due_at"], name="mail_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
