"""Sending to addresses that others chose: signed, in bounds, and never into a private network."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import pytest

from coaching.networks.contract import Refused, TryLater
from coaching.networks.delivery import Signed, Way, check, deliver, public
from tests.receiver import HOST, Receiver, receiver

MESSAGE = Signed("msg_1", 1_800_000_000, b'{"type":"ping"}')
KEY = b"k" * 32


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Receiver]:
    with receiver(tmp_path) as found:
        yield found


def send(stand: Receiver, *, whole: float = 10.0, url: str = "") -> int:
    way = Way(connect=2.0, whole=whole, loopback_ca=stand.ca)
    return deliver(url or stand.url, MESSAGE, [KEY, b"old"], way=way, resolve=stand.here)


def test_a_message_arrives_signed_with_every_secret_that_counts(stand: Receiver) -> None:
    assert send(stand) == 200
    [got] = stand.got
    assert (got.path, got.body, got.headers["webhook-id"]) == ("/hook?a=1", MESSAGE.body, "msg_1")
    assert got.headers["host"] == stand.url.split("/")[2]
    first, second = got.headers["webhook-signature"].split(" ")
    signed = f"msg_1.{got.headers['webhook-timestamp']}.".encode() + got.body
    told = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
    assert first == f"v1,{told}"
    assert second != first


@pytest.mark.parametrize(
    ("mood", "reason"),
    [(500, "status"), (404, "status"), (302, "redirected"), ("nonsense", "garbled")],
)
def test_whatever_is_no_success_is_tried_later(stand: Receiver, mood: int | str, reason: str) -> None:
    stand.moods = [mood]
    with pytest.raises(TryLater, match=reason):
        send(stand)
    assert len(stand.got) == 1


def test_a_receiver_that_is_gone_for_good_is_believed(stand: Receiver) -> None:
    stand.moods = [410]
    with pytest.raises(Refused, match="gone"):
        send(stand)


@pytest.mark.parametrize("mood", ["hang", "drip"])
def test_a_receiver_that_takes_for_ever_is_left(stand: Receiver, mood: str) -> None:
    stand.moods = [mood]
    with pytest.raises(TryLater, match="timeout"):
        send(stand, whole=0.5)


def test_of_a_huge_answer_little_is_read(stand: Receiver) -> None:
    stand.moods = ["huge"]
    assert send(stand) == 200


def test_nobody_there_is_tried_later(stand: Receiver) -> None:
    with pytest.raises(TryLater, match="unreachable"):
        send(stand, url=f"https://{HOST}:1/")


def test_a_certificate_of_another_host_is_not_taken(tmp_path: Path) -> None:
    with receiver(tmp_path, host="other.test") as stand, pytest.raises(TryLater, match="certificate"):
        send(stand)
    assert stand.got == []


def test_without_the_allowance_of_tests_loopback_is_private(stand: Receiver) -> None:
    with pytest.raises(Refused, match="private_address"):
        deliver(stand.url, MESSAGE, [KEY], resolve=stand.here)
    assert stand.got == []


def test_a_host_is_asked_once_and_the_answer_holds(stand: Receiver) -> None:
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    way = Way(loopback_ca=stand.ca)
    assert deliver(stand.url, MESSAGE, [KEY], way=way, resolve=rebinding) == 200
    assert asked == [HOST]
    with pytest.raises(Refused, match="private_address"):
        deliver(stand.url, MESSAGE, [KEY], way=way, resolve=rebinding)
    assert len(stand.got) == 1


def test_one_private_address_among_a_hosts_shuts_out_all() -> None:
    with pytest.raises(Refused, match="private_address"):
        deliver("https://a.test/", MESSAGE, [KEY], resolve=lambda *_: ["8.8.8.8", "169.254.169.254"])


def test_a_host_that_nobody_knows_is_tried_later() -> None:
    with pytest.raises(TryLater, match="unknown_host"):
        deliver("https://a.test/", MESSAGE, [KEY], resolve=lambda *_: [])


@pytest.mark.parametrize(
    "address",
    """
    127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1 240.0.0.1
    255.255.255.255 198.18.0.1 192.0.2.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 ff02::1 fec0::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::a00:1 64:ff9b:1::a00:1 2002:7f00:1::
    2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 100::1 nonsense
    """.split(),
)
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://a.test/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("gopher://a.test/", "not_https"),
        ("//a.test/", "not_https"),
        ("https:///path", "not_an_address"),
        ("https://user:word@a.test/", "not_an_address"),
        ("https://a.test@b.test/", "not_an_address"),
        ("https://a.test:99999/", "not_an_address"),
        ("https://a.test:0/", "not_an_address"),
        ("https://a.test/a b", "not_an_address"),
        ("https://[::1", "not_an_address"),
        ("https://a..test/", "not_an_address"),
        ("https://a.test/" + "a" * 600, "not_an_address"),
    ],
)
def test_what_is_no_address_to_send_to(url: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        check(url)
