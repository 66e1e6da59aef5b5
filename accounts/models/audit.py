"""Who did what in an organization: written once, never changed."""

from typing import ClassVar

from django.db import models

from accounts.models.organization import OrganizationOwned


class AuditEvent(OrganizationOwned):
    """One deed. Ids and codes only, no names, so that forgetting a person leaves nothing here.

    The database refuses changes (accounts/migrations); rows go only together with their organization.
    """

    at = models.DateTimeField()
    action = models.CharField(max_length=50)
    # A number, not a reference: the trail outlives the account of whoever did it.
    actor_id = models.BigIntegerField(null=True)
    practice_id = models.BigIntegerField(null=True)
    token_id = models.BigIntegerField(null=True)
    address = models.GenericIPAddressField(null=True)
    target = models.CharField(max_length=80, blank=True)
    details = models.JSONField(default=dict)

    class Meta(OrganizationOwned.Meta):
        indexes: ClassVar = [models.Index(fields=["organization", "-at", "-id"], name="audit_newest_first")]

    def __str__(self) -> str:
        return f"{self.action} at {self.at:%Y-%m-%d %H:%M}"
