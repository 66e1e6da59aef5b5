"""Somebody who is asked to become a member."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.one_use_link import OneUseLink
from accounts.models.organization import Organization, Role
from accounts.models.user import User


class Invitation(OneUseLink):
    """A place in an organization that waits for somebody. It lasts seven days.

    Outside row-level security, since a guest belongs to nobody yet.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("email address"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    # When a worker is to mail it; None once it was sent, refused, accepted or taken back.
    mail_due_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

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
