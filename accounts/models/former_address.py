"""Addresses that organizations had before."""

from django.db import models

from accounts.models.organization import Organization


class FormerAddress(models.Model):
    """An address that an organization has left: links in old mails still lead to it, and nobody else gets it.

    Outside row-level security, since it says which organization a page is about.
    """

    slug = models.CharField(max_length=50, unique=True)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="former_addresses")
    left_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.slug} was {self.organization_id}"
