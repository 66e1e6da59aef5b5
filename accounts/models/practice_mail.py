"""Mails of practices that wait for a worker."""

from typing import ClassVar

from django.db import models

from accounts.models.organization import Organization
from accounts.models.practice import Practice
from accounts.models.practice_link import PracticeLink


class PracticeMail(models.Model):
    """One mail that is still to be sent; the row goes once it was. `details` holds codes and moments."""

    class Kind(models.TextChoices):
        """Which mail; templates/mail/practice_<kind>.txt has its words."""

        CONSULTANT = "consultant"
        OFFER = "offer"
        HANDOVER = "handover"
        ACCESS = "access"
        REPLY_TO = "reply_to"

    kind = models.CharField(max_length=10, choices=Kind)
    to = models.EmailField()
    practice = models.ForeignKey(Practice, models.CASCADE, null=True, related_name="+")
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="+")
    link = models.ForeignKey(PracticeLink, models.CASCADE, null=True, related_name="+")
    details = models.JSONField(default=dict)
    mail_due_at = models.DateTimeField(null=True, help_text="When to try (again); null: given up.")
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["mail_due_at"],
                condition=models.Q(mail_due_at__isnull=False),
                name="practice_mails_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} mail"
