"""The guide to the API tells the truth: its examples are run as they stand there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts import tokens
from accounts.tenancy import scope
from coaching import coach
from tests import make

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.DOTALL)


def examples() -> list[tuple[str, Any]]:
    """Each command, with the answer that the guide shows below it, or None."""
    found = []
    for number, (kind, text) in enumerate(BLOCKS):
        if kind == "sh" and "curl" in text:
            after = BLOCKS[number + 1] if number + 1 < len(BLOCKS) else ("", "")
            found.append((text, json.loads(after[1]) if after[0] == "json" else None))
    return found


def shape(told: Any) -> Any:
    """The names of all fields, without their values."""
    if isinstance(told, dict):
        return {name: shape(value) for name, value in told.items()}
    return [shape(told[0])] if isinstance(told, list) and told else type(told).__name__


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
@pytest.mark.django_db(transaction=True)
def test_every_example_works_as_it_stands(live_server: Any, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 1_000
    cast, now = make.cast(), timezone.now()
    posts = [make.post(n, created_at=now - timedelta(days=n)) for n in range(1, 40)]
    make.pulled(cast.theatre, *posts, messages=[make.message(1, "Is there a matinee?")])
    with scope([cast.theatre.pk]):
        assert len(coach.suggest(cast.theatre, now=now)) > 1
    issued = tokens.issue_personal(cast.alice, tokens.Wish("guide", writes=True), now=now)
    told = {}
    for command, shown in examples():
        ended = subprocess.run(
            ["bash", "-euc", command],
            env={"ENGAGE": live_server.url, "TOKEN": issued.secret, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        answer = told[command] = json.loads(ended.stdout)
        if shown is None:
            assert "status" not in answer, (command, answer)
        else:
            assert shape(answer) == shape(shown), command
    assert len(told) >= 11
    states = [answer["state"] for answer in told.values() if "state" in answer]
    assert states == ["taken", "dismissed"]


def test_the_verification_in_the_guide_verifies() -> None:
    [code] = [text for kind, text in BLOCKS if kind == "python"]
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102
    key, body = b"k" * 32, b'{"a": 1}'
    signature = base64.b64encode(hmac.digest(key, b"msg_1.1790000000." + body, hashlib.sha256)).decode()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1790000000",
        "webhook-signature": f"v1,{'A' * 43}= v1,{signature}",
    }
    secret = "whsec_" + base64.b64encode(key).decode()
    assert names["is_ours"](headers, body, secret)
    assert not names["is_ours"](headers, body + b" ", secret)
    assert not names["is_ours"]({**headers, "webhook-timestamp": "1"}, body, secret)
