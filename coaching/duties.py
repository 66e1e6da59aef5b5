"""What the networks oblige us to forget: deleted posts, and other people's texts after their time."""

from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import budget, network_apps, pushes, retention
from coaching.models import ComplianceJob, Connection, Message, Post, Sweep
from coaching.networks import twitter_compliance
from coaching.networks.contract import Refused, TryLater

DAILY = timedelta(hours=24)
GIVEN_UP = timedelta(days=3)
"""A job that X has not finished by then is asked anew."""
Duty = Sweep.Duty


def drop_old_texts(organization: Organization, *, now: datetime) -> Sweep | None:
    """Drops what was kept as long as the organization wants, and other people's X texts after their time.

    Once a day; None where it was done already.
    """
    with scope([organization.pk]):
        if _done_lately(organization, Duty.RETENTION, now):
            return None
        looked_at = organization.messages.count()
        swept = retention.sweep(organization, now=now)
        budget.forget_days(organization, now=now)
        sweep: Sweep = Sweep.across_organizations.create(
            organization=organization,
            duty=Duty.RETENTION,
            at=now,
            looked_at=looked_at,
            removed=swept.gone,
            texts_dropped=swept.texts,
        )
        return sweep


def sweep_x(*, now: datetime) -> ComplianceJob | None:
    """The daily question to X which of all ids kept here are gone: asked, looked at, heeded.

    One step at a time, so that nobody waits for X; the next round goes on. A plan without batch compliance
    is noted for every organization that has an X account.
    """
    if not settings.X_BEARER_TOKEN:
        return None
    app = network_apps.x_app()
    job = ComplianceJob.objects.filter(finished_at__isnull=True, started_at__gt=now - GIVEN_UP).first()
    try:
        if job is not None:
            return _heed(job, now=now)
        if ComplianceJob.objects.filter(started_at__gt=now - DAILY).exists():
            return None
        ids = sorted({one for organization in _on_x() for one in _kept(organization)})
        if not ids:
            return None
        job_id = twitter_compliance.start(app, settings.X_BEARER_TOKEN, ids, now=now)
        return ComplianceJob.objects.create(job_id=job_id, started_at=now, ids=len(ids))
    except Refused as refused:
        for organization in _on_x():
            with scope([organization.pk]):
                if not _done_lately(organization, Duty.COMPLIANCE, now):
                    Sweep.across_organizations.create(
                        organization=organization, duty=Duty.COMPLIANCE, at=now, note=refused.reason
                    )
    except TryLater:
        # The next round asks again.
        pass
    return None


def _heed(job: ComplianceJob, *, now: datetime) -> ComplianceJob:
    app = network_apps.x_app()
    seen = twitter_compliance.look(app, settings.X_BEARER_TOKEN, job.job_id, now=now)
    if seen.download_url is None:
        return job
    gone = set(twitter_compliance.gone(app, seen, now=now))
    job.removed = 0
    for organization in _on_x():
        job.removed += _delete(organization, gone, now=now)
    job.finished_at = now
    job.save()
    return job


def _delete(organization: Organization, gone: set[str], *, now: datetime) -> int:
    removed = 0
    with scope([organization.pk]):
        kept = _kept(organization)
        for connection in organization.connections.filter(network=Connection.Network.TWITTER):
            mine = kept & gone
            if mine:
                removed += pushes.remove(connection, mine, now=now).removed
        Sweep.across_organizations.create(
            organization=organization, duty=Duty.COMPLIANCE, at=now, looked_at=len(kept), removed=removed
        )
    return removed


def _on_x() -> list[Organization]:
    found = []
    for organization in Organization.objects.order_by("pk"):
        with scope([organization.pk]):
            if organization.connections.filter(network=Connection.Network.TWITTER).exists():
                found.append(organization)
    return found


def _kept(organization: Organization) -> set[str]:
    """Every id of X that an organization keeps."""
    with scope([organization.pk]):
        return {
            one
            for model in (Post, Message)
            for one in model.across_organizations.filter(
                organization=organization, connection__network=Connection.Network.TWITTER
            ).exclude(connection__access=Connection.Access.DEMO).values_list("external_id", flat=True)
        }  # fmt: skip


def _done_lately(organization: Organization, duty: str, now: datetime) -> bool:
    return bool(
        Sweep.across_organizations.filter(organization=organization, duty=duty, at__gt=now - DAILY).exists()
    )


def last_sweeps(organization: Organization) -> list[Sweep]:
    """The last rounds of all duties, newest first. Needs the organization's scope."""
    return list(Sweep.across_organizations.filter(organization=organization).order_by("-at")[:30])
