"""Announces what only the clock brings about: a week is over, somebody waits for an answer."""

from datetime import datetime, timedelta

from django.db import connection as database

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import conversations, figure_table, period_figures
from coaching.announcing import announce
from coaching.conversation_page import urgent_runs
from coaching.judgement.answering import runs
from coaching.judgement.weeks import last_weeks
from coaching.models import WebhookEndpoint
from coaching.period_figures import Period

Event = WebhookEndpoint.Event

FRESH = timedelta(days=1)
"""Who has waited longer was told of already, or stood there before the receiver did."""
_NAMES = ("name", "where", "state", "value", "low", "high", "n")


def listeners() -> list[int]:
    """Organizations with a receiver for what only the clock brings about: a week's end, somebody waiting."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT organization_id FROM engage_webhook_listeners(%s)", [[Event.FIGURES, Event.WAITING]]
        )
        return [row[0] for row in cursor.fetchall()]


def look(organization_id: int, *, now: datetime) -> None:
    """Tells of the last whole week's figures and of people who began to wait; again does no harm."""
    organization = Organization.objects.get(pk=organization_id)
    with scope([organization_id]):
        listening = organization.webhookendpoints.filter(off_since__isnull=True)
        if listening.filter(events__contains=[Event.FIGURES]).exists():
            _figures(organization, now)
        if listening.filter(events__contains=[Event.WAITING]).exists():
            _waiting(organization, now)


def _figures(organization: Organization, now: datetime) -> None:
    monday = last_weeks(now, organization.zone, 2)[0]
    if organization.webhookdeliverys.filter(event=Event.FIGURES, key=monday.isoformat()).exists():
        return
    week = Period(monday, monday + timedelta(days=6))
    rows = figure_table.table(period_figures.measure(organization, week, now=now))
    figures = [{name: row[name] for name in _NAMES if name in row} for row in rows]
    data = {"since": week.first.isoformat(), "until": week.last.isoformat(), "figures": figures}
    announce(organization, Event.FIGURES, monday.isoformat(), data, at=now)


def _waiting(organization: Organization, now: datetime) -> None:
    said = conversations.turns(organization, since=now - conversations.LOOK_BACK, until=now)
    for run in urgent_runs(runs(said), now):
        if run.arrived_at > now - FRESH:
            first = run.messages[0]
            data = {"message": first, "since": run.arrived_at.isoformat(timespec="seconds")}
            announce(organization, Event.WAITING, str(first), data, at=now)
