"""How a practice dresses the pages and mails of the organizations it looks after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts import colours
from accounts.models import Organization, Practice


@dataclass(frozen=True)
class Brand:
    """A practice's dress: the name that clients read, a colour, a logo, and who seems to write mails.

    `version` changes with the look. Mails are always sent from the operator's own address; only the name in
    front of it and where answers go are the practice's.
    """

    slug: str
    name: str
    colour: str = ""
    has_logo: bool = False
    sender_name: str = ""
    reply_to: str = ""
    version: str = ""

    @property
    def text_colour(self) -> str:
        """What can be read on the colour, with a contrast of at least 4.5."""
        return colours.text_on(self.colour) if self.colour else colours.WHITE


def brand(practice: Practice) -> Brand:
    """The dress of one practice."""
    return Brand(
        slug=practice.slug,
        name=practice.brand_name or practice.name,
        colour=practice.colour,
        has_logo=bool(practice.logo_type),
        sender_name=practice.sender_name,
        reply_to=practice.reply_to,
        version=format(int(practice.look_changed_at.timestamp()), "x"),
    )


def brand_of(organization: Organization, *, at: datetime) -> Brand | None:
    """The dress of an organization's pages and mails: of the practice that has looked after it longest now.

    None where no practice does, or none that has chosen a name for clients to read.
    """
    found = (
        Practice.objects.filter(clients__organization=organization, clients__starts_at__lte=at)
        .filter(Q(clients__ends_at__isnull=True) | Q(clients__ends_at__gt=at))
        .exclude(brand_name="")
        .order_by("clients__starts_at", "pk")
        .defer("logo")
        .first()
    )
    return brand(found) if found else None
