"""A kind word that an organization has earned."""

from typing import ClassVar

from django.db import models

from accounts.models import OrganizationOwned


class EarnedPraise(OrganizationOwned):
    """What the coach found worth praise when it last looked; gone as soon as it is no longer earned."""

    code = models.CharField(max_length=60)
    value = models.FloatField()
    params = models.JSONField(default=dict)
    examples = models.JSONField(default=list, help_text="Ids of posts of their own feed.")
    as_of = models.DateField(help_text="The day from which the account was looked at.")

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "code"], name="praised_once"),
        ]

    def __str__(self) -> str:
        return f"praise for {self.code}"
