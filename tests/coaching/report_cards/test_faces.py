"""What stands on the page, the picture, the badge and the paper of a card, and what never does."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone
from fontTools.ttLib import TTFont
from PIL import Image

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import period_figures
from coaching.judgement.figures import Where
from coaching.judgement.intervals import Share
from coaching.models import Post
from coaching.period_figures import Period
from coaching.report_cards import (
    badge,
    card,
    lettering,
    paper,
    picture,
)
from tests import make
from tests.coaching.report_cards.stage import FACES, SECRETS, browser, path, publish, told, words_of

pytestmark = pytest.mark.django_db


def test_the_numbers_are_those_of_the_one_place_where_figures_are_made(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        row = make.card(cast.theatre, by=cast.alice, at=timezone.now())
        found = period_figures.measure(cast.theatre, Period(row.first, row.last), now=row.published_at)
        seen = card.published(cast.theatre, row, now=row.published_at)
    share = found.posts[Where.EVERYTHING].social_share
    assert isinstance(share, Share)
    assert card.figure(row.content["social"]) == share
    assert card.figure(row.content["answer_rate"]) == found.answering.answer_rate
    assert card.figure(row.content["first_answer_time"]) == found.answering.first_answer_time
    assert (seen.percent, sum(one.count for one in seen.mix)) == (round(100 * share.value), share.n)


def test_what_was_published_keeps_its_numbers_and_names_its_judge_once_that_is_another(
    cast: make.Cast,
) -> None:
    row = publish(cast)
    before = browser().get(path(row)).content.decode()
    assert "Measured with judge" not in before
    with scope([cast.theatre.pk]):
        Post.across_organizations.update(kind="pitch", score=1)
        cast.theatre.weekrollups.update(converse=0, pitch=9)
        cast.theatre.ownjudges.get_or_create()
        cast.theatre.ownjudges.update(number=7)
    after = browser().get(path(row)).content.decode()
    assert "About half of 16 posts talked with people." in after
    assert f"Measured with judge {row.judge}, which is not the one of today." in after


def test_nothing_private_is_on_any_face_of_a_card(cast: make.Cast) -> None:
    row = publish(cast)
    with scope([cast.theatre.pk]):
        assert cast.theatre.messages.filter(text__contains="zebrafish").exists()
    faces = [browser().get(path(row, what)).content for what in FACES]
    with Image.open(io.BytesIO(faces[1])) as drawn:
        assert drawn.size == (1200, 630)
        assert drawn.info == {}  # no comments, no places, no names
    with scope([cast.theatre.pk]):
        seen = card.published(cast.theatre, row, now=timezone.now())
    # Pictures and papers hold shapes instead of letters; all that they are drawn from is the card.
    faces += [repr(seen).encode(), str(row.content).encode(), words_of(faces[3])]
    for secret in (*SECRETS, "example.org/book", "alice", "carol@"):
        assert not any(secret.encode() in face for face in faces), secret


def test_too_few_posts_say_so_on_every_face() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, *told(social=2, broadcast=2))
    row = publish(cast)
    assert b"Too few posts to judge: 4 in this time." in browser().get(path(row)).content
    assert b"too few posts to judge" in browser().get(path(row, "card_badge")).content
    for what in ("card_picture", "card_paper"):
        assert browser().get(path(row, what)).status_code == 200


def test_an_archive_says_what_it_does_not_know() -> None:
    cast = make.cast()
    connection = make.pulled(cast.theatre, *told(broadcast=12))
    with scope([cast.theatre.pk]):
        connection.access, connection.network = "archive", "facebook"
        connection.save()
    said = browser().get(path(publish(cast))).content.decode()
    assert said.count("not known from an archive") == 4
    assert "The source holds no replies" in said
    assert "does not tell how people were answered" in said


def test_no_sign_in_a_name_breaks_the_badge(cast: make.Cast) -> None:
    cast.theatre.name = "Gull\x0b\x01\uffff <Theatre> & “Bar” 👩‍🚀 مسرح"
    cast.theatre.save(update_fields=["name"])
    told = browser().get(path(publish(cast), "card_badge")).content.decode()
    assert "Gull &lt;Theatre&gt; &amp; “Bar” 👩‍🚀 مسرح" in told
    assert not set("\x0b\x01\uffff") & set(told)


def test_a_badge_is_a_picture_with_a_name_and_no_script(cast: make.Cast) -> None:
    Organization.objects.filter(pk=cast.theatre.pk).update(name='Gull & <script>"Co"')
    row = publish(cast)
    answer = browser().get(path(row, "card_badge"))
    said = answer.content.decode()
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "<script" not in said
    assert "Gull &amp; &lt;script&gt;" in said
    assert "<title" in said
    assert 'role="img"' in said
    again = browser().get(path(row, "card_badge"), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Set-Cookie" not in str(answer.headers)


def test_a_page_costs_the_same_with_few_posts_and_with_many(django_assert_max_num_queries: Any) -> None:
    cast = make.cast()
    make.pulled(cast.theatre, *told(social=20, broadcast=20))
    row = publish(cast)
    with django_assert_max_num_queries(15):
        assert browser().get(path(row)).status_code == 200


def test_names_that_the_typeface_cannot_write_are_left_out_of_pictures(cast: make.Cast) -> None:
    with TTFont(lettering.REGULAR, lazy=True) as font:
        assert {0x41, 0x3B1, 0x416, 0x151} <= set(font.getBestCmap())
    assert lettering.readable("Teatr Łódź", "none") == "Teatr Łódź"
    assert lettering.readable("Gull 🎭 Theatre", "none") == "Gull Theatre"
    assert lettering.readable("劇場", "none") == "none"
    for name in ("劇場", "A" * 120, "🎭", "Gull Theatre " * 9):
        Organization.objects.filter(pk=cast.theatre.pk).update(name=name[:120])
        cast.theatre.refresh_from_db()
        with scope([cast.theatre.pk]):
            row = make.card(cast.theatre, by=cast.alice, at=timezone.now())
            seen = card.published(cast.theatre, row, now=timezone.now())
        assert picture.png(seen).startswith(b"\x89PNG")
        assert paper.pdf(seen).startswith(b"%PDF-")
        assert badge.svg(seen).startswith("<svg")
