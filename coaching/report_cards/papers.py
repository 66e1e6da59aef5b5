"""The papers of all clients of a practice in one file, in the practice's own dress."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from zipfile import ZIP_STORED, ZipFile

from django.db import DatabaseError
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fpdf.errors import FPDFException

from accounts import access, audit, dressing
from accounts.access import Access
from accounts.branding import Brand, brand
from accounts.models import Organization, Practice, User
from accounts.tenancy import scope
from coaching.period_figures import Period
from coaching.report_cards import card, measuring, paper, periods

log = logging.getLogger(__name__)
LEFT_OUT = "left-out"
"""The name of the text about clients without a paper."""
# What the data of one client can set off; the others still get theirs.
_TROUBLE = (DatabaseError, FPDFException, OSError, ArithmeticError, LookupError, TypeError, ValueError)


class Missing(TextChoices):
    """Why a client has no paper."""

    ENDED = "ended", gettext_lazy("your access to it has ended.")
    FAILED = (
        "failed",
        gettext_lazy("its paper could not be made. Try it from its own page, or ask whoever runs Engage."),
    )


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
    user: User,
    practice: Practice,
    period: Period,
    *,
    origin: audit.Origin,
    clock: Callable[[], datetime],
) -> Iterator[bytes]:
    """A zip with a paper for each client, made while it is sent: one client in memory at a time.

    Whose access ends meanwhile is left out, and so is a client whose paper cannot be made; a text in it says
    who was, and why, in the language of whoever asked.
    """
    ways, language = clients(user, practice, now=clock()), translation.get_language()
    return _packed(_papers(ways, user, practice, period, origin, clock), period, language)


def _papers(
    ways: Sequence[Access],
    user: User,
    practice: Practice,
    period: Period,
    origin: audit.Origin,
    clock: Callable[[], datetime],
) -> Iterator[tuple[Organization, bytes | Missing]]:
    """The paper of each client, or why there is none."""
    for organization in (way.organization for way in ways):
        now = clock()
        if organization.pk not in {way.organization.pk for way in clients(user, practice, now=now)}:
            yield organization, Missing.ENDED
            continue
        try:
            with organization.customs(), scope([organization.pk]), audit.coming_from(origin):
                made = one(organization, period, brand(practice), by=user, now=now)
        except _TROUBLE:
            log.exception("No paper could be made of organization %s.", organization.pk)
            yield organization, Missing.FAILED
        else:
            yield organization, made


def _packed(
    papers: Iterable[tuple[Organization, bytes | Missing]], period: Period, language: str | None
) -> Iterator[bytes]:
    pipe, missing = _Pipe(), []
    code = periods.code(period.first, period.last)
    with ZipFile(pipe, "w", ZIP_STORED) as whole:  # type: ignore[call-overload]
        for organization, paper in papers:
            if isinstance(paper, Missing):
                missing.append((organization.name, paper))
                continue
            whole.writestr(f"{organization.slug}-{code}.pdf", paper)
            yield pipe.take()
        if missing:
            with translation.override(language):
                whole.writestr(f"{LEFT_OUT}.txt", _told(missing))
    yield pipe.take()


def _told(missing: Sequence[tuple[str, Missing]]) -> str:
    first = _("These clients have no paper in this file:")
    return "\r\n".join([first, "", *(f"{name}: {why.label}" for name, why in missing), ""])
