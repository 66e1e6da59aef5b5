"""The list of posts: what is found, in which order, page by page, and at what cost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import BadRequest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import posts
from coaching.judgement.verdict import Kind
from coaching.models import Connection, Post
from tests import make

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def stored(connection: Connection, number: int, text: str = "Plain words.", **fields: Any) -> Post:
    """A judged post as it stands in the database; post n is n hours after the start."""
    values: dict[str, Any] = {
        "external_id": str(number),
        "created_at": START + timedelta(hours=number),
        "surface": "timeline",
        "kind": "announce",
        "score": 20,
        "replies": 0,
        "probabilities": [0.25] * 4,
        "basis": "both",
        "judge": "1",
    }
    with scope([connection.organization_id]):
        made: Post = Post.across_organizations.create(
            organization=connection.organization, connection=connection, text=text, **{**values, **fields}
        )
    return made


def found(organization: Organization, after: str = "", **wanted: Any) -> list[str]:
    """The external ids on a page."""
    with scope([organization.pk]):
        page = posts.page(organization, wanted, after=after)
        ids = dict(organization.posts.values_list("pk", "external_id"))
    return [ids[card.id] for card in page.posts]


@pytest.fixture
def theatre() -> Organization:
    return make.cast().theatre


def test_each_filter_narrows_the_list(theatre: Organization) -> None:
    x, page = make.connection(theatre), make.connection(theatre, "gullpage", network="facebook")
    stored(x, 1, kind="converse", score=90, surface="reply")
    stored(x, 2, kind="pitch", score=10)
    stored(page, 3, kind="share", score=70)
    stored(page, 4, kind=None, score=None)
    assert found(theatre) == ["4", "3", "2", "1"]
    assert found(theatre, kind="pitch") == ["2"]
    assert found(theatre, surface="reply") == ["1"]
    assert found(theatre, least=70) == ["3", "1"]
    assert found(theatre, least=0, most=70) == ["3", "2"]
    assert found(theatre, account="facebook") == ["4", "3"]
    assert found(theatre, account=str(x.pk)) == ["2", "1"]
    assert found(theatre, account=str(x.pk), kind="share") == []


def test_days_are_the_organizations_own_and_both_inside(theatre: Organization) -> None:
    theatre.timezone = "Europe/Berlin"
    x = make.connection(theatre)
    stored(x, 1, created_at=datetime(2026, 7, 1, 21, 59, tzinfo=UTC))  # 1 July, 23:59 in Berlin
    stored(x, 2, created_at=datetime(2026, 7, 1, 22, 0, tzinfo=UTC))  # 2 July, midnight
    assert found(theatre, since=date(2026, 7, 2)) == ["2"]
    assert found(theatre, until=date(2026, 7, 1)) == ["1"]
    assert found(theatre, since=date(2026, 7, 1), until=date(2026, 7, 2)) == ["2", "1"]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("season", ["3", "2", "1"]),
        ("SEASON", ["3", "2", "1"]),
        ("seas", ["3", "2", "1"]),  # what begins with it
        ("eason", []),
        ("winter season", ["3", "1"]),
        ('"winter season"', ["1"]),
        ("season -tickets", ["3", "1"]),
        ("-tickets season", ["3", "1"]),
        ("ana", ["3"]),
        ("@ana", ["3"]),
        ("schön", ["4"]),
        ("don't", ["4"]),
        ("'; drop table", []),
        ("\\ ' : * & | ! ( ) <->", ["4", "3", "2", "1"]),  # nothing to look for
        ("nowhere", []),
    ],
)
def test_words_find_posts(theatre: Organization, words: str, numbers: list[str]) -> None:
    x = make.connection(theatre)
    stored(x, 1, "Our winter season begins tonight.")
    stored(x, 2, "Tickets for the season are out.")
    stored(x, 3, "Season of winter tales, with @ana and #gulls.")
    stored(x, 4, "Wie schön, don't miss it: part-time gulls.")
    assert found(theatre, words=words) == numbers


@pytest.mark.parametrize(
    ("sort", "numbers"),
    [
        ("newest", ["5", "4", "3", "2", "1"]),
        ("social", ["2", "5", "1", "3"]),
        ("broadcast", ["3", "5", "1", "2"]),
        ("replies", ["1", "4", "3"]),
    ],
)
def test_every_order_goes_through_all_posts_once(
    theatre: Organization, sort: str, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    x = make.connection(theatre)
    stored(x, 1, score=50, replies=7)
    stored(x, 2, score=90, replies=None)
    stored(x, 3, score=10, replies=2)
    stored(x, 4, score=None, kind=None, replies=3)
    stored(x, 5, score=50, replies=None)
    assert found(theatre, sort=sort) == numbers
    monkeypatch.setattr(posts, "PAGE", 2)
    seen, after = [], ""
    while True:
        with scope([theatre.pk]):
            page = posts.page(theatre, {"sort": sort}, after=after)
        seen += [card.id for card in page.posts]
        if page.next is None:
            break
        after = page.next
    with scope([theatre.pk]):
        ids = dict(theatre.posts.values_list("pk", "external_id"))
    assert [ids[pk] for pk in seen] == numbers


@pytest.mark.parametrize(
    "after", ["x", "~", "2026-03-01T12:00:00~1", "2026-03-01T12:00:00+00:00~", "1" * 5000, "9~9~9"]
)
def test_a_broken_page_address_is_refused_kindly(theatre: Organization, after: str) -> None:
    with pytest.raises(BadRequest):
        found(theatre, after=after)


def test_a_page_address_beyond_all_numbers_is_an_end_and_no_fault(theatre: Organization) -> None:
    stored(make.connection(theatre), 1)
    assert found(theatre, after=f"-{10**30}~{10**30}", sort="social") == []


def browser(theatre: Organization) -> Client:
    client = Client()
    client.force_login(theatre.members.get(email="alice@example.org"))
    return client


def test_the_next_page_and_the_table_keep_the_filters(theatre: Organization) -> None:
    x = make.connection(theatre)
    for number in range(65):
        stored(x, number, kind="converse" if number < 40 else "pitch", score=number)
    client = browser(theatre)
    address = reverse("coaching:posts", args=["theatre"])
    answer = client.get(address, {"kind": "converse", "sort": "social", "least": "1"}).content.decode()
    link = next(part for part in answer.split('href="') if "after=" in part.split('"')[0]).split('"')[0]
    asked = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
    assert {name: asked[name] for name in ("kind", "sort", "least")} == {
        "kind": ["converse"],
        "sort": ["social"],
        "least": ["1"],
    }
    assert "export/posts/?kind=converse&amp;least=1" in answer
    rest = client.get(address, {name: value[0] for name, value in asked.items()}).content.decode()
    assert rest.count('<article class="post') == 9  # scores 39 to 10 stood on the first page


@pytest.mark.parametrize(
    "query",
    [
        {"least": "x"},
        {"least": "-5"},
        {"since": "1-1-1"},
        {"until": "9999-12-31"},
        {"account": "7'"},
        {"sort": "-id"},
        {"kind": "nice"},
        {"words": "a" * 500},
    ],
)
def test_what_cannot_be_meant_does_not_filter(theatre: Organization, query: dict[str, str]) -> None:
    stored(make.connection(theatre), 1, "Plain words here.")
    answer = browser(theatre).get(reverse("coaching:posts", args=["theatre"]), query)
    assert answer.status_code == 200
    assert "Plain words here." in answer.content.decode()


def test_posts_of_another_organization_are_not_there(theatre: Organization) -> None:
    rival = Organization.objects.get(slug="rival")
    other = make.connection(rival)
    stored(other, 1)
    assert found(theatre, account=str(other.pk)) == []
    answer = browser(theatre).get(reverse("coaching:posts", args=["theatre"]), {"account": other.pk})
    assert answer.status_code == 200


def fill(connection: Connection, many: int) -> None:
    """Many judged posts at once."""
    kinds = [kind.value for kind in Kind]
    with scope([connection.organization_id]):
        Post.across_organizations.bulk_create(
            (
                Post(
                    organization=connection.organization,
                    connection=connection,
                    external_id=str(number),
                    created_at=START - timedelta(minutes=number),
                    text=f"Part {number} of our winter season, with @ana{number % 100}.",
                    surface="timeline",
                    kind=kinds[number % 4],
                    score=number % 101,
                    replies=number % 7,
                    probabilities=[0.25] * 4,
                    judge="1",
                )
                for number in range(many)
            ),
            batch_size=5_000,
        )


def check_cost(theatre: Organization, django_assert_num_queries: Any) -> None:
    client = browser(theatre)
    address = reverse("coaching:posts", args=["theatre"])
    client.get(address)
    for query in ({}, {"words": "season ana7", "sort": "social"}, {"sort": "replies", "least": "40"}):
        with django_assert_num_queries(14):
            assert client.get(address, query).status_code == 200


def test_fifty_posts_cost_a_fixed_number_of_queries(
    theatre: Organization, django_assert_num_queries: Any
) -> None:
    fill(make.connection(theatre), 50)
    check_cost(theatre, django_assert_num_queries)


@pytest.mark.slow
def test_fifty_thousand_posts_cost_the_same(theatre: Organization, django_assert_num_queries: Any) -> None:
    fill(make.connection(theatre), 50_000)
    check_cost(theatre, django_assert_num_queries)


def test_no_index_is_needed_that_row_level_security_would_not_use(theatre: Organization) -> None:
    fill(make.connection(theatre), 50)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'coaching_post'")
        assert not [definition for (definition,) in cursor.fetchall() if " gin " in definition]
