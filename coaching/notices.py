"""Short mails when something has happened: an archive was read, or somebody has waited for a day."""

from datetime import datetime, timedelta

from django.db import connection as database

from accounts import mailing, second_step
from accounts.branding import brand_of
from accounts.mailing import Letter
from accounts.tenancy import scope
from coaching import conversations, digest_letter, import_wording
from coaching.conversation_page import urgent_runs
from coaching.judgement.answering import runs
from coaching.models import Import, Subscription

WATCHED = timedelta(minutes=1)
"""Whoever uploads a small archive sees its end on the page; a mail comes for what took longer."""
DAY = timedelta(days=1)


def tell_importer(organization_id: int, import_id: int, *, now: datetime) -> bool:
    """Mails whoever uploaded an archive that it was read, or why not; once."""
    with scope([organization_id]):
        job = (
            Import.across_organizations.select_for_update(of=("self",))
            .select_related("organization", "created_by", "connection")
            .filter(pk=import_id, mail_sent_at=None, finished_at__isnull=False, created_by__isnull=False)
            .first()
        )
        if job is None or job.created_by is None or job.finished_at - job.created_at < WATCHED:
            return False
        job.mail_sent_at = now
        job.save(update_fields=["mail_sent_at"])
        brand = brand_of(job.organization, at=now)
        with job.organization.customs():
            told = {
                "organization": job.organization,
                "job": job,
                "trouble": import_wording.explain(job.error, job.error_params) if job.error else "",
            }
            mailing.send(Letter("import_finished", job.created_by.email, told, brand=brand))
        return True


def watchers(now: datetime, limit: int = 500) -> list[tuple[int, int]]:
    """(organization, subscription) of readers who want to hear of people that wait, at most once a day."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_wait_watchers(%s, %s)", [now, limit])
        return cursor.fetchall()


def tell_waiting(organization_id: int, subscription_id: int, *, now: datetime) -> bool:
    """Mails a member that people have waited for a day or more, if that is new to them."""
    with scope([organization_id]):
        one = (
            Subscription.across_organizations.select_for_update(of=("self",))
            .select_related("organization", "user")
            .filter(pk=subscription_id, tell_waiting=True, user__isnull=False)
            .first()
        )
        if one is None or (one.told_waiting_at and now - one.told_waiting_at < DAY):
            return False
        organization = one.organization
        if not organization.memberships.filter(user=one.user_id).exists():
            return False
        if second_step.lacking(one.user, organization):
            return False  # their digest says how to get this
        said = conversations.turns(organization, since=now - conversations.LOOK_BACK, until=now)
        since = (one.told_waiting_at or now - 2 * DAY) - DAY
        late = [run for run in urgent_runs(runs(said), now) if since < run.arrived_at <= now - DAY]
        if not late:
            return False
        one.told_waiting_at = now
        one.save(update_fields=["told_waiting_at"])
        told = {
            "organization": organization,
            "people": len(late),
            "choose_url": digest_letter.choosing_url(one),
        }
        with organization.customs():
            mailing.send(Letter("somebody_waits", one.address, told, brand=brand_of(organization, at=now)))
        return True
