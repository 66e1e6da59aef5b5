"""The papers of all clients of a practice in one file, in the practice's own dress."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zipfile import ZIP_STORED, ZipFile

from accounts import access, audit, dressing
from accounts.access import Access
from accounts.branding import Brand, brand
from accounts.models import Organization, Practice, User
from accounts.tenancy import scope
from coaching.period_figures import Period
from coaching.report_cards import card, measuring, paper, periods


class _Pipe:
    """A file that is read as it is written, so that no more than one paper is in memory."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self._parts = b"".join(self._parts), []
        return taken


def one(organization: Organization, period: Period, worn: Brand | None, *, by: User, now: datetime) -> bytes:
    """The paper of one organization, measured now. Needs the organization's scope."""
    content = measuring.measure(organization, period, now=now)
    told = card.drafted(organization, period, content, brand=worn, now=now)
    audit.record(organization, "report_card_paper", by=by, at=now)
    return paper.pdf(told, dressing.logo(organization, told.brand))


def clients(user: User, practice: Practice, *, now: datetime) -> list[Access]:
    """The clients that this person reaches for this practice, by name."""
    return [way for way in access.consulted(user, at=now) if way.practice == practice]


def zipped(
    ways: Sequence[Access], period: Period, *, by: User, origin: audit.Origin, now: datetime
) -> Iterator[bytes]:
    """A zip with a paper for each client, made while it is sent: one client in memory at a time."""
    pipe = _Pipe()
    code = periods.code(period.first, period.last)
    with ZipFile(pipe, "w", ZIP_STORED) as whole:  # type: ignore[call-overload]
        for way in ways:
            organization, worn = way.organization, brand(way.practice) if way.practice else None
            with organization.customs(), scope([organization.pk]), audit.coming_from(origin):
                made = one(organization, period, worn, by=by, now=now)
            whole.writestr(f"{organization.slug}-{code}.pdf", made)
            yield pipe.take()
    yield pipe.take()
