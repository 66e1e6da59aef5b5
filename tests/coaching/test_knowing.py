"""Checking oneself, and letting an organization know: without an account, and nothing of it stays."""

from __future__ import annotations

import logging
import re
import socket
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import reverse
from redis import Redis

from accounts import limits
from coaching import self_check
from tests import make

pytestmark = pytest.mark.django_db
CHECK = reverse("coaching:check_yourself")
KNOW = reverse("coaching:let_them_know")
TALK = (
    "@ana Thank you so much for coming! Which scene did your daughter like best?",
    "How was your first night at the theatre? We would love to hear.",
    "What a lovely picture, @tom. Where did you take it?",
)
LOUD = (
    "Last chance! Book now, only 20 seats left: https://example.org/book",
    "We are delighted to announce our spring season.",
    "Buy your tickets today and save ten percent.",
)


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def check(posts: str, network: str = "twitter") -> Any:
    return Client().post(CHECK, {"posts": posts, "network": network})


def test_posts_are_told_apart_by_lines_or_by_empty_lines() -> None:
    assert self_check.split("one\ntwo\r\n\r\n") == ["one", "two"]
    assert self_check.split("one\nstill one\n \ntwo\n\n\n\nthree") == ["one\nstill one", "two", "three"]
    assert self_check.split(" \n\t\n\0") == []


def test_each_post_gets_its_kind_its_score_and_its_reasons() -> None:
    answer = check("\n".join([*TALK, *LOUD] * 2))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert len(answer.context["checked"].looks) == 12
    assert "posts talked with people." in page
    assert page.count("of 100") >= 12
    assert "<mark" in page
    assert "Begin with this one" in page
    assert "no-store" in answer["Cache-Control"]


def test_copies_of_a_post_do_not_count_as_talk() -> None:
    once, often = check(TALK[1]), check("\n".join([TALK[1]] * 12))
    assert once.context["checked"].looks[0].kind == "converse"
    assert often.context["checked"].looks[-1].kind not in ("converse", "share")


def test_under_ten_posts_are_too_few_to_judge() -> None:
    answer = check("\n".join([*TALK, *LOUD]))
    assert answer.context["checked"].percent is None
    assert answer.context["checked"].mix == ()
    assert "Too few posts to judge: 6 in this time." in answer.content.decode()


def test_more_than_twenty_are_left_out_and_said_to_be() -> None:
    answer = check("\n".join(f"{LOUD[n % 3]} No. {n}" for n in range(25)))
    assert len(answer.context["checked"].looks) == 20
    assert "5 more posts were left out" in answer.content.decode()


@pytest.mark.parametrize(
    ("posts", "says"),
    [
        ("", "Paste at least one post."),
        (" \n \n\t", "Paste at least one post."),
        ("word " * 1_200, "Post 1 is too long"),
        ("a" * 60_001, "That is too much at once"),
    ],
)
def test_what_cannot_be_judged_is_explained_and_what_was_typed_is_kept(posts: str, says: str) -> None:
    answer = check(posts)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert answer.context["form"]["posts"].value() == posts


def test_another_language_is_judged_by_its_form_and_said_to_be() -> None:
    answer = check(
        "Kupte si vstupenky na dnešní představení ještě dnes, zbývá jen dvacet míst v hledišti.\n" * 3
    )
    assert answer.status_code == 200
    assert answer.context["checked"].unread >= 1
    assert "in a language that we do not read yet" in answer.content.decode()


@pytest.mark.parametrize("odd", ["😀😀😀", "<script>alert(1)</script>", "‮gnp.exe", "@", "RT @", "#", "1"])
def test_odd_posts_do_no_harm(odd: str) -> None:
    answer = check(odd)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_nothing_of_it_is_kept(caplog: pytest.LogCaptureFixture, settings: Any) -> None:
    secret = "zebrafishquagmire"
    client = Client()
    with caplog.at_level(logging.DEBUG):
        assert (
            client.post(CHECK, {"posts": f"Come and see the {secret}!", "network": "twitter"}).status_code
            == 200
        )
        assert client.post(KNOW, {"note": f"Hello {secret}"}).status_code == 200
        assert client.post(CHECK, {"posts": f"{secret} " * 900, "network": "twitter"}).status_code == 422
    assert secret not in caplog.text
    assert "sessionid" not in client.cookies
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = connection.ops.quote_name(model._meta.db_table)
            found = f"SELECT count(*) FROM {table} AS row WHERE row::text LIKE %s"  # noqa: S608
            cursor.execute(found, [f"%{secret}%"])
            assert cursor.fetchone() == (0,), table
    with Redis.from_url(settings.REDIS_URL) as redis:
        for key in redis.scan_iter():
            assert secret.encode() not in key
            if redis.type(key) == b"string":
                assert secret.encode() not in (redis.get(key) or b"")


def test_whoever_checks_very_often_waits_and_loses_nothing() -> None:
    client = Client()
    for _ in range(20):
        assert client.post(CHECK, {"posts": "Hello!", "network": "twitter"}).status_code == 200
    answer = client.post(CHECK, {"posts": "Hello again!", "network": "twitter"})
    assert answer.status_code == 429
    assert "Hello again!" in answer.content.decode()
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert other.post(CHECK, {"posts": "Hello!", "network": "twitter"}).status_code == 200
    assert "127.0.0.1" not in " ".join(str(key) for key in keys())


def keys() -> list[bytes]:
    found: list[bytes] = list(cache._cache.get_client(None).scan_iter("*limit*"))  # type: ignore[attr-defined]
    assert found
    return found


def test_without_a_cache_checking_goes_on(settings: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": nobody}
    }
    assert check("Hello!").status_code == 200
    for answer in (True, False):
        told = limits.allowed("x", "y", most=1, within=timedelta(hours=1), at=make.NOW, without_cache=answer)
        assert told is answer


def test_a_note_is_sent_by_its_writer_and_by_nobody_else(mailoutbox: list[EmailMessage]) -> None:
    first = Client().get(KNOW)
    assert mailed(first)["body"][0].startswith("Hello,")
    assert f"{CHECK}" in mailed(first)["body"][0]
    words = "Dear museum,\n\nyours & mine? 100% + “more”"
    answer = Client().post(KNOW, {"note": words})
    assert answer.status_code == 200
    assert mailed(answer)["body"] == [words]
    assert mailoutbox == []
    for wrong, says in (("", "Fill in “Your note”."), ("x" * 1501, "1,500 characters fit")):
        refused = Client().post(KNOW, {"note": wrong})
        assert refused.status_code == 422
        assert says in refused.content.decode()


def mailed(answer: Any) -> dict[str, list[str]]:
    """What the mail program would be given."""
    [href] = re.findall(r'href="(mailto:[^"]*)"', answer.content.decode())
    place = urlsplit(href.replace("&amp;", "&"))
    assert place.path == ""  # whom it goes to is the writer's own business
    return parse_qs(place.query)
