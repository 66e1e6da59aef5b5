"""Which mail a reader's copy is: the digest, for an archive a reminder, or nothing."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts import second_step
from accounts.branding import brand_of
from accounts.mailing import Letter
from coaching import digest, digest_letter
from coaching.models import Delivery, Import

REMIND_EVERY = 4
"""Weeks between two reminders to upload a newer archive."""


def letter(copy: Delivery, *, now: datetime) -> Letter | None:
    """The mail for a claimed copy; None where there is nothing to say. Needs the organization's scope.

    A member who has not set up the second step that the organization asks for gets no figures: where there
    is something to say, the mail says how to get it.
    """
    wanted, member = _wanted(copy, now), copy.subscription.user
    if wanted is not None and member is not None and second_step.lacking(member, copy.organization):
        return second_step_first(copy, now)
    return wanted


def _wanted(copy: Delivery, now: datetime) -> Letter | None:
    """The mail for whoever may read it.

    An organization that lives from archives gets one digest after each import, about the last whole week in
    it, and then a reminder a month.
    """
    reader, organization = copy.subscription, copy.organization
    if not reader.on or reader.bounced_at is not None or reader.confirmed_at is None:
        return None
    if reader.user_id and not organization.memberships.filter(user=reader.user_id).exists():
        return None  # they have left the organization since
    connections = list(organization.connections.all())
    if not connections or any(connection.hears_others for connection in connections):
        told = digest.read(digest.issue(organization, week=copy.week, now=now))
        if not told.news and not reader.even_without_news:
            return None
        return digest_letter.letter(told, reader.address, subscription=reader, now=now)
    imports = organization.imports.filter(state=Import.State.DONE, finished_at__isnull=False)
    imported = imports.order_by("-finished_at").values_list("finished_at", flat=True).first()
    if imported is None:
        return None
    sent = reader.deliveries.filter(state=Delivery.State.SENT, sent_at__gte=imported).exclude(pk=copy.pk)
    if not sent.exists():
        week = digest.covered_week(organization, now=now)
        told = digest.read(digest.issue(organization, week=week, now=now))
        return digest_letter.letter(told, reader.address, subscription=reader, now=now)
    weeks = (now - imported).days // 7
    return reminder(copy, imported, now) if weeks and weeks % REMIND_EVERY == 0 else None


def reminder(copy: Delivery, imported: datetime, now: datetime) -> Letter:
    """That a newer archive would tell more."""
    return _short("archive_reminder", copy, now, imported=imported)


def second_step_first(copy: Delivery, now: datetime) -> Letter:
    """That the digest comes once a second step is set up, and where to do that."""
    return _short("digest_second_step", copy, now, set_up_url=settings.BASE_URL + reverse("mfa_index"))


def _short(name: str, copy: Delivery, now: datetime, **told: object) -> Letter:
    choose = digest_letter.choosing_url(copy.subscription)
    return Letter(
        name=name,
        to=copy.subscription.address,
        context={"organization": copy.organization, "choose_url": choose, **told},
        brand=brand_of(copy.organization, at=now),
        list_name=f"digest.{copy.organization.slug}",
        unsubscribe_url=f"{choose}leave/",
    )
