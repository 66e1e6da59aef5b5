"""Something somebody else addressed to the organization."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned
from coaching.models.connection import Connection


class Message(OrganizationOwned):
    """A mention, reply, comment or visitor post by somebody else."""

    class Intent(models.TextChoices):
        """What the writer is after."""

        QUESTION = "question", _("question")
        REQUEST = "request", _("request")
        COMPLAINT = "complaint", _("complaint")
        THANKS = "thanks", _("thanks")
        PRAISE = "praise", _("praise")
        OTHER = "other", _("other")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="messages", db_constraint=False)
    external_id = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    text = models.TextField()
    author_id = models.CharField(max_length=100, null=True)
    author_handle = models.CharField(max_length=100, null=True)
    author_name = models.CharField(max_length=200, null=True)
    conversation_id = models.CharField(max_length=100, null=True)
    parent_id = models.CharField(max_length=100, null=True)
    url = models.TextField(null=True)
    edited_at = models.DateTimeField(null=True)

    intent = models.CharField(max_length=10, choices=Intent, null=True)
    wants_answer = models.BooleanField(default=False)
    language = models.CharField(max_length=10, null=True)
    judge = models.CharField(max_length=40, default="", help_text="Version of the judge.")

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "connection", "external_id"], name="message_stored_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "-created_at", "-id"], name="message_by_time"),
            models.Index(fields=["organization", "connection", "conversation_id"], name="message_in_thread"),
        ]

    def __str__(self) -> str:
        return f"message {self.external_id}"
