"""Tables to take away: whole, in the right hands, and never a formula."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching import dashboard, exports, rollup
from coaching.judgement.figures import Where
from coaching.models import Post
from coaching.networks.contract import Metrics, Person, Surface
from tests import make

pytestmark = pytest.mark.django_db

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"]


def table(user: User, name: str, organization: str = "theatre", **query: str) -> list[dict[str, str]]:
    client = Client()
    client.force_login(user)
    answer: Any = client.get(reverse(f"coaching:export_{name}", args=[organization]), query)
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    whole = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(whole, newline="")))


def test_owners_get_their_own_texts_and_others_do_not() -> None:
    cast = make.cast()
    make.pulled(
        cast.theatre,
        make.post(1, "Schön, “quoted”,\nin two lines; which one?", metrics=Metrics(likes=3, replies=0)),
        make.post(2, "RT @ana: I wept in row three", surface=Surface.SHARE, shared_from=Person(None, "ana")),
    )
    owners = table(cast.alice, "posts")
    assert [row["id"] for row in owners] == ["1", "2"]
    assert owners[0]["text"] == "Schön, “quoted”,\nin two lines; which one?"
    assert owners[0]["likes"] == "3"
    assert owners[0]["replies"] == "0"
    assert owners[0]["views"] == ""  # not known is not 0
    assert owners[1]["text"] == ""  # somebody else's words
    for user in (cast.erin, cast.bob):
        rows = table(user, "posts")
        assert len(rows) == 2
        assert "text" not in rows[0]
        assert not any("quoted" in cell for row in rows for cell in row.values())


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_is_a_formula(text: str) -> None:
    cast = make.cast()
    make.pulled(cast.theatre, make.post(1, text))
    with scope([cast.theatre.pk]):
        Post.across_organizations.update(external_id=text, url=text)
    [row] = table(cast.alice, "posts")
    assert row["text"] == f"'{text}"
    assert row["id"] == f"'{text}"
    assert row["link"] == f"'{text}"


def test_the_table_of_posts_is_the_list_that_is_shown() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, make.post(1, "Our winter season."), make.post(2, "Summer at last."))
    assert [row["id"] for row in table(cast.bob, "posts", words="winter")] == ["1"]
    assert [row["id"] for row in table(cast.bob, "posts", least="x")] == ["1", "2"]


def test_what_people_wrote_leaves_without_their_words_and_names() -> None:
    cast = make.cast()
    asked = make.message(
        1, "@gulltheatre is there a matinee for my class?", who="zelda", url="https://x.com/i/status/1"
    )
    make.pulled(cast.theatre, messages=[asked])
    [row] = table(cast.alice, "messages")
    assert row["after"] == "question"
    assert row["wants_answer"] == "yes"
    assert row["author_id"] == "id-zelda"
    assert row["link"] == "https://x.com/i/status/1"
    assert row["written_at"] == "2026-10-07T07:00:00+00:00"
    assert not any("matinee" in cell or "Zelda" in cell for cell in row.values())


def test_figures_by_week_are_those_of_the_dashboard() -> None:
    cast = make.cast()
    talk = [
        make.post(
            100 + n,
            f"@ana{n} thank you! Which scene of part {n} did you like?",
            surface=Surface.REPLY,
            reply_to=Person(f"id-ana{n}", f"ana{n}"),
            ago=timedelta(hours=n + 1),
        )
        for n in range(6)
    ]
    make.pulled(cast.theatre, *talk, *(make.post(n) for n in range(1, 13)))
    rows = table(cast.bob, "weeks")
    with scope([cast.theatre.pk]):
        page = dashboard.build(cast.theatre, now=make.NOW, where=Where.EVERYTHING)
    everything = [row for row in rows if row["of"] == "everything"]
    assert sum(int(row["judged"]) for row in everything) == 18
    shown = {str(week.monday): week for week in page.weeks if week.judged}
    assert {row["week"] for row in everything} == set(shown)
    for row in everything:
        week = shown[row["week"]]
        assert [int(row[kind]) for kind in ("converse", "share", "announce", "pitch")] == [
            week.converse,
            week.share,
            week.announce,
            week.pitch,
        ]
        if row["social_share"]:
            assert float(row["social_share"]) == pytest.approx(
                (week.converse + week.share) / week.judged, abs=1e-4
            )
    timeline = [row for row in rows if row["of"] == "timeline"]
    assert sum(int(row["posts"]) for row in timeline) == 12


def test_an_archive_of_a_page_says_nothing_about_everything() -> None:
    cast = make.cast()
    page = make.connection(cast.theatre, "gullpage", access="archive", network="facebook")
    with scope([cast.theatre.pk]):
        Post.across_organizations.create(
            organization=cast.theatre,
            connection=page,
            external_id="1",
            created_at=make.NOW,
            text="Hello",
            surface="timeline",
            kind="announce",
            score=3,
        )
        rollup.count_weeks(page)
    rows = {row["of"]: row for row in table(cast.bob, "weeks")}
    assert rows["timeline"]["announce"] == "1"
    assert rows["everything"]["announce"] == ""
    assert rows["everything"]["answer_rate"] == ""


def test_a_table_holds_the_rows_of_one_organization_only() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, make.post(1), messages=[make.message(1, "Is there a matinee?")])
    make.pulled(cast.rival, make.post(2))
    assert [row["id"] for row in table(cast.dave, "posts", "rival")] == ["2"]
    assert table(cast.dave, "messages", "rival") == []


def test_a_long_table_comes_in_pieces_with_few_queries(django_assert_max_num_queries: Any) -> None:
    cast = make.cast()
    connection = make.connection(cast.theatre)
    many = 3 * exports.ROWS + 7
    with scope([cast.theatre.pk]):
        Post.across_organizations.bulk_create(
            Post(
                organization=cast.theatre,
                connection=connection,
                external_id=str(n),
                created_at=make.NOW,
                text="x",
                surface="timeline",
            )
            for n in range(many)
        )
    with django_assert_max_num_queries(8):
        pieces = list(exports.posts(Organization.objects.get(slug="theatre"), {}, texts=True))
    assert len(pieces) == 4
    assert "".join(pieces).count("\r\n") == many + 1
    assert max(piece.count("\r\n") for piece in pieces) <= exports.ROWS


def test_whoever_stops_reading_leaves_nothing_open() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 5)))
    lines = exports.posts(cast.theatre, {}, texts=False)
    next(lines)
    lines.close()  # type: ignore[attr-defined]
    assert Post.across_organizations.count() == 0  # the scope went with it
