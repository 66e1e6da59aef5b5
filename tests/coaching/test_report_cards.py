"""Report cards: published, frozen, seen by link, taken back; nothing of anybody else on any face."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from fontTools.ttLib import TTFont
from PIL import Image

from accounts.models import Client, Organization, Practice, User
from accounts.tenancy import scope
from coaching import period_figures
from coaching.judgement.figures import Where
from coaching.judgement.intervals import Share
from coaching.models import Post, ReportCard
from coaching.networks.contract import Person, Surface
from coaching.period_figures import Period
from coaching.report_cards import (
    badge,
    card,
    colours,
    lettering,
    links,
    measuring,
    paper,
    periods,
    picture,
    publishing,
)
from tests import make

pytestmark = pytest.mark.django_db
SECRETS = ("zebrafish", "quagmire", "xylophonist", "wistaria")
"""Words of others and of ourselves that must not be on a card: a message, a name, a note, a post."""
TALK = (
    "Thank you so much for coming on wistaria night! Which scene did you like best?",
    "Yes, the matinee at two is relaxed. Shall we keep three seats for you?",
    "How kind of you to say so! What would you like to see next year?",
    "We are sorry about the cold. Did the usher find you a blanket?",
    "Happy birthday to your daughter! Does she still dance?",
    "What a lovely picture of the quay. Where did you take it?",
    "Do you remember the first play you saw here? We would love to hear.",
    "Congratulations on the prize! Are you coming to the party on Friday?",
)
FACES = ("card", "card_picture", "card_badge", "card_paper")


def browser(user: User | None = None) -> Browser:
    made = Browser()
    if user:
        made.force_login(user)
    return made


def told(*, social: int = 8, broadcast: int = 8, days: int = 1) -> list[Any]:
    """Posts that answer people and posts that only announce, over the days before now."""
    now = timezone.now()
    answers = [
        make.post(
            n,
            f"@xylophonist {TALK[(n - 1) % len(TALK)]}",
            created_at=now - timedelta(days=days, hours=n),
            surface=Surface.REPLY,
            reply_to=Person("id-x", "xylophonist"),
        )
        for n in range(1, social + 1)
    ]
    return answers + [
        make.post(
            100 + n,
            f"Book now for wistaria night, only {n} seats left: https://example.org/book",
            created_at=now - timedelta(days=days, hours=n),
        )
        for n in range(1, broadcast + 1)
    ]


@pytest.fixture
def cast() -> make.Cast:
    """A theatre that talks and announces, with a message, a person and notes that are private."""
    cast = make.cast()
    now = timezone.now()
    asked = [
        make.message(
            n, f"Is the zebrafish play on, {n}?", who="xylophonist", created_at=now - timedelta(days=3)
        )
        for n in range(1, 7)
    ]
    make.pulled(cast.theatre, *told(), messages=asked)
    carol = make.consultant(cast.theatre)
    Client.objects.update(starts_at=now - timedelta(days=9))
    with scope([cast.theatre.pk]):
        cast.theatre.clientnotes.create(
            practice=carol.practices.get(), author=carol, text="quagmire", shared=True, written_at=now
        )
    return cast


def fortnight(organization: Organization) -> dict[str, str]:
    """What the form sends for the two weeks up to yesterday."""
    yesterday = timezone.now().astimezone(organization.zone).date() - timedelta(days=1)
    return {"period": "own", "since": f"{yesterday - timedelta(days=13)}", "until": f"{yesterday}"}


def publish(cast: make.Cast, **more: str) -> ReportCard:
    answer = browser(cast.alice).post(
        reverse("coaching:report_card_publish", args=["theatre"]),
        {**fortnight(cast.theatre), "days": "90", "thing": "", **more},
    )
    assert answer.status_code == 302, answer.content.decode()
    with scope([cast.theatre.pk]):
        row: ReportCard = cast.theatre.reportcards.latest("pk")
    return row


def path(row: ReportCard, what: str = "card") -> str:
    url = links.url(row, "theatre", what)
    return "/" + url.split("//", 1)[1].partition("/")[2]


def test_an_owner_publishes_and_anybody_with_the_link_sees_it(cast: make.Cast) -> None:
    row = publish(cast)
    page = browser().get(path(row))
    said = page.content.decode()
    assert page.status_code == 200
    assert "Gull Theatre" in said
    assert "About half of 16 posts talked with people." in said
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in said
    assert f'property="og:image" content="{links.url(row, "theatre", "card_picture")}"' in said
    with scope([cast.theatre.pk]):
        assert "report_card_published" in cast.theatre.auditevents.values_list("action", flat=True)


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


def words_of(pdf: bytes) -> bytes:
    """The words of a paper, where this machine has a program that reads them."""
    program = shutil.which("pdftotext")
    if program is None:
        return b""
    said = subprocess.run([program, "-", "-"], input=pdf, capture_output=True, check=True).stdout
    assert b"About half of 16 posts talked with people." in said
    return said


def test_expired_and_revoked_cards_say_so_kindly_and_show_nothing(cast: make.Cast) -> None:
    row, other = publish(cast), publish(cast, public="on")
    with scope([cast.theatre.pk]):
        cast.theatre.reportcards.filter(pk=row.pk).update(expires_at=timezone.now())
    owner = browser(cast.alice)
    owner.post(reverse("coaching:report_card_revoke", args=["theatre", other.pk]))
    for one in (row, other):
        for what in FACES:
            answer = browser().get(path(one, what))
            assert answer.status_code == 410, (one, what)
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert "no-store" in answer["Cache-Control"]
            assert b"half of" not in answer.content
        assert b"not shown any more" in browser().get(path(one)).content
    assert owner.post(reverse("coaching:report_card_extend", args=["theatre", row.pk])).status_code == 302
    assert owner.post(reverse("coaching:report_card_extend", args=["theatre", other.pk])).status_code == 302
    assert browser().get(path(row)).status_code == 200
    assert browser().get(path(other)).status_code == 410  # what was taken back stays so
    with scope([cast.theatre.pk]):
        actions = list(cast.theatre.auditevents.order_by("pk").values_list("action", flat=True))
    with scope([cast.theatre.pk]):  # a card that lasts longer is not cut short
        long = make.card(cast.theatre, by=cast.erin, at=timezone.now(), days=365)
    owner.post(reverse("coaching:report_card_extend", args=["theatre", long.pk]))
    with scope([cast.theatre.pk]):
        assert cast.theatre.reportcards.get(pk=long.pk).expires_at == long.expires_at
    assert actions.count("report_card_revoked") == actions.count("report_card_extended") == 1


def test_links_cannot_be_guessed_or_bent(cast: make.Cast) -> None:
    row = publish(cast)
    token = links.token(row)
    payload, signature = token.split(":")  # which never ends with a B
    for wrong in (payload, f"{payload}:", f"{payload}:{signature[:-1]}B", "theatre", f"{row.pk}", "é"):
        assert browser().get(reverse("coaching:card", args=[wrong])).status_code == 404
    assert browser().get("/cards/theatre/2026-10/").status_code == 404
    assert browser().get("/cards/nobody/2026-10/").status_code == 404
    public = publish(cast, public="on")
    assert browser().get(reverse("coaching:card", args=[links.token(public)])).status_code == 404
    with scope([cast.rival.pk]):
        theirs = make.card(cast.rival, by=cast.dave, at=timezone.now())
    for name in ("report_card_revoke", "report_card_extend"):
        address = reverse(f"coaching:{name}", args=["theatre", theirs.pk])
        assert browser(cast.alice).post(address).status_code == 404


def test_a_readable_address_is_chosen_and_so_are_search_engines(cast: make.Cast) -> None:
    quiet = publish(cast, public="on")
    assert path(quiet).startswith("/cards/theatre/20")
    assert browser().get(path(quiet))["X-Robots-Tag"] == "noindex, nofollow"
    browser(cast.alice).post(reverse("coaching:report_card_revoke", args=["theatre", quiet.pk]))
    loud = publish(cast, public="on", indexed="on")
    assert path(loud) == path(quiet)  # the address is free again
    answer = browser().get(path(loud))
    assert "X-Robots-Tag" not in answer
    assert b"noindex" not in answer.content
    assert not publish(cast, indexed="on").indexed  # a secret link is never offered to them


def test_whoever_publishes_the_same_time_again_is_told_before(cast: make.Cast) -> None:
    address, told = reverse("coaching:report_card_preview", args=["theatre"]), "is published already"
    assert told not in browser(cast.alice).get(address, fortnight(cast.theatre)).content.decode()
    row = publish(cast)
    assert told in browser(cast.alice).get(address, fortnight(cast.theatre)).content.decode()
    browser(cast.alice).post(reverse("coaching:report_card_revoke", args=["theatre", row.pk]))
    assert told not in browser(cast.alice).get(address, fortnight(cast.theatre)).content.decode()


def test_pressing_twice_publishes_once(cast: make.Cast) -> None:
    assert publish(cast).pk == publish(cast).pk
    assert publish(cast, public="on").pk == publish(cast, public="on").pk
    with scope([cast.theatre.pk]):
        assert cast.theatre.reportcards.count() == 2
        first = cast.theatre.reportcards.exclude(address="").get()
        cast.theatre.reportcards.update(published_at=timezone.now() - timedelta(hours=1))
    assert publish(cast, public="on").address == f"{first.address}-2"


def test_only_owners_publish_and_all_members_take_the_paper(cast: make.Cast) -> None:
    asked = {**fortnight(cast.theatre), "days": "90", "thing": ""}
    for user in (cast.bob, cast.erin):
        made = browser(user).get(reverse("coaching:report_card_paper", args=["theatre"]), asked)
        assert made["Content-Type"] == "application/pdf"
        assert made.content.startswith(b"%PDF-")
        assert (
            browser(user).get(reverse("coaching:report_card_preview", args=["theatre"]), asked).status_code
            == 200
        )
        assert (
            browser(user).post(reverse("coaching:report_card_publish", args=["theatre"]), asked).status_code
            == 403
        )
    with scope([cast.theatre.pk]):
        assert cast.theatre.auditevents.filter(action="report_card_paper").count() == 2


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"period": "own"}, "Choose the first and the last day."),
        ({"period": "own", "since": "2026-05-03", "until": "2026-05-01"}, "before the first one"),
        ({"period": "own", "since": "2026-05-03", "until": "2999-05-01"}, "to 1 January 2100 for “Until”."),
        ({"period": "own", "since": "2024-01-01", "until": "2026-01-01"}, "A year is the longest"),
        ({"period": "own", "since": "2099-01-01", "until": "2099-02-01"}, "Choose days that are over"),
        ({"period": "2026-q3", "since": "2026-05-03", "until": "2026-05-01"}, "before the first one"),
        ({"period": "1066-q4"}, "Choose “Which time” from the list."),
        ({}, "Choose one for “Which time”."),
    ],
)
def test_a_time_that_cannot_be_is_explained(wrong: dict[str, str], says: str) -> None:
    make.cast()
    owner = browser(User.objects.get(email="alice@example.org"))
    for answer in (
        owner.get(reverse("coaching:report_card_preview", args=["theatre"]), wrong),
        owner.post(reverse("coaching:report_card_publish", args=["theatre"]), wrong),
    ):
        assert answer.status_code == 422
        assert says in answer.content.decode()


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


def test_consultants_take_papers_of_all_clients_in_their_own_dress(cast: make.Cast) -> None:
    carol = User.objects.get(email="carol@example.org")
    Practice.objects.update(brand_name="Carol Cares", colour="#123456")
    Client.objects.create(
        practice=carol.practices.get(), organization=cast.rival, role="viewer",
        starts_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    asked = {**fortnight(cast.theatre), "practice": "carol-co"}
    answer: Any = browser(carol).get(reverse("coaching:client_papers"), asked)
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as whole:
        assert [name.split("-")[0] for name in whole.namelist()] == ["theatre", "rival"]
        assert all(whole.read(name).startswith(b"%PDF-") for name in whole.namelist())
    with scope([cast.theatre.pk, cast.rival.pk]):
        for organization in (cast.theatre, cast.rival):
            event = organization.auditevents.get(action="report_card_paper")
            assert event.practice_id == carol.practices.get().pk
    with scope([cast.theatre.pk]):
        content = measuring.measure(
            cast.theatre, Period(date(2026, 5, 1), date(2026, 5, 31)), now=timezone.now()
        )
        period = Period(date(2026, 5, 1), date(2026, 5, 31))
        seen = card.drafted(cast.theatre, period, content, now=timezone.now())
    assert seen.brand
    assert (seen.brand.name, colours.accent(seen.brand)) == ("Carol Cares", "#123456")
    Practice.objects.update(colour="#ffee00")
    assert browser(carol).get(reverse("coaching:all_client_papers")).status_code == 200
    assert browser(cast.alice).get(reverse("coaching:all_client_papers")).status_code == 404
    assert browser(cast.dave).get(reverse("coaching:client_papers"), asked).status_code == 404
    assert browser(carol).get(reverse("coaching:client_papers"), {"practice": "carol-co"}).status_code == 422
    assert browser().get(reverse("coaching:client_papers")).status_code == 302


def test_the_chosen_thing_is_kept_and_the_others_are_not() -> None:
    cast, now = make.cast(), timezone.now()
    make.pulled(cast.theatre, *(make.post(n, created_at=now - timedelta(days=n)) for n in range(1, 60)))
    preview = browser(cast.alice).get(
        reverse("coaching:report_card_preview", args=["theatre"]), fortnight(cast.theatre)
    )
    options = [value for value, _ in preview.context["form"].fields["thing"].choices]
    assert (options[-1], len(options) > 2) == ("", True)
    row = publish(cast, thing=options[0])
    assert [one["rule"] for one in row.content["tries"]] == [options[0]]
    wrong = browser(cast.alice).post(
        reverse("coaching:report_card_publish", args=["theatre"]),
        {**fortnight(cast.theatre), "days": "7", "thing": "made_up"},
    )
    assert wrong.status_code == 422


def test_a_page_costs_the_same_with_few_posts_and_with_many(django_assert_max_num_queries: Any) -> None:
    cast = make.cast()
    make.pulled(cast.theatre, *told(social=20, broadcast=20))
    row = publish(cast)
    with django_assert_max_num_queries(15):
        assert browser().get(path(row)).status_code == 200


def test_periods_are_months_quarters_and_days() -> None:
    assert periods.month(2026, 0) == periods.month(2025, 12)
    assert periods.quarter(2026, 0).period == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert periods.month(2028, 2).period.last == date(2028, 2, 29)
    assert [one.code for one in periods.offered_until(date(2026, 11, 29))][:7] == [
        "2026-q3", "2026-q2", "2026-q1", "2025-q4", "2025-q3", "2026-10", "2026-09",
    ]  # fmt: skip
    assert periods.offered_until(date(2026, 12, 31))[0].code == "2026-q4"
    assert periods.name(date(2026, 7, 1), date(2026, 9, 30)) == "July to September 2026"
    assert periods.name(date(2026, 2, 1), date(2026, 2, 28)) == "February 2026"
    assert periods.name(date(2026, 2, 1), date(2026, 2, 27)) == "1 February 2026 to 27 February 2026"


def test_the_database_keeps_the_promises(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        row = make.card(cast.theatre, by=cast.alice, at=timezone.now())
    for wrong in ({"indexed": True}, {"first": row.last + timedelta(days=1)}):
        with pytest.raises(IntegrityError), scope([cast.theatre.pk]):
            cast.theatre.reportcards.filter(pk=row.pk).update(**wrong)


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


def test_extending_and_publishing_are_told_to_no_other_organization(cast: make.Cast) -> None:
    row = publish(cast)
    with scope([cast.rival.pk]):
        assert not cast.rival.reportcards.exists()
        assert publishing.lines(cast.rival, now=timezone.now()) == ()
    assert publishing.by_token(links.token(row), now=timezone.now()).open
