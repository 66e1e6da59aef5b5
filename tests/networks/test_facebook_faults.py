"""Every way Facebook or the line to it can fail ends in Refused or TryLater, without a token in any log."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coaching.networks.contract import Refused, TryLater
from coaching.networks.facebook import FacebookReader
from coaching.networks.facebook_graph import FacebookApp, Graph

from .conftest import NOW, PAGE, patient_enough
from .stand.facebook import Facebook, error
from .stand.server import CUT, HANG, HTML_502, JSON_500, Reply

PAYLOADS = Path(__file__).resolve().parents[1] / "payloads" / "facebook"
BUSY = {
    "X-Business-Use-Case-Usage": json.dumps(
        {"555": [{"estimated_time_to_regain_access": 9, "call_count": 100}]}
    )
}


def fail(facebook: Facebook, app: FacebookApp, reply: Reply) -> Refused | TryLater:
    """What one pull raises when the first answer is this."""
    facebook.misbehave("/published_posts", reply)
    app = patient_enough(app, reply)
    with pytest.raises((Refused, TryLater)) as raised:
        list(FacebookReader(app, PAGE, facebook.page_token).batches(None, now=NOW))
    fault = raised.value
    assert isinstance(fault, Refused | TryLater)
    shown = "".join(traceback.format_exception(fault))
    assert facebook.page_token not in shown
    assert fault.__context__ is None or isinstance(fault.__context__, Refused | TryLater)
    again = pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own, just made
    assert (type(again), again.reason, again.code) == (type(fault), fault.reason, fault.code)
    return fault


@pytest.mark.parametrize(
    ("reply", "reason", "code"),
    [
        (error(190), "reconnect", 190),
        (error(190, 460), "reconnect", "190/460"),
        (error(190, 463), "reconnect", "190/463"),
        (error(190, 467), "reconnect", "190/467"),
        (error(190, 463, status=200), "reconnect", "190/463"),
        (error(190, 463, status=500), "reconnect", "190/463"),
        (error(102), "reconnect", 102),
        (error(10, status=403), "permission", 10),
        (error(200, status=403), "permission", 200),
        (error(283), "permission", 283),
        (error(299), "permission", 299),
        (error(100), "permission", 100),
        (error(101), "keys", 101),
        (error(100, 33), "gone", "100/33"),
        (error(803), "gone", 803),
    ],
)
def test_what_only_the_owner_can_help_with(
    facebook: Facebook, facebook_app: FacebookApp, reply: Reply, reason: str, code: Any
) -> None:
    fault = fail(facebook, facebook_app, reply)
    assert isinstance(fault, Refused)
    assert (fault.reason, fault.code) == (reason, code)


@pytest.mark.parametrize(
    ("reply", "reason", "at"),
    [
        *((error(code, status=403), "rate", None) for code in (4, 17, 32, 613, 80001, 80014)),
        (error(4, headers=BUSY), "rate", NOW + timedelta(minutes=9)),
        (error(32, headers={"X-Business-Use-Case-Usage": "{nonsense"}), "rate", None),
        (error(17, headers={"X-App-Usage": "[1]", "X-Business-Use-Case-Usage": '{"1": 7}'}), "rate", None),
        (Reply(429, {}, headers={"Retry-After": "60"}), "rate", NOW + timedelta(minutes=1)),
        (error(1), "network", None),
        (error(2, status=500), "network", None),
        (error(9999, status=503), "network", None),
        (error(9999, is_transient=True), "network", None),
        (error(9999), "unexpected", None),
        (Reply(400, {"error": {}}), "unexpected", None),
        (JSON_500, "network", None),
        (Reply(500, b"true"), "network", None),
        (HTML_502, "network", None),
        (Reply(302, b"", headers={"Location": "http://127.0.0.1:9/"}), "unexpected", None),
        (Reply(200, b"<html>", kind="text/html"), "garbled", None),
        (Reply(200, [1, 2]), "garbled", None),
        (Reply(200, b"\xff\xfe"), "garbled", None),
        (CUT, "broken_off", None),
        (HANG, "timeout", None),
        (Reply(200, {"data": ["drop by drop " * 40]}, drip=0.1), "timeout", None),
    ],
)
def test_what_patience_cures(
    facebook: Facebook, facebook_app: FacebookApp, reply: Reply, reason: str, at: datetime | None
) -> None:
    fault = fail(facebook, facebook_app, reply)
    assert isinstance(fault, TryLater)
    assert (fault.reason, fault.at) == (reason, at)
    assert fault.at is None or fault.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("Issue1095", TryLater, "network"),
        ("oauthExampleError", TryLater, "network"),
        ("exampleError", Refused, "reconnect"),
        ("exampleErrorNew", Refused, "reconnect"),
        ("error_100_permission", Refused, "permission"),
        ("error_100_ppca", Refused, "permission"),
        ("exampleOauthError", Refused, "permission"),
    ],
)
def test_real_error_bodies(
    facebook: Facebook, facebook_app: FacebookApp, name: str, kind: type, reason: str
) -> None:
    body = json.loads((PAYLOADS / "errors" / f"{name}.json").read_text())
    fault = fail(facebook, facebook_app, Reply(400, body))
    assert (type(fault), fault.reason) == (kind, reason)


def test_the_code_decides_and_not_the_words(facebook: Facebook, facebook_app: FacebookApp) -> None:
    misleading = error(4, message="Error validating access token: session has expired", type="OAuthException")
    assert isinstance(fail(facebook, facebook_app, misleading), TryLater)


def test_nobody_there(facebook: Facebook, facebook_app: FacebookApp) -> None:
    with Facebook(NOW) as away:
        app = FacebookApp("app-1", "secret", graph_url=away.url, patience=facebook_app.patience)
    token = "-".join(("secret", "token"))
    with pytest.raises(TryLater) as later:
        list(FacebookReader(app, PAGE, token).batches(None, now=NOW))
    assert later.value.reason == "unreachable"
    assert token not in "".join(traceback.format_exception(later.value))


def test_no_call_leaves_a_token_in_any_log(
    facebook: Facebook, facebook_app: FacebookApp, everything_logged: pytest.LogCaptureFixture
) -> None:
    for reply in (error(190, 463), error(4, headers=BUSY), HTML_502, JSON_500, CUT, HANG, Reply(200, b"<")):
        fail(facebook, facebook_app, reply)
    post = facebook.write("published_posts", "One", at=NOW - timedelta(hours=1))
    facebook.comment(post, "Hm", at=NOW - timedelta(minutes=9))
    list(FacebookReader(facebook_app, PAGE, facebook.page_token).batches(None, now=NOW))
    logging.getLogger("stand").debug("recorded")
    assert "recorded" in everything_logged.text
    assert facebook.page_token not in everything_logged.text
    assert facebook.app[1] not in everything_logged.text + repr(facebook_app)
    assert facebook_app.proof(facebook.page_token) not in everything_logged.text


@pytest.mark.parametrize(
    ("name", "rows", "ends"),
    [
        ("connection-nodata", 0, False),
        ("connection-same-cursor", 1, True),
        ("connection-with-cursor-only", 6, False),
        ("cursor_only_paging1", 1, True),
        ("cursor_only_paging2", 0, True),
        ("user_accounts_p1", 4, False),
        ("user_accounts_p2", 2, True),
        ("tagged-post", 0, True),
    ],
)
def test_real_pages_of_lists(
    facebook: Facebook, facebook_app: FacebookApp, name: str, rows: int, ends: bool
) -> None:
    body = json.loads((PAYLOADS / "graph" / f"{name}.json").read_text())
    facebook.misbehave("/tagged", Reply(200, body))
    first = next(Graph(facebook_app, facebook.page_token, now=NOW).pages("555", "tagged"))
    assert len(first.rows) == rows
    assert (first.following is None) is ends
    assert "access_token" not in (first.following or {})


def test_a_link_without_cursors_is_followed_by_its_time(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    """The library raises KeyError where the link holds no token; we never use the link itself."""
    link = "https://graph.facebook.com/v10.0/4/posts?pretty=0&until=1624385168&since&__paging_token=pt"
    facebook.misbehave(
        "/tagged", Reply(200, {"data": [{"id": "1"}], "paging": {"next": link}}), Reply(200, {})
    )
    pages = list(Graph(facebook_app, facebook.page_token, now=NOW).pages("555", "tagged"))
    assert [len(page.rows) for page in pages] == [1, 0]
    assert pages[0].following == {"until": "1624385168", "__paging_token": "pt"}
    assert facebook.asked[-1].query["until"] == "1624385168"


def test_lists_that_go_in_circles_end(facebook: Facebook, facebook_app: FacebookApp) -> None:
    def page(after: str, row: str) -> Reply:
        paging = {"cursors": {"after": after}, "next": "https://graph.facebook.com/x?after=" + after}
        return Reply(200, {"data": [{"id": row}], "paging": paging})

    facebook.misbehave("/tagged", page("a", "1"), page("b", "2"), page("a", "3"))
    pages = list(Graph(facebook_app, facebook.page_token, now=NOW).pages("555", "tagged"))
    assert [row["id"] for one in pages for row in one.rows] == ["1", "2", "3"]
    facebook.misbehave("/tagged", page("c", "1"), page("d", "1"))
    pages = list(Graph(facebook_app, facebook.page_token, now=NOW).pages("555", "tagged"))
    assert len(pages) == 2
