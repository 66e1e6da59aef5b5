"""Every way X or the line to it can fail ends in Refused or TryLater, without a token in any log."""

from __future__ import annotations

import logging
import pickle
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coaching.networks.contract import Refused, TryLater
from coaching.networks.twitter import TwitterReader
from coaching.networks.twitter_api import XApp

from .conftest import NOW, THEATRE, patient_enough
from .stand.server import CUT, HANG, HTML_502, JSON_500, Reply
from .stand.x import PROBLEMS, X, problem

RESET = NOW + timedelta(minutes=7)
RESET_TEXT = str(int(RESET.timestamp()))
LIMITED = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": RESET_TEXT, "x-rate-limit-limit": "900"}
DAY_LIMIT = {
    "x-rate-limit-remaining": "880",
    "x-rate-limit-reset": RESET_TEXT,
    "x-user-limit-24hour-remaining": "0",
    "x-user-limit-24hour-reset": str(int((NOW + timedelta(hours=5)).timestamp())),
}


def fail(x: X, app: XApp, reply: Reply) -> Refused | TryLater:
    """What one pull raises when the first answer is this."""
    token = next(iter(x.tokens))
    x.misbehave("/tweets", reply)
    app = patient_enough(app, reply)
    with pytest.raises((Refused, TryLater)) as raised:
        list(TwitterReader(app, THEATRE, token).batches(None, now=NOW))
    fault = raised.value
    assert isinstance(fault, Refused | TryLater)
    shown = "".join(traceback.format_exception(fault))
    assert token not in shown
    assert fault.__context__ is None or isinstance(fault.__context__, Refused | TryLater)
    again = pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own, just made
    assert (type(again), again.reason, again.code) == (type(fault), fault.reason, fault.code)
    return fault


@pytest.mark.parametrize(
    ("reply", "reason", "code"),
    [
        (Reply(401, {"title": "Unauthorized", "status": 401}), "reconnect", 401),
        (Reply(402, {"title": "CreditsDepleted", "detail": "?"}), "credit", 402),
        (Reply(402, b""), "credit", 402),
        (problem(403, "client-forbidden"), "permission", "client-forbidden"),
        (Reply(403, [1, 2]), "permission", 403),
        (Reply(404, {}), "gone", 404),
        (problem(429, "usage-capped", period="Monthly", scope="Product"), "cap", "usage-capped"),
        (problem(403, "usage-capped", period="Monthly"), "cap", "usage-capped"),
    ],
)
def test_what_only_the_owner_can_help_with(x: X, x_app: XApp, reply: Reply, reason: str, code: Any) -> None:
    fault = fail(x, x_app, reply)
    assert isinstance(fault, Refused)
    assert (fault.reason, fault.code) == (reason, code)


@pytest.mark.parametrize(
    ("reply", "reason", "at"),
    [
        (Reply(429, {"title": "Too Many Requests"}, headers=LIMITED), "rate", RESET),
        (Reply(429, {"title": "Too Many Requests"}), "rate", None),
        (Reply(429, {}, headers={"x-rate-limit-reset": "soon"}), "rate", None),
        (Reply(429, {}, headers=DAY_LIMIT), "rate", NOW + timedelta(hours=5)),
        (Reply(429, {}, headers={"Retry-After": "30"}), "rate", NOW + timedelta(seconds=30)),
        (Reply(503, {}, headers={"Retry-After": "90"}), "network", NOW + timedelta(seconds=90)),
        (HTML_502, "network", None),
        (JSON_500, "network", None),
        (Reply(500, b""), "network", None),
        (Reply(400, {"errors": [{"message": "?"}]}), "unexpected", None),
        (Reply(418, {}), "unexpected", None),
        (Reply(302, b"", headers={"Location": "http://127.0.0.1:9/"}), "unexpected", None),
        (Reply(200, b"<html>login</html>", kind="text/html"), "garbled", None),
        (Reply(200, b'{"data": [{'), "garbled", None),
        (Reply(200, b"\xff\xfe\xfd"), "garbled", None),
        (Reply(200, [{"id": 1}]), "garbled", None),
        (Reply(200, None), "garbled", None),
        (CUT, "broken_off", None),
        (HANG, "timeout", None),
        (Reply(200, {"data": [{"text": "drop by drop " * 40}]}, drip=0.1), "timeout", None),
    ],
)
def test_what_patience_cures(x: X, x_app: XApp, reply: Reply, reason: str, at: datetime | None) -> None:
    fault = fail(x, x_app, reply)
    assert isinstance(fault, TryLater)
    assert (fault.reason, fault.at) == (reason, at)
    assert fault.at is None or fault.at.tzinfo is UTC


def test_nobody_there(x: X, x_app: XApp) -> None:
    with X(NOW) as away:
        app = XApp("id", api_url=away.url, patience=x_app.patience)
    with pytest.raises(TryLater) as later:
        list(TwitterReader(app, THEATRE, "secret-token").batches(None, now=NOW))
    assert later.value.reason == "unreachable"


def test_no_fault_leaves_a_token_in_any_log(
    x: X, x_app: XApp, everything_logged: pytest.LogCaptureFixture
) -> None:
    token = next(iter(x.tokens))
    for reply in (Reply(401), Reply(429, headers=LIMITED), HTML_502, JSON_500, CUT, HANG, Reply(200, b"<")):
        fail(x, x_app, reply)
    x.write("1001", "One")
    list(TwitterReader(x_app, THEATRE, token).batches(None, now=NOW))
    logging.getLogger("stand").debug("recorded")
    assert "recorded" in everything_logged.text
    assert token not in everything_logged.text
    assert "Bearer" not in everything_logged.text


def test_a_netrc_of_this_machine_does_not_replace_the_token(
    x: X, x_app: XApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login somebody password else\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    token = next(iter(x.tokens))
    assert list(TwitterReader(x_app, THEATRE, token).batches(None, now=NOW))[-1].complete
    assert {one.bearer for one in x.asked} == {token}


def test_a_proxy_of_this_machine_is_not_asked_for_a_simulator(
    x: X, x_app: XApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    token = next(iter(x.tokens))
    assert list(TwitterReader(x_app, THEATRE, token).batches(None, now=NOW))[-1].complete


def test_the_worker_never_sleeps_for_a_limit(x: X, x_app: XApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """tweepy would sleep here, if it were allowed to wait."""

    def sleep(seconds: float) -> None:
        raise AssertionError(f"slept {seconds}")

    monkeypatch.setattr("tweepy.client.time.sleep", sleep)
    assert isinstance(fail(x, x_app, Reply(429, {}, headers=LIMITED)), TryLater)


def test_the_type_of_a_problem_decides_and_not_its_words(x: X, x_app: XApp) -> None:
    misleading = {"title": "UsageCapExceeded monthly", "detail": "usage-capped", "type": "about:blank"}
    assert isinstance(fail(x, x_app, Reply(429, misleading)), TryLater)
    assert isinstance(fail(x, x_app, Reply(429, {"type": PROBLEMS + "usage-capped"})), Refused)
