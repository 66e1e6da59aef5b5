"""What people notice when Redis is down: nothing."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from engage.embedded import valkey
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def redis(settings: Any, tmp_path: Path) -> Any:
    """A Valkey of this test's own, as the cache."""
    tmp_path.chmod(0o711)
    address = valkey.ensure(tmp_path, durable=False)
    options = settings.CACHES["default"]
    settings.CACHES = {"default": {**options, "LOCATION": address}}
    cache.get("anybody")
    yield tmp_path
    valkey.stop(tmp_path)


def log_in(password: str) -> int:
    told = {"login": "alice@example.org", "password": password}
    return Client().post(reverse("account_login"), told).status_code


def test_people_log_in_while_redis_is_away_and_limits_still_hold(
    redis: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make.cast()
    assert log_in(make.PASSWORD) == 302
    cache.set("kept", 1)
    valkey.stop(redis)
    with caplog.at_level(logging.WARNING, "engage.cache"):
        assert log_in(make.PASSWORD) == 302
    assert "Redis does not answer" in caplog.text
    assert "alice" not in caplog.text
    for path in ("account_login", "account_signup", "account_reset_password"):
        assert Client().get(reverse(path)).status_code == 200
    assert Client().post(reverse("account_reset_password"), {"email": "alice@example.org"}).status_code == 302
    told = [Client().post(reverse("account_login"), {"login": "alice@example.org", "password": "wrong"})
            for _ in range(7)]  # fmt: skip
    assert "There were many tries" in told[-1].content.decode()


def test_everything_a_cache_does_is_done_here_while_redis_is_away(redis: Path) -> None:
    valkey.stop(redis)
    cache.clear()
    assert cache.add("a", 1)
    assert not cache.add("a", 2)
    assert cache.incr("a") == 2
    assert cache.touch("a", 60)
    assert "a" in cache
    cache.set_many({"b": 3})
    assert cache.get_many(["a", "b"]) == {"a": 2, "b": 3}
    assert cache.delete("a")
    cache.delete_many(["b"])
    assert cache.get("b", "none") == "none"
