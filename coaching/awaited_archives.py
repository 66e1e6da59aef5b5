"""Archives that somebody has asked a network for: a mail when it is time to fetch one, twice at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import connection as database
from django.db.models import F, QuerySet
from django.urls import reverse

from accounts import access, audit, due_mail, mailing
from accounts.branding import brand_of
from accounts.due_mail import Fate
from accounts.mailing import Letter
from accounts.models import Organization, User
from accounts.permissions import AWAIT_ARCHIVE, allows
from accounts.tenancy import scope
from coaching.models import AwaitedArchive, Import
from coaching.networks.contract import Network

READY_AFTER = timedelta(hours=24)
"""When to write first; no network promises how long it takes."""
ONCE_MORE_AFTER = timedelta(days=3)
MOST_MAILS = 2
WHILE_READING = timedelta(hours=1)
"""How long to leave somebody alone whose upload is being read."""
_LINK = "engage.archive.here"


@dataclass(frozen=True)
class Awaited:
    """An archive on its way as whoever looks at the page reads of it."""

    network: str
    asked_at: datetime
    mail_at: datetime
    by: str
    address: str
    """Where we write; empty where somebody else has asked."""
    last: bool
    """Whether they were written to once, so that only one mail is left."""


def ask(organization: Organization, network: Network, *, by: User, now: datetime) -> None:
    """Keeps that an archive is on its way. Where one from there is already, nothing changes."""
    new = {"asked_by": by, "asked_at": now, "mail_due_at": now + READY_AFTER}
    _, made = organization.awaitedarchives.get_or_create(network=network.value, defaults=new)
    if made:
        audit.record(organization, "archive_asked_for", by=by, at=now, target=network.value)


def stop(organization: Organization, network: Network, *, by: User, now: datetime) -> None:
    """Nobody waits for it any more: it is here, or is not wanted."""
    if organization.awaitedarchives.filter(network=network.value).delete()[0]:
        audit.record(organization, "archive_no_longer_awaited", by=by, at=now, target=network.value)


def end(organization: Organization, network: str) -> None:
    """One was read, or the link in a mail says that it is over. Needs the organization's scope."""
    AwaitedArchive.across_organizations.filter(organization=organization, network=network).delete()


def page(organization: Organization, reader: User) -> Mapping[str, Awaited]:
    """What is on its way, by network. One query."""
    return {
        one.network: Awaited(
            network=one.network,
            asked_at=one.asked_at,
            mail_at=one.mail_due_at,
            by=str(one.asked_by),
            address=one.asked_by.email if one.asked_by_id == reader.pk else "",
            last=one.mails > 0,
        )
        for one in organization.awaitedarchives.select_related("asked_by").order_by("-network")
    }


def due(now: datetime, limit: int = 500) -> list[tuple[int, int]]:
    """(organization, awaited archive) of everybody whom it is time to write to."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_due_archive_mails(%s, %s)", [now, limit])
        return cursor.fetchall()


def send(organization_id: int, awaited_id: int, *, now: datetime) -> bool:
    """Writes to whoever waits that it is time, unless somebody else does; whether the mail went.

    Whoever can upload nothing here any more, and an organization that is going to be erased, gets none.
    """
    with scope([organization_id]):
        rows = _of(organization_id)
        awaited = due_mail.claim(rows.select_related("organization", "asked_by"), awaited_id, now=now)
        if awaited is None:
            return False
        if not _may_upload(awaited, now):
            awaited.delete()
            return False
        if _is_reading(organization_id):
            again = {"mail_due_at": now + WHILE_READING, "mail_tries": F("mail_tries") - 1}
            rows.filter(pk=awaited.pk).update(**again)
            return False
        with awaited.organization.customs():
            letter = _letter(awaited, now)
    fate, again_at = due_mail.send(letter, tries=awaited.mail_tries, now=now)
    with scope([organization_id]):
        _keep(awaited, fate, again_at, now)
    return fate is Fate.SENT


def link(awaited: AwaitedArchive) -> str:
    """Where whoever waits says without a login that it is over."""
    token = signing.dumps([awaited.organization_id, awaited.pk], salt=_LINK)
    return settings.BASE_URL + reverse("coaching:archive_mail", args=[token])


def named(token: str) -> tuple[Organization, AwaitedArchive | None] | None:
    """Whose archive a link in a mail is about, None for a link that is not ours.

    The archive is None once it is over.
    """
    try:
        organization_id, pk = signing.loads(token, salt=_LINK)
        organization = Organization.objects.filter(pk=int(organization_id)).first()
    except (signing.BadSignature, TypeError, ValueError):
        return None
    if organization is None:
        return None
    with scope([organization.pk]):
        return organization, _of(organization.pk).filter(pk=int(pk)).first()


def _of(organization_id: int) -> "QuerySet[AwaitedArchive]":
    found: QuerySet[AwaitedArchive] = AwaitedArchive.across_organizations.filter(organization=organization_id)
    return found


def _may_upload(awaited: AwaitedArchive, now: datetime) -> bool:
    """Whether whoever asked may still do something with it."""
    if awaited.organization.erase_at is not None or not awaited.asked_by.is_active:
        return False
    way = access.enter_by_id(awaited.asked_by, awaited.organization_id, at=now)
    return way is not None and allows(way.role, AWAIT_ARCHIVE)


def _is_reading(organization_id: int) -> bool:
    unfinished = [Import.State.WAITING, Import.State.RUNNING]
    return bool(
        Import.across_organizations.filter(organization=organization_id, state__in=unfinished).exists()
    )


def _letter(awaited: AwaitedArchive, now: datetime) -> Letter:
    last = awaited.mails + 1 >= MOST_MAILS
    here_url = link(awaited)
    upload_page = reverse("coaching:connections", args=[awaited.organization.slug])
    key = f"archive-{awaited.pk}-{awaited.mails + 1}-{awaited.asked_at:%Y%m%d%H%M%S}"
    return Letter(
        name="archive_awaited",
        to=awaited.asked_by.email,
        context={
            "organization": awaited.organization,
            "awaited": awaited,
            "last": last,
            "upload_url": f"{settings.BASE_URL}{upload_page}#upload",
            "here_url": here_url,
        },
        brand=brand_of(awaited.organization, at=now),
        unsubscribe_url="" if last else here_url,
        headers={"Message-ID": mailing.message_id(key)},
    )


def _keep(awaited: AwaitedArchive, fate: Fate, again_at: datetime | None, now: datetime) -> None:
    """Writes down what came of a try, unless another worker has taken it over meanwhile."""
    mine = _of(awaited.organization_id).filter(pk=awaited.pk, mail_tries=awaited.mail_tries)
    if again_at is not None:
        mine.update(mail_due_at=again_at)
    elif fate is Fate.REFUSED or awaited.mails + 1 >= MOST_MAILS:
        mine.delete()
    else:
        mine.update(mails=F("mails") + 1, mail_due_at=now + ONCE_MORE_AFTER, mail_tries=0)
