"""The weekly digest: what one said, who reads it, and how each copy fared on its way."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import Consultant, OrganizationOwned, User
from accounts.models.organization import check_timezone


class DigestIssue(OrganizationOwned):
    """What the digest of one week said: ids, codes and figures; names and texts are looked up to read it.

    `week` is the Monday of the covered week by the organization's clock. What was sent keeps its numbers.
    """

    week = models.DateField()
    content = models.JSONField()
    composed_at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "week"], name="one_digest_per_week")
        ]

    def __str__(self) -> str:
        return f"digest of the week of {self.week}"


class Subscription(OrganizationOwned):
    """Somebody who gets the digest, and when: a member (`user`) or a reader without an account (`email`).

    `next_week` is the covered week of the next copy and `due_at` when it is due; None: never. Whom an owner
    subscribed gets nothing before they have said yes (`confirmed_at`).
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    email = models.EmailField(blank=True)
    on = models.BooleanField(_("send me the digest"), default=True)
    paused_until = models.DateField(_("pause until"), null=True, blank=True)
    day = models.SmallIntegerField(_("day"), default=0, validators=[MaxValueValidator(6)])
    hour = models.SmallIntegerField(_("hour"), default=8, validators=[MaxValueValidator(23)])
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[check_timezone],
        help_text="Empty: the organization's.",
    )
    even_without_news = models.BooleanField(_("two lines in a week without news"), default=False)
    tell_waiting = models.BooleanField(_("tell me when somebody has waited for a day"), default=False)
    confirmed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="When a reader without account was asked.")
    bounced_at = models.DateTimeField(null=True, help_text="Their mail server refused the address for good.")
    told_waiting_at = models.DateTimeField(null=True)
    next_week = models.DateField()
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    ends_with_membership = "user"

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_subscription_per_member"),
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=~models.Q(email=""),
                name="one_subscription_per_address",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) ^ ~models.Q(email=""), name="member_or_reader"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="subscription_due", condition=models.Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"

    @property
    def address(self) -> str:
        """Where the digest goes."""
        return self.user.email if self.user else self.email


class Copy(models.Model):
    """One mail on its way to one reader: how far it is, and what the mail server said."""

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("nothing new")
        FAILED = "failed", _("could not be sent")
        BOUNCED = "bounced", _("refused by the reader's mail server")

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="When to try (again), or when a lease ends.")
    message_id = models.CharField(max_length=250, blank=True)
    handed_over_at = models.DateTimeField(null=True, help_text="When a mail server was last given it.")
    trouble = models.CharField(max_length=200, blank=True, help_text="What the mail server said.")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Delivery(OrganizationOwned, Copy):
    """A reader's copy of an organization's digest; there is never a second one for the same week."""

    week = models.DateField()
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="deliveries", db_constraint=False
    )

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "subscription", "week"], name="one_copy_per_reader_and_week"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(next_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.week}: {self.state}"


class PracticeDelivery(Copy):
    """A consultant's copy of the mail about all clients; it belongs to no organization and names none."""

    week = models.DateField()
    consultant = models.ForeignKey(Consultant, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultant", "week"], name="one_copy_per_consultant_and_week")
        ]

    def __str__(self) -> str:
        return f"{self.week}: {self.state}"
