"""What consultants write down about a client."""

from typing import ClassVar

from django.db import models

from accounts.models import OrganizationOwned, Practice, User


class ClientNote(OrganizationOwned):
    """A consultant's note about a client: the practice's own, or shared with the organization."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="+")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=4000)
    shared = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        indexes: ClassVar = [
            models.Index(fields=["organization", "practice", "-written_at"], name="client_note_by_time"),
        ]

    def __str__(self) -> str:
        return f"note of {self.written_at:%Y-%m-%d}"
