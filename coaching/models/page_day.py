"""How often a Facebook Page was seen on one day, as Facebook tells its owners."""

from typing import ClassVar

from django.db import models

from accounts.models import OrganizationOwned
from coaching.models.connection import Connection


class PageDay(OrganizationOwned):
    """One day of a Page in Facebook's figures; null is what Facebook did not tell.

    `day` is a day of Facebook's own (Pacific time). `people_28` counts each person once in the 28 days that
    end with it, which days cannot be added up to.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="page_days", db_constraint=False)
    day = models.DateField()
    views = models.BigIntegerField(null=True)
    engagements = models.BigIntegerField(null=True)
    follows = models.BigIntegerField(null=True, help_text="How many follow the Page that day.")
    people_28 = models.BigIntegerField(null=True)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "connection", "day"], name="one_page_day_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.views} views"
