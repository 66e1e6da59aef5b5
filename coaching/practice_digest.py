"""The consultants' weekly mail: all clients in one, those first who need somebody, with one line each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.urls import reverse

from accounts.branding import brand
from accounts.mailing import Letter
from accounts.models import Consultant, Organization, Practice
from accounts.tenancy import scope
from coaching import copies, digest, digest_letter
from coaching.digest import Digest
from coaching.models import PracticeDelivery
from coaching.sending_time import due_at, last_whole_week

_LEAVING = "engage.practice.leave"
_LATEST = timedelta(days=6)


@dataclass(frozen=True)
class ClientLine:
    """One client in a sentence."""

    name: str
    slug: str
    line: str
    waiting: int
    stale: bool
    share: int | None
    news: bool


def due(now: datetime) -> list[int]:
    """Writes down the copies of consultants whose Monday morning has come; ids of all that wait to be sent.

    Eight o'clock by the practice's clock, about the last whole week there.
    """
    for practice in Practice.objects.filter(consultants__digest_on=True).distinct():
        week = last_whole_week(now, practice.zone)
        at = due_at(week, day=0, hour=8, reader=practice.zone, organization=practice.zone)
        if at <= now < at + _LATEST:
            PracticeDelivery.objects.bulk_create(
                [
                    PracticeDelivery(consultant=one, week=week, next_at=now)
                    for one in practice.consultants.filter(digest_on=True)
                ],
                ignore_conflicts=True,
            )
    return list(PracticeDelivery.objects.filter(next_at__lte=now).order_by("pk").values_list("pk", flat=True))


def send(pk: int, *, now: datetime) -> None:
    """Sends one consultant's copy, unless somebody else does."""
    mine = PracticeDelivery.objects.filter(pk=pk)
    if not copies.take(mine, now=now):
        return
    copy = mine.select_related("consultant__practice", "consultant__user").get()
    state = copies.send(copy, letter(copy.consultant, copy.week, now=now), now=now)
    if state is PracticeDelivery.State.BOUNCED:
        leave(copy.consultant)


def letter(consultant: Consultant, week: date, *, now: datetime) -> Letter | None:
    """The mail about the clients that a practice looks after at this moment; None without news."""
    lines = clients(consultant.practice, now=now)
    if not consultant.digest_on or not any(line.news for line in lines):
        return None
    token = signing.dumps(consultant.pk, salt=_LEAVING)
    return Letter(
        name="practice_digest",
        to=consultant.user.email,
        context={
            "practice": consultant.practice,
            "lines": lines,
            "waiting": sum(line.waiting for line in lines),
            "week": week,
            "last_day": week + timedelta(days=6),
        },
        brand=brand(consultant.practice),
        list_name=f"clients.{consultant.practice.slug}",
        unsubscribe_url=settings.BASE_URL + reverse("coaching:practice_leave", args=[token]),
    )


def clients(practice: Practice, *, now: datetime) -> tuple[ClientLine, ...]:
    """Every client's line, those first with most people waiting, then those whose accounts are not read."""
    open_now = Q(practice_access__ends_at__isnull=True) | Q(practice_access__ends_at__gt=now)
    organizations = Organization.objects.filter(
        open_now, practice_access__practice=practice, practice_access__starts_at__lte=now
    ).distinct()
    lines = [_line(organization, now) for organization in organizations]
    return tuple(sorted(lines, key=lambda one: (-one.waiting, not one.stale, one.share or 0, one.name)))


def _line(organization: Organization, now: datetime) -> ClientLine:
    with scope([organization.pk]):
        # By the client's own clock, where the week may still be running; an archive speaks of its last one.
        week = digest.covered_week(organization, now=now)
        told: Digest = digest.preview(organization, week=week, now=now)
    return ClientLine(
        name=organization.name,
        slug=organization.slug,
        line=digest_letter.subject(told),
        waiting=told.waiting_total,
        stale=told.stale,
        share=told.share,
        news=told.news,
    )


def leaving(token: str) -> Consultant | None:
    """Whom a link to leave is about; None where it is not ours."""
    try:
        pk = int(signing.loads(token, salt=_LEAVING))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return Consultant.objects.select_related("practice").filter(pk=pk).first()


def leave(consultant: Consultant) -> None:
    """No more mails about all clients."""
    Consultant.objects.filter(pk=consultant.pk).update(digest_on=False)
    PracticeDelivery.objects.filter(consultant=consultant, state=PracticeDelivery.State.QUEUED).update(
        state=PracticeDelivery.State.SKIPPED, next_at=None
    )
