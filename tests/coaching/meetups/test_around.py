"""What stands around a meetup: whom to invite, the hashtag, name tags, what came of it, and the coach."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.tenancy import scope
from coaching import coach, digest, person_page
from coaching.meetups import afterwards, door, hashtags, invitations, marks, name_tags, planning, sample
from coaching.models import Meetup
from coaching.period_figures import Period
from tests import make
from tests.coaching.meetups import stage
from tests.coaching.test_people import talk, told

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def cast() -> make.Cast:
    """The theatre and its people."""
    return make.cast()


def test_regulars_are_invited_with_words_that_fit_and_a_link_that_sends_nothing(cast: make.Cast) -> None:
    told(cast.theatre, talk("ana", 5), talk("ben", 1))
    pint = stage.public(cast.theatre, by=cast.alice, title="A pint " + "with everybody " * 7, place="x" * 200)
    with scope([cast.theatre.pk]):
        page = invitations.build(pint, now=make.NOW)
        [line] = page.lines
        assert (line.handle, line.weeks, line.written_at) == ("ana", 5, None)
        assert line.text.startswith("@ana ")
        assert line.text.endswith("#GullPint")
        url = next(word for word in line.text.split() if "/meet/" in word)
        assert len(line.text) - len(url) + invitations.X_LINK <= invitations.X_LENGTH
        link = urlsplit(line.link)
        assert (link.netloc, link.path) == ("x.com", "/intent/post")
        assert parse_qs(link.query)["text"] == [line.text]
        message = cast.theatre.messages.select_related("connection").get(pk=line.message_id)
        for _ in range(2):
            invitations.mark(pint, message, written=True, by=cast.erin, now=make.NOW)
        assert invitations.build(pint, now=make.NOW).written == 1
        held = person_page.held(cast.theatre, message, by=cast.alice, now=make.NOW)
        assert [one["what"] for one in held["meetups"]] == ["invited"]
        invitations.mark(pint, message, written=False, by=cast.erin, now=make.NOW)
        assert invitations.build(pint, now=make.NOW).written == 0


def test_what_we_hold_about_somebody_includes_the_places_they_linked(cast: make.Cast) -> None:
    make.pulled(cast.theatre, messages=[make.message(1, "hello", who="ana")])
    pint = stage.public(cast.theatre, by=cast.alice)
    stage.comes(pint, "ana", handle="Ana", network="twitter")
    stage.comes(pint, "ben")
    with scope([cast.theatre.pk]):
        message = cast.theatre.messages.select_related("connection").get()
        [place] = person_page.held(cast.theatre, message, by=cast.alice, now=make.NOW)["meetups"]
    assert (place["what"], place["email"]) == ("coming", "ana@example.net")


def test_a_hashtag_is_looked_for_as_a_whole_word(cast: make.Cast) -> None:
    make.pulled(
        cast.theatre,
        make.post(1, "Come to #gullpint, everybody"),
        make.post(2, "#GullPintOfMilk is something else"),
        make.post(3, "https://example.org/?a=b&#GullPint neither"),
        make.post(4, "#GullPint", ago=27 * WEEK),
        messages=[make.message(1, "see you at #GULLPINT!"), make.message(2, "GullPint without a sign")],
    )
    with scope([cast.theatre.pk]):
        found = hashtags.use(cast.theatre, "GullPint", since=make.NOW - hashtags.LOOK_BACK, until=make.NOW)
        assert (found.posts, found.messages) == (1, 1)
        followed = hashtags.follow(
            cast.theatre, "GullPint", since=make.NOW - hashtags.LOOK_BACK, until=make.NOW
        )
        assert [one.ours for one in followed.shown] == [True, False]


NAMES = (
    "Ana", "Łucja Wrona", "Δήμητρα Νίκου", "Наталья Ким", "שרה לוי", "ليلى حسن", "Ọlá Ṣọlá", "Zoë 🎭",
    "Wolfeschlegelsteinhausenbergerdorff Maximilian the Third", "田中 太郎", "प्रिया",
)  # fmt: skip


def test_name_tags_hold_letters_of_many_scripts_and_say_which_are_missing(cast: make.Cast) -> None:
    pint = stage.public(cast.theatre, by=cast.alice, capacity=None)
    for number, name in enumerate(NAMES):
        stage.comes(pint, f"guest{number}", handle=f"guest{number}", network="twitter")
        with scope([cast.theatre.pk]):
            pint.guests.filter(email=f"guest{number}@example.net").update(name=name)
    with scope([cast.theatre.pk]):
        tags = name_tags.build(pint)
        made = name_tags.pdf(pint, tags)
        assert set(name_tags.by_hand(pint.guests.all())) == {"田中 太郎", "प्रिया"}
    assert {tag.name for tag in tags} == {"Zoë", "", *NAMES[:7], NAMES[8]}
    assert all(tag.handle.startswith("@guest") for tag in tags)
    assert made.startswith(b"%PDF-")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no poppler here")
def test_the_tags_can_be_read_out_of_the_paper(cast: make.Cast, tmp_path: Path) -> None:
    pint = stage.public(cast.theatre, by=cast.alice)
    wanted = [name_tags.Tag("Ana Lima", "@ana")] * 11
    (tmp_path / "tags.pdf").write_bytes(name_tags.pdf(pint, wanted))
    done = subprocess.run(
        ["pdftotext", str(tmp_path / "tags.pdf"), "-"], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("Ana Lima") == 11
    assert done.stdout.count("\f") == 2


def test_the_weeks_before_and_after_are_compared_once_they_are_over_and_nothing_is_claimed(
    cast: make.Cast,
) -> None:
    begins = make.NOW - 12 * WEEK
    told(
        cast.theatre,
        talk("ana", 3, ends=make.NOW - begins + 2 * WEEK),
        *(talk(who, 4, ends=5 * WEEK) for who in ("ana", "ben", "cleo", "dora", "emil", "finn")),
    )
    pint = stage.public(
        cast.theatre,
        by=cast.alice,
        now=begins - 2 * WEEK,
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
    )
    with scope([cast.theatre.pk]):
        guest = stage.comes(pint, "ana", now=begins - WEEK, handle="ana", network="twitter")
        door.welcome(pint, guest.pk, by=cast.alice, now=begins)
        page = afterwards.build(pint, now=make.NOW)
        early = afterwards.build(pint, now=datetime(2026, 9, 13, 22, 30, tzinfo=UTC))
    assert (page.came, page.walked_in, page.missed) == (1, 0, 0)
    assert [one.handle for one in page.to_thank] == ["ana"]
    assert page.before == Period(date(2026, 5, 18), date(2026, 7, 12))
    assert page.after == Period(date(2026, 7, 20), date(2026, 9, 13))
    assert early.compared == ()
    assert page.ready_on == date(2026, 9, 14)
    lines = {line.name: (line.before, line.after) for line in page.compared}
    assert lines["People who wrote to you"] == ("1", "6")
    assert lines["of them, heard back from you"][0].startswith("too few to say")


def test_the_coach_knows_of_the_last_and_the_next_meetup(cast: make.Cast) -> None:
    told(cast.theatre, talk("ana", 3))
    with scope([cast.theatre.pk]):
        assert coach.picture(cast.theatre, now=make.NOW).meetup_at is None
    draft = stage.planned(cast.theatre, by=cast.alice)
    with scope([cast.theatre.pk]):
        assert coach.picture(cast.theatre, now=make.NOW).meetup_at == draft.starts_at
        assert marks.last_or_next(cast.theatre, now=draft.ends_at) is None  # never made public: not held
        planning.publish(draft, by=cast.alice, now=make.NOW)
        assert marks.last_or_next(cast.theatre, now=draft.ends_at + 20 * WEEK) == draft.starts_at
        [mark] = marks.marks(cast.theatre, since=make.NOW, until=make.NOW + 3 * WEEK)
        assert (mark.day, mark.title) == (date(2026, 10, 16), "A pint after the show")
        upcoming = marks.upcoming(cast.theatre, now=make.NOW, within=2 * WEEK)
        assert upcoming is not None
        planning.call_off(upcoming, by=cast.alice, now=make.NOW)
        assert marks.last_or_next(cast.theatre, now=make.NOW) is None
        assert marks.marks(cast.theatre, since=make.NOW, until=make.NOW + 3 * WEEK) == ()


def test_the_sample_has_one_meetup_over_and_one_ahead_and_mails_nobody(cast: make.Cast) -> None:
    for days in (0, 1, 30):
        with scope([cast.theatre.pk]):
            sample.load(cast.theatre, by=cast.alice, now=make.NOW + days * DAY)
            over, ahead = Meetup.across_organizations.order_by("starts_at")
            assert over.guests.filter(came_at__isnull=False).count() == len(sample.CAME)
            assert over.ends_at < make.NOW + days * DAY < ahead.starts_at
    stage.beat(make.NOW + 90 * DAY)
    with scope([cast.theatre.pk]):
        assert not cast.theatre.meetupmails.exists()


def test_the_digest_speaks_of_the_next_meetup_while_it_is_public(cast: make.Cast) -> None:
    told(cast.theatre, talk("ana", 3))
    stage.planned(cast.theatre, by=cast.alice, title="Still secret")
    pint = stage.public(cast.theatre, by=cast.alice)
    with scope([cast.theatre.pk]):
        issue = digest.issue(cast.theatre, week=date(2026, 9, 28), now=make.NOW)
        said = "Your meetup “A pint after the show” is on Friday 16 October at 19:30."
        assert digest.read(issue).meetup == said
        planning.call_off(pint, by=cast.alice, now=make.NOW)
        assert digest.read(issue).meetup == ""
