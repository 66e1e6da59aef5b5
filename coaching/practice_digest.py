"""The consultants' weekly mail: all clients in one, those first who need somebody, with one line each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access, second_step
from accounts.branding import brand
from accounts.mailing import Letter
from accounts.models import Consultant, Practice
from coaching import copies, portfolio
from coaching.models import PracticeDelivery
from coaching.sending_time import WEEK, due_at, last_whole_week

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
    asks_second_step: bool


def due(now: datetime) -> list[int]:
    """Writes down the copies of consultants whose morning has come; ids of all that wait to be sent.

    Eight o'clock on the day they chose, by the practice's clock, about the last whole week there.
    """
    chosen = Consultant.objects.filter(digest_on=True).select_related("practice").defer("practice__logo")
    PracticeDelivery.objects.bulk_create(
        [
            PracticeDelivery(consultant=one, week=week, next_at=now)
            for one in chosen
            if (week := _week_due(one, now)) is not None
        ],
        ignore_conflicts=True,
    )
    return list(PracticeDelivery.objects.filter(next_at__lte=now).order_by("pk").values_list("pk", flat=True))


def _week_due(consultant: Consultant, now: datetime) -> date | None:
    """The week whose mail this consultant is to have by now; a day late is better than not at all."""
    zone = consultant.practice.zone
    latest = last_whole_week(now, zone)
    for week in (latest, latest - WEEK):
        at = due_at(week, day=consultant.digest_day, hour=8, reader=zone, organization=zone)
        if at <= now < at + _LATEST:
            return week
    return None


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
    """The mail about the clients that a practice looks after at this moment; None without news.

    Clients who ask for a second step that this consultant has not set up are counted, and nothing is told.
    """
    told = clients(consultant.practice, now=now)
    if not consultant.digest_on or not any(line.news for line in told):
        return None
    enters_all = second_step.has(consultant.user)
    lines = tuple(line for line in told if enters_all or not line.asks_second_step)
    token = signing.dumps(consultant.pk, salt=_LEAVING)
    return Letter(
        name="practice_digest",
        to=consultant.user.email,
        context={
            "practice": consultant.practice,
            "lines": lines,
            "waiting": sum(line.waiting for line in lines),
            "most": max(lines, key=lambda line: line.waiting).name if lines else "",
            "withheld": len(told) - len(lines),
            "set_up_url": settings.BASE_URL + reverse("mfa_index"),
            "week": week,
            "last_day": week + timedelta(days=6),
        },
        brand=brand(consultant.practice),
        list_name=f"clients.{consultant.practice.slug}",
        unsubscribe_url=settings.BASE_URL + reverse("coaching:practice_leave", args=[token]),
    )


def clients(practice: Practice, *, now: datetime) -> tuple[ClientLine, ...]:
    """Every client's line, in the order of the clients' page. A fixed number of queries."""
    lines = portfolio.read(access.looked_after(practice, at=now), now=now)
    return tuple(_line(line) for line in lines)


def _line(line: portfolio.ClientLine) -> ClientLine:
    return ClientLine(
        name=line.organization.name,
        slug=line.organization.slug,
        line=line.reasons[0] if line.reasons else _("All is well."),
        waiting=line.waiting or 0,
        stale=line.health.tone == "act",
        share=line.lead.percent if line.lead else None,
        news=bool(line.reasons),
        asks_second_step=line.organization.require_two_factor,
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
