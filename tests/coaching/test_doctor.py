"""The doctor names what is wrong and says what to do, and nothing of what is secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from coaching import doctor
from coaching.being_forgotten import asking
from coaching.doctor import Finding
from tests import make
from tests.coaching.network_cast import connected

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_heartbeat() -> None:
    cache.delete(doctor.HEARTBEAT)


def found(**more: Any) -> dict[str, Finding]:
    """Everything it looks at, by name."""
    told = {"now": timezone.now(), "workers": ["one"], **more}
    return {one.name: one for one in doctor.examine(**told)}


def test_what_is_well_is_ok(settings: Any) -> None:
    settings.X_CLIENT_ID = settings.X_CLIENT_SECRET = "set"
    doctor.beat(now=timezone.now())
    seen = found()
    for name in (
        "keys of twitter",
        "database",
        "migrations",
        "encryption keys",
        "broker",
        "worker",
        "beat",
        "clock",
    ):
        assert seen[name].state == "ok", seen[name]
    assert "/connected/x/" in seen["callback addresses"].found


def test_what_is_missing_says_what_to_do(settings: Any) -> None:
    settings.X_CLIENT_ID = settings.FACEBOOK_APP_ID = ""
    settings.BASE_URL = "http://engage.example"
    seen = found(workers=[], now=timezone.now() + timedelta(hours=1))
    expected = {
        "keys of twitter": ("warning", "docs/connect-x.md"),
        "keys of facebook": ("warning", "docs/connect-facebook.md"),
        "callback addresses": ("wrong", "BASE_URL"),
        "worker": ("wrong", "celery -A engage worker"),
        "beat": ("wrong", "celery -A engage beat"),
        "clock": ("wrong", "NTP"),
        "mail": ("warning", "EMAIL_URL"),
    }
    for name, (state, do) in expected.items():
        assert seen[name].state == state, seen[name]
        assert do in seen[name].do


def test_requests_to_be_forgotten_that_wait_are_said() -> None:
    assert found()["requests to be forgotten"].state == "ok"
    request = asking.ask("twitter", "ana", "ana@example.org", now=timezone.now())
    assert request is not None
    assert found()["requests to be forgotten"].state == "ok", "nobody has confirmed it"
    asking.confirm(request, now=timezone.now())
    said = found()["requests to be forgotten"]
    assert (said.state, "1 wait" in said.found, "/staff/forget/" in said.do) == ("warning", True, True)


def test_a_beat_that_stopped_is_wrong() -> None:
    doctor.beat(now=timezone.now() - timedelta(minutes=10))
    assert found()["beat"].state == "wrong"


def test_tokens_that_no_key_opens_are_found(settings: Any) -> None:
    connected(make.cast().theatre, network="twitter", external_id="1", handle="g", tokens={"access": "t"})
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert "rotate_keys" in found()["encryption keys"].do


def test_a_mail_server_that_is_not_there_is_wrong(settings: Any) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert found()["mail"].state == "wrong"


def test_the_command_prints_json_and_ends_badly_without_a_worker(settings: Any) -> None:
    settings.FACEBOOK_APP_SECRET = "never-to-be-printed"
    said = StringIO()
    with pytest.raises(CommandError, match="worker"):
        call_command("doctor", "--json", stdout=said)
    told = json.loads(said.getvalue())
    assert told["ok"] is False
    assert {one["name"] for one in told["checks"]} >= {
        "database",
        "broker",
        "worker",
        "beat",
        "mail",
        "clock",
    }
    assert "never-to-be-printed" not in said.getvalue()


def test_without_servers_it_still_says_what_to_do() -> None:
    nowhere = {
        "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none",
        "MIGRATION_DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": "engage.settings",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, **nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    wrong = {one["name"] for one in json.loads(ended.stdout)["checks"] if one["state"] == "wrong"}
    assert wrong >= {"database", "broker", "worker", "beat"}
