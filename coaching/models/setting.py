"""What an organization has set for itself: when somebody is there, and what it wants to reach."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned


class Setting(OrganizationOwned):
    """Opening times and targets of an organization, one row or none; shares are 0–1.

    `hours` holds seven lists of [from, to] in minutes after midnight, Monday first; null where none are set.
    A target that is null is the usual one.
    """

    hours = models.JSONField(null=True, blank=True)
    holidays = ArrayField(models.DateField(), default=list, blank=True)
    social_share = models.FloatField(_("social share"), null=True, blank=True)
    answer_rate = models.FloatField(_("answer rate"), null=True, blank=True)
    answer_hours = models.FloatField(_("hours to the first answer"), null=True, blank=True)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="one_setting_per_organization"),
            models.CheckConstraint(
                condition=models.Q(social_share__isnull=True)
                | models.Q(social_share__gt=0, social_share__lte=1),
                name="social_share_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(answer_rate__isnull=True)
                | models.Q(answer_rate__gt=0, answer_rate__lte=1),
                name="answer_rate_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(answer_hours__isnull=True) | models.Q(answer_hours__gt=0),
                name="answer_hours_are_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"settings of organization {self.organization_id}"
