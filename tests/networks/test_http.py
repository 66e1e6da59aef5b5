"""How we speak to networks: bounded, at the address we were given, and silent about secrets."""

from __future__ import annotations

import gzip
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
import requests

from coaching.networks import http
from coaching.networks.contract import TryLater
from coaching.networks.http import Patience, Window

from .stand.server import Asked, Reply, Stand

NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)


class Echo(Stand):
    """Answers with what it was asked."""

    def answer(self, asked: Asked) -> Reply:
        return Reply(200, {"path": asked.path, "query": dict(asked.query)})


def session(base_url: str | None = None, patience: Patience | None = None) -> requests.Session:
    made = requests.Session()
    http.bind(made, patience or Patience(), base_url)
    return made


def test_another_address_keeps_path_and_query() -> None:
    assert http.rebase("https://api.x.com/2/users/me?a=1", "http://127.0.0.1:5/sim/") == (
        "http://127.0.0.1:5/sim/2/users/me?a=1"
    )
    assert http.rebase("https://api.x.com/2", "https://x.example") == "https://x.example/2"


def test_a_library_with_a_fixed_host_is_sent_to_the_given_address() -> None:
    with Echo() as echo, session(f"{echo.url}/sim") as ours:
        told = ours.get("https://api.twitter.com/2/users/me", params={"a": "1"}).json()
    assert told == {"path": "/sim/2/users/me", "query": {"a": "1"}}


def test_nothing_is_sent_twice_by_itself() -> None:
    with Echo() as echo, session(patience=Patience(read=0.3)) as ours:
        echo.misbehave("/", Reply(hang=True))
        with pytest.raises(TryLater) as later:
            http.answer(lambda: ours.get(echo.url))
        assert later.value.reason == "timeout"
        assert len(echo.asked) == 1


def test_an_answer_may_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 10_000)
    with Echo() as echo, session() as ours:
        echo.misbehave("/", Reply(200, b"x" * 300_000))
        with pytest.raises(TryLater) as later:
            http.answer(lambda: ours.get(echo.url))
        assert later.value.reason == "too_large"
        assert ours.get(f"{echo.url}/next").json()["path"] == "/next", "nothing of it is left"


@pytest.mark.parametrize("drip", [0.0, 0.002])
def test_a_compressed_answer_is_whole_in_whatever_pieces_it_comes(drip: float) -> None:
    text = json.dumps({"words": [str(n) for n in range(50)]}).encode()
    with Echo() as echo, session() as ours:
        echo.misbehave("/", Reply(200, gzip.compress(text), headers={"Content-Encoding": "gzip"}, drip=drip))
        assert http.answer(lambda: ours.get(echo.url)).content == text


def test_half_a_compressed_answer_is_none() -> None:
    with Echo() as echo, session() as ours:
        body = gzip.compress(b"x" * 5_000 + bytes(range(256)) * 9)
        echo.misbehave("/", Reply(200, body, headers={"Content-Encoding": "gzip"}, cut=True))
        with pytest.raises(TryLater) as later:
            http.answer(lambda: ours.get(echo.url))
    assert later.value.reason == "broken_off"


def test_an_answer_in_chunks_is_whole_and_half_of_one_is_none() -> None:
    whole = b'4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n'
    with Echo() as echo, session() as ours:
        echo.misbehave("/", Reply(200, whole, chunked=True))
        assert http.answer(lambda: ours.get(echo.url)).json() == {"a": 1}
        echo.misbehave("/", Reply(200, whole, chunked=True, cut=True))
        with pytest.raises(TryLater) as later:
            http.answer(lambda: ours.get(echo.url))
    assert later.value.reason == "broken_off"


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("http://127.0.0.1:80/", True),
        ("http://127.9.9.9/", True),
        ("http://localhost:1/", True),
        ("http://[::1]:1/", True),
        ("https://graph.facebook.com/", False),
        ("http://10.0.0.1/", False),
        ("", False),
    ],
)
def test_what_is_this_machine(url: str, ours: bool) -> None:
    assert http.is_loopback(url) is ours


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("120", NOW + timedelta(minutes=2)),
        ("-5", NOW),
        ("999999999", NOW + timedelta(days=7)),
        ("Mon, 14 Sep 2026 12:05:00 GMT", NOW + timedelta(minutes=5)),
        ("soon", None),
        ("", None),
    ],
)
def test_a_moment_to_come_back(told: str, at: datetime | None) -> None:
    assert http.retry_after({"Retry-After": told}, NOW) == at


def test_a_window_survives_being_kept() -> None:
    window = Window(0, 900, NOW + timedelta(minutes=1))
    assert Window.from_json(window.as_json()) == window
    assert Window.from_json(Window().as_json()) == Window()
    assert window.closed(NOW)
    assert not window.closed(NOW + timedelta(minutes=1))
    assert not Window(0, 900, None).closed(NOW)
    assert not Window(3, 900, NOW + timedelta(minutes=1)).closed(NOW)


def test_the_libraries_stay_silent_below_info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in http.TALKATIVE:
        caplog.set_level(logging.DEBUG, logger=name)
        logging.getLogger(name).debug("Bearer secret")
        logging.getLogger(name).warning("a warning")
    http.hush()
    assert "secret" not in caplog.text
    assert caplog.text.count("a warning") == len(http.TALKATIVE)


def test_numbers_that_are_none() -> None:
    strange: list[object] = [None, "", "x", [], True, float("inf"), float("nan")]
    assert [http.whole_number(value) for value in strange] == [None] * len(strange)
    assert [http.whole_number(value) for value in ("7", 7, 7.0)] == [7, 7, 7]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("caf\u00e9 \U0001f600", "caf\u00e9 \U0001f600"),
        ("half \ud83d", "half \ufffd"),
        ("two halves \ud83d\ude00", "two halves \U0001f600"),
        ("nul\x00", "nul"),
        ({"a\x00": ["\udc00", 1, None]}, {"a": ["\ufffd", 1, None]}),
    ],
)
def test_texts_that_no_database_stores_are_mended(told: object, kept: object) -> None:
    assert http.sound(told) == kept


def test_names_are_cut_and_counts_beyond_reason_are_unknown() -> None:
    assert http.short("x" * 300, 200) == "x" * 200
    strange: list[object] = [None, "", 5, []]
    assert [http.short(value, 5) for value in strange] == [None] * 4
    assert http.whole_number(2**63) is None
