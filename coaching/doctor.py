"""Is this installation well? What is wrong, and what to do about it."""

import logging
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.db import DatabaseError
from django.db import connection as database
from django.db.migrations.executor import MigrationExecutor
from redis import Redis
from redis.exceptions import RedisError

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import network_apps
from coaching.being_forgotten import asking
from coaching.models import Push, sealed

HEARTBEAT = "engage.heartbeat"
LATE = timedelta(minutes=3)
SKEW = timedelta(seconds=30)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `state` is ok, warning (Engage runs without it) or wrong; `do` says what helps."""

    name: str
    state: str
    found: str
    do: str = ""


def beat(*, now: datetime) -> None:
    """Written every minute by a worker that beat sent there."""
    cache.set(HEARTBEAT, now.isoformat(), timeout=24 * 3600)


def examine(*, now: datetime, workers: Sequence[str]) -> list[Finding]:
    """Everything there is to look at; `workers` are those that answered just now."""
    return [
        *(_keys(network) for network in ("twitter", "facebook")),
        *(_pushes_of(network) for network in ("twitter", "facebook")),
        _addresses(),
        *_database(now),
        _broker(),
        _worker(workers),
        _beat(now),
        _mail(),
    ]


def _keys(network: str) -> Finding:
    missing = network_apps.missing(network)
    if not missing:
        return Finding(f"keys of {network}", "ok", "set")
    return Finding(
        f"keys of {network}",
        "warning",
        f"{', '.join(missing)} not set: nobody can connect an account; archives and the demo work",
        f"follow docs/connect-{'x' if network == 'twitter' else 'facebook'}.md and set them",
    )


def _pushes_of(network: str) -> Finding:
    missing = network_apps.missing_for_pushes(network)
    try:
        unknown = Push.objects.filter(network=network, state=Push.State.UNKNOWN).count()
    except DatabaseError:
        # That the database does not answer is said below.
        unknown = 0
    aside = f"; {unknown} bodies of an unknown shape are kept aside" if unknown else ""
    if missing:
        return Finding(
            f"pushes of {network}", "warning", f"{', '.join(missing)} not set: accounts are polled{aside}",
            "set them for news within seconds; polling goes on either way",
        )  # fmt: skip
    return Finding(f"pushes of {network}", "ok", f"set{aside}")


def _addresses() -> Finding:
    names = (
        "connected_x", "connected_facebook", "webhook_x", "webhook_facebook", "facebook_deauthorize",
        "facebook_deletion",
    )  # fmt: skip
    listed = ", ".join(network_apps.address(f"coaching:{name}") for name in names)
    base = urlsplit(settings.BASE_URL)
    if base.scheme == "https" or base.hostname in ("127.0.0.1", "localhost"):
        return Finding("callback addresses", "ok", listed)
    return Finding(
        "callback addresses", "wrong", listed, "set BASE_URL to your https address: the networks refuse http"
    )


def _database(now: datetime) -> list[Finding]:
    try:
        with database.cursor() as cursor:
            cursor.execute(
                "SELECT clock_timestamp(), rolsuper OR rolbypassrls FROM pg_roles "
                "WHERE rolname = current_user"
            )
            there, unbound = cursor.fetchone()
        waiting = MigrationExecutor(database).migration_plan(
            MigrationExecutor(database).loader.graph.leaf_nodes()
        )
    except DatabaseError as fault:
        log.info("doctor: database: %s", type(fault).__name__)
        return [
            Finding("database", "wrong", "does not answer", "check DATABASE_URL and that PostgreSQL runs")
        ]
    found = [Finding("database", "ok", "answers")]
    if unbound:
        found = [
            Finding(
                "database", "wrong", "the role passes row-level security",
                "use a role without SUPERUSER and BYPASSRLS in DATABASE_URL",
            )
        ]  # fmt: skip
    if waiting:
        found.append(Finding("migrations", "wrong", f"{len(waiting)} not applied", "run manage.py migrate"))
    else:
        found.append(Finding("migrations", "ok", "all applied"))
        found.append(_encryption())
        found.append(_asked_to_be_forgotten())
    found.append(_clock(abs(there - now)))
    return found


def _asked_to_be_forgotten() -> Finding:
    waiting = asking.waiting()
    if not waiting:
        return Finding("requests to be forgotten", "ok", "none waits")
    return Finding(
        "requests to be forgotten", "warning",
        f"{len(waiting)} wait, the oldest since {waiting[0].asked_at:%Y-%m-%d}",
        "decide on /staff/forget/; the law gives a month",
    )  # fmt: skip


def _clock(skew: timedelta) -> Finding:
    said = f"{skew.total_seconds():.0f} s from the database's"
    if skew < SKEW:
        return Finding("clock", "ok", said)
    help_text = "set the clocks by NTP: tokens, signatures and limits depend on them"
    return Finding("clock", "wrong", said, help_text)


def _encryption() -> Finding:
    shut = 0
    for organization in Organization.objects.order_by("pk"):
        with scope([organization.pk]):
            for connection in organization.connections.exclude(sealed_tokens=""):
                try:
                    connection.tokens()
                except sealed.Unsealable:
                    shut += 1
    if shut:
        return Finding(
            "encryption keys", "wrong", f"the tokens of {shut} accounts cannot be opened",
            "put the former key at the end of FIELD_ENCRYPTION_KEYS, then run manage.py rotate_keys",
        )  # fmt: skip
    return Finding("encryption keys", "ok", "open all tokens")


def _broker() -> Finding:
    # Not by the cache, which makes do without.
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as redis:
            answers = bool(redis.ping())
    except RedisError:
        answers = False
    if answers:
        return Finding("broker", "ok", "answers")
    return Finding("broker", "wrong", "does not answer", "check REDIS_URL and that Redis or Valkey runs")


def _worker(workers: Sequence[str]) -> Finding:
    if workers:
        return Finding("worker", "ok", f"{len(workers)} answered")
    return Finding("worker", "wrong", "none answered", "start one: celery -A engage worker")


def _beat(now: datetime) -> Finding:
    try:
        last = cache.get(HEARTBEAT)
    except RedisError:
        last = None
    if last and now - datetime.fromisoformat(last) < LATE:
        return Finding("beat", "ok", f"last heard at {last}")
    return Finding(
        "beat", "wrong", f"last heard at {last}" if last else "not heard of for a day",
        "start exactly one: celery -A engage beat; and a worker that takes its tasks",
    )  # fmt: skip


def _mail() -> Finding:
    if not settings.EMAIL_URL:
        return Finding(
            "mail", "warning", "mails become files in the data folder", "set EMAIL_URL to your mail server"
        )
    try:
        sender = get_connection()
        sender.open()
        sender.close()
    except (OSError, smtplib.SMTPException, ImproperlyConfigured) as fault:
        return Finding("mail", "wrong", f"the server refused: {type(fault).__name__}", "check EMAIL_URL")
    return Finding("mail", "ok", "the server answers")
