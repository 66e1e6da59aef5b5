"""Links between a practice and those it has yet to find: consultants, and clients."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.one_use_link import OneUseLink
from accounts.models.organization import Organization, Role
from accounts.models.practice import Practice
from accounts.models.user import User

_UNANSWERED = models.Q(accepted_at__isnull=True, revoked_at__isnull=True)


class PracticeLink(OneUseLink):
    """What somebody is offered by a link.

    consultant: a place in the practice. client: an organization's access, for the practice named or, where
    none is, for whichever gets the link. handover: an organization that the practice has set up; `role` is
    what the practice keeps. Outside row-level security, since whoever opens it belongs to nobody yet.
    """

    class Kind(models.TextChoices):
        """What is offered."""

        CONSULTANT = "consultant", _("a place in the practice")
        CLIENT = "client", _("access to an organization")
        HANDOVER = "handover", _("an organization")

    kind = models.CharField(max_length=10, choices=Kind)
    practice = models.ForeignKey(Practice, models.CASCADE, null=True, related_name="links")
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="practice_links")
    email = models.EmailField(_("email address"), blank=True)
    leads = models.BooleanField(default=False)
    role = models.CharField(max_length=10, choices=Role, blank=True)
    access_ends_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="consultant", practice__isnull=False, organization__isnull=True)
                | models.Q(kind="client", organization__isnull=False, role__in=Role.values)
                | models.Q(
                    kind="handover",
                    practice__isnull=False,
                    organization__isnull=False,
                    role__in=Role.values,
                ),
                name="practice_link_says_what_it_offers",
            ),
            models.UniqueConstraint(
                fields=["practice", "email"],
                condition=_UNANSWERED & models.Q(kind="consultant"),
                name="one_open_link_per_consultant",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=_UNANSWERED & models.Q(kind="handover"),
                name="one_open_handover",
            ),
            models.UniqueConstraint(
                fields=["organization", "practice"],
                condition=_UNANSWERED & models.Q(kind="client", practice__isnull=False),
                name="one_open_offer_per_practice",
            ),
        ]

    @property
    def last_day(self) -> date | None:
        """The last whole day of the access that is offered, by the organization's clock."""
        if self.organization is None or self.access_ends_at is None:
            return None
        return self.organization.last_day_before(self.access_ends_at)

    def __str__(self) -> str:
        return f"A link for {self.get_kind_display()}"
