"""The end of an organization: asked for, waited for, done, and what was erased."""

from typing import ClassVar

from django.db import models


class Erasure(models.Model):
    """An organization's deletion, and its receipt once it is done: numbers, no names.

    It stands outside the tenant, which it outlives. Name and address of whoever asked are emptied when
    everything is gone.
    """

    code = models.CharField(max_length=40, unique=True)
    organization = models.BigIntegerField()
    asked_by = models.BigIntegerField(null=True)
    asked_by_email = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    erased = models.JSONField(default=dict, help_text="How many rows of each table, and how many files.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(undone_at__isnull=True),
                name="one_erasure_of_an_organization",
            )
        ]

    def __str__(self) -> str:
        return self.code
