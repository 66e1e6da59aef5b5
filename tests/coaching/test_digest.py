"""What the digest says, and that it keeps its numbers but not people who were forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import mailing
from accounts.models import Organization, Practice
from accounts.tenancy import scope
from coaching import coach, digest, digest_letter, forgetting, period_figures, readers
from coaching.judgement.figures import Where
from coaching.judgement.intervals import Share
from coaching.models import Suggestion
from coaching.networks.contract import FeedMessage, FeedPost
from tests import make

pytestmark = pytest.mark.django_db

WEEK = date(2026, 9, 28)
"""The last whole week before make.NOW, a Wednesday."""


def preview(organization: Organization, week: date = WEEK) -> digest.Digest:
    with scope([organization.pk]):
        return digest.preview(organization, week=week, now=make.NOW)


def text(organization: Organization, told: digest.Digest) -> str:
    with scope([organization.pk]):
        return str(
            mailing.compose(digest_letter.letter(told, "a@example.org", subscription=None, now=make.NOW)).body
        )


def feed(days: int, text: str, count: int, first: int) -> Sequence[FeedPost]:
    return [make.post(first + n, text, ago=timedelta(days=days, minutes=n)) for n in range(count)]


def theatre(*messages: FeedMessage) -> Organization:
    """A theatre that posted 12 times in the covered week and 10 times the week before."""
    cast = make.cast()
    make.pulled(
        cast.theatre,
        *feed(5, "What did you think of last night? Tell us, we would love to hear from you!", 6, 1),
        *feed(6, "Tickets for our winter show are on sale now. Book today!", 6, 100),
        *feed(12, "Tickets for our autumn show are on sale now. Book today!", 10, 200),
        messages=messages,
    )
    return cast.theatre


def test_it_says_the_numbers_of_the_figures() -> None:
    organization = theatre()
    told = preview(organization)
    with scope([organization.pk]):
        period = period_figures.Period(WEEK, WEEK + timedelta(days=6))
        week = period_figures.measure(organization, period, now=make.NOW).posts[Where.EVERYTHING]
        long = period_figures.Period(WEEK - timedelta(weeks=11), WEEK + timedelta(days=6))
        share = period_figures.measure(organization, long, now=make.NOW).posts[Where.EVERYTHING].social_share
    assert told.posts == week.posts == 12
    assert isinstance(week.social_share, Share)
    assert isinstance(share, Share)
    assert told.social == week.social_share.k
    assert {kind.kind: kind.count for kind in told.mix} == {k.value: s.k for k, s in week.mix.items()}
    assert (told.share, told.low, told.high) == tuple(
        round(100 * x) for x in (share.value, share.low, share.high)
    )
    assert told.posts_before == 10
    assert f"{told.social} of 12 posts talked with people" in text(organization, told)
    html = mailing.html(digest_letter.letter(told, "a@example.org", subscription=None, now=make.NOW))
    assert f"{told.social} of 12 posts talked with people" in html
    assert f"about {told.share}%" in html


def test_three_people_who_wait_come_first_with_links_and_the_subject_says_so() -> None:
    asked = [
        make.message(n, f"@gulltheatre is there a matinee on day {n}?", ago=timedelta(hours=30 + n), who=who)
        for n, who in enumerate(("ana", "ben", "cleo", "dora"))
    ]
    organization = theatre(*asked)
    told = preview(organization)
    assert (len(told.waiting), told.waiting_total) == (3, 4)
    words = text(organization, told)
    for line in told.waiting:
        assert f"/o/theatre/conversations/{line.message_id}/" in words
    assert (
        digest_letter.subject(told)
        == f"{told.waiting[0].name} and 3 other people are waiting for Gull Theatre"
    )


def test_a_quiet_week_is_no_news_and_a_stale_reading_is_said() -> None:
    cast = make.cast()
    connection = make.pulled(cast.theatre, *feed(40, "An old one about our season.", 12, 1))
    told = preview(cast.theatre)
    assert (told.news, told.posts) == (False, 0)
    assert not told.stale
    with scope([cast.theatre.pk]):
        connection.last_pulled_at = make.NOW - timedelta(days=3)
        connection.save()
    told = preview(cast.theatre)
    assert told.stale
    assert "only until 4 October" in text(cast.theatre, told)


def test_an_archive_knows_nothing_of_people_who_wait() -> None:
    cast = make.cast()
    connection = make.pulled(cast.theatre, *feed(20, "What did you think? Tell us!", 12, 1))
    with scope([cast.theatre.pk]):
        connection.access = "archive"
        connection.save()
        week = digest.covered_week(cast.theatre, now=make.NOW)
    assert week == date(2026, 9, 7)
    told = preview(cast.theatre, date(2026, 9, 14))
    assert (told.from_archive, told.waiting_known, told.stale, told.posts) == (True, False, False, 12)
    assert "wait" not in text(cast.theatre, told)


def test_one_thing_to_do_with_its_source() -> None:
    organization = theatre()
    with scope([organization.pk]):
        coach.suggest(organization, now=make.NOW)
        first = organization.suggestions.filter(state=Suggestion.State.OPEN).order_by("rank").first()
        assert first
    told = preview(organization)
    assert told.thing
    assert told.thing.title in text(organization, told)
    assert told.thing.source in text(organization, told)


def test_it_stays_within_two_hundred_words() -> None:
    long = "@gulltheatre " + "could you please tell me whether there is a ramp at the side door " * 4 + "?"
    organization = theatre(
        *(
            make.message(n, long, ago=timedelta(hours=30 + n), who=w)
            for n, w in enumerate(("ana", "ben", "cleo"))
        )
    )
    with scope([organization.pk]):
        coach.suggest(organization, now=make.NOW)
    words = [
        word for word in text(organization, preview(organization)).split() if not word.startswith("http")
    ]
    assert len(words) <= 200, len(words)


def test_what_was_composed_keeps_its_numbers_but_not_the_forgotten() -> None:
    asked = make.message(1, "@gulltheatre is there a matinee?", ago=timedelta(hours=30), who="ana")
    organization = theatre(asked)
    with scope([organization.pk]):
        kept = digest.issue(organization, week=WEEK, now=make.NOW)
        assert "Ana" not in str(kept.content)
        assert "matinee" not in str(kept.content)
        before = digest.read(kept)
        organization.posts.all().update(kind="pitch")
        forgetting.forget_person(organization, "twitter", "id-ana", now=make.NOW)
        after = digest.read(digest.issue(organization, week=WEEK, now=make.NOW))
    assert before.waiting[0].name == "Ana"
    assert (after.waiting, after.gone, after.waiting_total) == ((), 1, 1)
    assert (after.posts, after.social, after.share) == (before.posts, before.social, before.share)
    assert "Ana" not in text(organization, after)


def test_the_mail_can_be_read_by_every_program_and_wears_the_practices_dress() -> None:
    organization = theatre(make.message(1, "<b>Is</b> there a matinee & a bar?", ago=timedelta(hours=30)))
    make.consultant(organization)
    Practice.objects.update(
        brand_name="Bright & Co", sender_name="Ümit, Bright", reply_to="hello@bright.example"
    )
    told = preview(organization)
    with scope([organization.pk]):
        mail = mailing.compose(
            digest_letter.letter(told, "a@example.org", subscription=None, now=make.NOW)
        ).message()
    assert "engage@localhost" in str(mail["From"])
    assert mail["Reply-To"] == "hello@bright.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<digest.theatre.127.0.0.1>"
    html = next(part for part in mail.walk() if part.get_content_type() == "text/html")
    body = html.get_payload(decode=True).decode()
    assert "Bright &amp; Co" in body
    assert "<b>Is</b>" not in body
    assert len(body.encode()) < 100_000
    assert "<img" not in body


def test_a_header_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="newlines"):
        mailing.compose(
            mailing.Letter(
                "digest_confirm", "a@example.org\nBcc: b@example.org", {"organization": make.cast().theatre}
            )
        )


def test_pages_show_the_digest_its_mail_and_the_past() -> None:
    organization = theatre(make.message(1, "@gulltheatre is there a matinee?", ago=timedelta(hours=30)))
    with scope([organization.pk]):
        digest.issue(organization, week=WEEK, now=make.NOW)
    alice = Client()
    alice.force_login(organization.members.get(email="alice@example.org"))
    assert "28 September 2026" in alice.get(reverse("coaching:digests", args=["theatre"])).content.decode()
    assert (
        "is waiting for Gull Theatre"
        in alice.get(reverse("coaching:digest", args=["theatre", "2026-09-28"])).content.decode()
    )
    mail = alice.get(reverse("coaching:digest_mail", args=["theatre", "2026-09-28"]))
    assert "default-src 'none'" in mail["Content-Security-Policy"]
    for odd in ("2026-09-29", "2999-01-07", "yesterday"):
        assert alice.get(reverse("coaching:digest", args=["theatre", odd])).status_code == 404


def test_view_in_browser_needs_no_login_and_stops_working() -> None:
    organization = theatre(make.message(1, "@gulltheatre is there a matinee?", ago=timedelta(hours=30)))
    owner = organization.members.get(email="alice@example.org")
    with scope([organization.pk]):
        digest.issue(organization, week=WEEK, now=make.NOW)
        asked = readers.invite(organization, "board@example.org", by=owner, now=make.NOW)
    url = digest_letter.reading_url(asked, WEEK).split("//", 1)[1].partition("/")[2]
    page = Client().get(f"/{url}")
    assert page.status_code == 200
    assert "Ana" in page.content.decode()
    assert "/o/theatre/" not in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert Client().get(f"/{url[:-2]}x/").status_code == 410
    with scope([organization.pk]):
        readers.remove(organization, asked.pk, by=owner, now=make.NOW)
    assert Client().get(f"/{url}").status_code == 410


def test_the_command_prints_and_sends_and_says_what_is_wrong(mailoutbox: list[object]) -> None:
    organization = theatre()
    printed = StringIO()
    call_command("send_digest", "theatre", week="2026-W40", stdout=printed)
    assert "of 12 posts talked with people" in printed.getvalue()
    call_command("send_digest", "theatre", week="2026-W40", to="me@example.org", stdout=StringIO())
    assert len(mailoutbox) == 1
    with scope([organization.pk]):
        assert not organization.digestissues.exists()  # a look at it freezes nothing
    for slug, more, wrong in (
        ("nowhere", {}, "no organization"),
        ("theatre", {"week": "2999-W01"}, "not over yet"),
        ("theatre", {"week": "2026-W99"}, "is no week"),
        ("theatre", {"week": "0001-W02"}, "before either network"),
        ("theatre", {"week": "2026-W40", "to": "nobody"}, "no email address"),
    ):
        with pytest.raises(CommandError, match=wrong):
            call_command("send_digest", slug, stdout=StringIO(), **more)
