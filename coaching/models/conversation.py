"""What staff say about a conversation: who is answering it, and that it needs no answer here."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned, User
from coaching.models.connection import Connection


class ConversationMark(OrganizationOwned):
    """That a message was answered elsewhere or needs no answer.

    It names the message by its id at the network, so that reading the account anew keeps it.
    """

    class Mark(models.TextChoices):
        """What staff said."""

        ELSEWHERE = "elsewhere", _("answered elsewhere")
        NO_ANSWER_NEEDED = "no_answer_needed", _("needs no answer")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="marks", db_constraint=False)
    message = models.CharField(max_length=100, help_text="The message's id at the network.")
    mark = models.CharField(max_length=20, choices=Mark)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "connection", "message"], name="one_mark_per_message"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organization", "at"], name="mark_by_time")]

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}"


class ConversationClaim(OrganizationOwned):
    """That somebody is answering a person in a thread, until it ends by itself."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="claims", db_constraint=False)
    thread = models.CharField(max_length=100)
    person = models.CharField(max_length=120)
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    ends_with_membership = "by"

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "connection", "thread", "person"], name="one_claim_per_conversation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} answers {self.person} until {self.until}"
