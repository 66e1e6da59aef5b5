"""Somebody who is asked to become a member."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.organization import Organization, Role
from accounts.models.user import User


class Invitation(models.Model):
    """A place in an organization that waits for somebody: one use, seven days, taken back at any time.

    Two links lead to it. The one in the mail proves that its reader has the address; the one that the
    inviter copies proves nothing. Only the SHA-256 of each is kept; `nonce` is what they are made from,
    with the operator's key. Outside row-level security, since a guest belongs to nobody yet.
    """

    class State(models.TextChoices):
        """Whether somebody can still accept it."""

        OPEN = "open", _("waits for an answer")
        EXPIRED = "expired", _("expired")
        ACCEPTED = "accepted", _("accepted")
        REVOKED = "revoked", _("taken back")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=43)
    mail_digest = models.CharField(max_length=64, unique=True)
    link_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    # When a worker is to mail it; None once it was sent, refused, accepted or taken back.
    mail_due_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role_known"),
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation_per_address",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["mail_due_at"],
                condition=models.Q(mail_due_at__isnull=False),
                name="invitations_to_mail",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} invites somebody as {self.role}"

    def state(self, at: datetime) -> State:
        """What has become of it by this moment."""
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.OPEN if at < self.expires_at else self.State.EXPIRED
