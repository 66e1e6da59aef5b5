"""Which judge an organization's posts stand under, and the one that was fitted to it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned


class OwnJudge(OrganizationOwned):
    """One row an organization: the judge in use, what its own checks gave, and who re-judges at the moment.

    All its posts carry `version`, all its messages `messages`: whoever writes posts locks this row first.
    `wanted` differs from `intercept` until history has been judged again with it.
    """

    class Why(models.TextChoices):
        """Why the shipped judge or an own one is used."""

        TOO_FEW = "too_few", _("too few checks")
        ONE_SIDE = "one_side", _("too few on one side")
        NO_BETTER = "no_better", _("not measurably better")
        BETTER = "better", _("measurably better")

    model = models.CharField(max_length=40, default="", help_text="Version of the shipped judge in use.")
    messages = models.CharField(max_length=40, default="", help_text="The same for messages.")
    intercept = models.FloatField(default=0.0, help_text="Own shift of the logit in use.")
    number = models.IntegerField(default=0, help_text="Which own one is in use; 0 is none.")
    wanted = models.FloatField(default=0.0, help_text="The shift that the checks ask for.")
    wanted_number = models.IntegerField(default=0)
    last_number = models.IntegerField(default=0)
    why = models.CharField(max_length=10, choices=Why, default=Why.TOO_FEW)
    fitted_checks = models.IntegerField(default=0)
    fitted_model = models.CharField(max_length=40, default="")
    fitted_at = models.DateTimeField(null=True)
    switched_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="one_judge_per_organization"),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def version(self) -> str:
        """What is stored with every verdict: the shipped judge's version, and the own one's number."""
        return f"{self.model}+own{self.number}" if self.number else self.model
