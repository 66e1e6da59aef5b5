"""How long an organization keeps what."""

from typing import ClassVar

from django.db import models

from accounts.models import OrganizationOwned


class Retention(OrganizationOwned):
    """Days until things go; null is as long as the organization itself.

    `x_text_days` is never longer than the operator allows, whatever stands here.
    """

    x_text_days = models.PositiveSmallIntegerField(null=True)
    facebook_text_days = models.PositiveSmallIntegerField(null=True)
    message_days = models.PositiveSmallIntegerField(null=True)
    draft_days = models.PositiveSmallIntegerField(null=True)
    digest_days = models.PositiveSmallIntegerField(null=True)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="one_retention_per_organization")
        ]

    def __str__(self) -> str:
        return f"retention of organization {self.organization_id}"
