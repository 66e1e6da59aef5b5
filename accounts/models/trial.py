"""A day's trial: a private organization for somebody who has confirmed an address, and nothing else."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class Trial(models.Model):
    """What one address asked for: the mail with its link, the organization behind it, and its end.

    There is one row an address, known by a keyed hash, so that nobody has a second trial within a month;
    the address itself goes when the link or the trial has ended. It stands outside row-level security, since
    whoever asks belongs to nobody yet, and names its organization by number, which it outlives.
    """

    class State(models.TextChoices):
        """What the link in the mail opens."""

        ASKED = "asked", _("waits for its link to be opened")
        LATE = "late", _("the link has run out")
        OPEN = "open", _("open")
        OVER = "over", _("over, and still to be kept")
        KEPT = "kept", _("kept")
        ERASED = "erased", _("erased")

    address_digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("email address"), blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    asked_at = models.DateTimeField()
    link_ends_at = models.DateTimeField()
    # When a worker is to mail the link; None once it was sent or refused.
    mail_due_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mails = models.PositiveSmallIntegerField(default=0, help_text="How many were asked for.")
    organization = models.BigIntegerField(null=True, unique=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    erase_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True, help_text="Somebody erases it until then.")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["mail_due_at"], condition=models.Q(mail_due_at__isnull=False), name="trials_to_mail"
            ),
            models.Index(
                fields=["erase_at"], condition=models.Q(erase_at__isnull=False), name="trials_to_erase"
            ),
        ]

    def __str__(self) -> str:
        return f"trial {self.pk}"

    def state(self, at: datetime) -> State:
        """What has become of it by this moment."""
        if self.erased_at:
            return self.State.ERASED
        if self.kept_at:
            return self.State.KEPT
        if self.opened_at is None or self.ends_at is None:
            return self.State.ASKED if at < self.link_ends_at else self.State.LATE
        return self.State.OPEN if at < self.ends_at else self.State.OVER
