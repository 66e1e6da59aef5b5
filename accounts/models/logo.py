"""An organization's logo."""

from typing import ClassVar

from django.db import models
from django.utils.timezone import now

from accounts.models.organization import OrganizationOwned


class Logo(OrganizationOwned):
    """A small PNG, drawn anew from what was uploaded.

    It has a table of its own, so that no page loads it by chance.
    """

    png = models.BinaryField()
    changed_at = models.DateTimeField(default=now)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="one_logo_per_organization")
        ]

    def __str__(self) -> str:
        return f"Logo of {self.organization_id}"
