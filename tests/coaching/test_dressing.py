"""Whose a page is can be seen on it: the practice's logo and colour, else the organization's own logo."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client as Browser
from django.utils import timezone
from PIL import Image

from accounts import colours, dressing, invitation_mail, inviting, mailing, organizing, pictures
from accounts.models import Client, Practice, Role, User
from accounts.one_use_links import Way
from accounts.tenancy import scope
from coaching import digest, digest_letter, readers
from coaching.meetups import letters
from coaching.models import Meetup, MeetupMail
from coaching.report_cards import links as cards
from tests import make
from tests.coaching.meetups import stage

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def picture(size: tuple[int, int] = (600, 300)) -> BytesIO:
    made = BytesIO()
    Image.new("RGBA", size, "#1d6f5c80").save(made, "PNG")
    made.seek(0)
    return made


@pytest.fixture
def cast() -> make.Cast:
    """The theatre and its people."""
    return make.cast()


@pytest.fixture
def pint(cast: make.Cast) -> Meetup:
    """A meetup of the theatre that everybody can sign up for."""
    begins = NOW + timedelta(days=9)
    return stage.public(
        cast.theatre, by=cast.alice, now=NOW, starts_at=begins, ends_at=begins + timedelta(hours=2)
    )


def looked_after(cast: make.Cast, colour: str = "#1d6f5c") -> User:
    """A practice with a name, a logo and a colour looks after the theatre."""
    carol = make.consultant(cast.theatre)
    Practice.objects.update(
        brand_name="Carol’s Clinic", colour=colour, logo=pictures.logo(picture()), logo_type="image/png"
    )
    Client.objects.update(starts_at=NOW - timedelta(days=1))
    return carol


def own_logo(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        organizing.set_logo(cast.theatre, picture(), by=cast.alice, now=NOW)


def shown(page: str) -> tuple[list[str], list[str]]:
    """The addresses of logos with an alternative text, and of sheets, that a public page names."""
    return (
        re.findall(r'<img src="(/look/[^"]+)" alt="Logo of ', page),
        re.findall(r'<link rel="stylesheet" href="(/look/[^"]+)">', page),
    )


def test_strangers_see_a_practices_dress_on_the_pages_of_a_meetup(cast: make.Cast, pint: Meetup) -> None:
    own_logo(cast)
    looked_after(cast)
    guest = Browser()
    mine = stage.mine(pint, stage.ask(pint, "ana", now=NOW).email.split("@")[0])
    for path in (f"/meet/{pint.token}/", f"/meet/{pint.token}/asked/", mine, f"/meet/{pint.token}/mine/no/"):
        page = guest.get(path).content.decode()
        [logo], [sheet] = shown(page)
        assert 'alt="Logo of Carol’s Clinic"' in page
    css, png = guest.get(sheet), guest.get(logo)
    assert css["Content-Type"] == "text/css"
    assert "--brand: #1d6f5c" in css.content.decode()
    with Image.open(BytesIO(png.content)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (256, 128))
    for answer in (css, png):
        assert answer["Cache-Control"] == "private, max-age=3600"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Robots-Tag"] == "noindex"


def test_without_a_practice_an_organization_wears_its_own_logo(cast: make.Cast, pint: Meetup) -> None:
    guest = Browser()
    assert shown(guest.get(f"/meet/{pint.token}/").content.decode()) == ([], [])
    own_logo(cast)
    page = guest.get(f"/meet/{pint.token}/").content.decode()
    [logo], sheets = shown(page)
    assert sheets == []
    assert 'alt="Logo of Gull Theatre"' in page
    assert guest.get(logo)["Content-Type"] == "image/png"
    assert guest.get(logo.replace("logo.png", "look.css")).status_code == 404
    with scope([cast.theatre.pk]):
        organizing.remove_logo(cast.theatre, by=cast.alice, now=NOW)
    assert guest.get(logo).status_code == 404


def test_the_address_of_a_look_is_bound_to_its_owner_and_to_its_day(cast: make.Cast) -> None:
    looked_after(cast)
    with scope([cast.theatre.pk]):
        dress = dressing.of(cast.theatre, at=NOW)
    key = dress.logo.split("/")[2]
    assert dressing.logo_named(key, at=NOW + timedelta(days=1))
    assert dressing.logo_named(key, at=NOW + timedelta(days=2)) is None
    assert dressing.logo_named(key, at=NOW - timedelta(days=1)) is None
    guest = Browser()
    for bent in (f"x{key}", key[:-1], "nobody", key.split(".")[0]):
        assert guest.get(f"/look/{bent}/logo.png").status_code == 404
        assert guest.get(f"/look/{bent}/look.css").status_code == 404


def test_members_see_the_logo_in_the_frame_of_every_page(cast: make.Cast) -> None:
    bob = Browser()
    bob.force_login(cast.bob)
    assert "menu-logo" not in bob.get("/o/theatre/meetups/").content.decode()
    own_logo(cast)
    page = bob.get("/o/theatre/meetups/").content.decode()
    [address] = re.findall(r'<img class="menu-logo" src="(/look/[^"]+)" alt="">', page)
    assert bob.get(address)["Content-Type"] == "image/png"
    looked_after(cast)  # one dress at a time
    page = bob.get("/o/theatre/meetups/").content.decode()
    assert "menu-logo" not in page
    assert "/practices/carol-co/logo.png" in page


def mailed(pint: Meetup) -> EmailMultiAlternatives:
    """The mail that asks ana whether it is her address."""
    stage.ask(pint, "ana", now=NOW)
    with scope([pint.organization_id]):
        mail = MeetupMail.across_organizations.select_related("guest__meetup__organization").get()
        letter = letters.letter(mail, now=NOW)
    assert letter
    return mailing.compose(letter)


def test_mails_of_a_meetup_bring_the_logo_and_the_colour_along(cast: make.Cast, pint: Meetup) -> None:
    looked_after(cast)
    mail = mailed(pint)
    html = str(mail.alternatives[0][0])
    assert 'src="cid:logo"' in html
    assert 'alt="Logo of Carol’s Clinic"' in html
    assert "border-top:4px solid #1d6f5c" in html
    [attached] = mail.attachments
    assert attached["Content-ID"] == "<logo>"
    with Image.open(BytesIO(attached.get_payload(decode=True))) as drawn:
        assert (drawn.mode, drawn.size) == ("RGB", (272, 144))  # on white paper, with a margin
    assert re.findall(r'<img[^>]*src="([^"]*)"', html) == ["cid:logo"]  # nothing is fetched from us


def test_without_a_logo_mails_have_none(pint: Meetup) -> None:
    mail = mailed(pint)
    assert mail.attachments == []
    assert "cid:logo" not in str(mail.alternatives[0][0])


@pytest.mark.parametrize("colour", ["#8a6d00", "#d96a00", "#1d6f5c", "#949494", "#6f9b00"])
def test_words_on_the_colour_of_a_mail_can_be_read(cast: make.Cast, pint: Meetup, colour: str) -> None:
    looked_after(cast, colour)
    html = str(mailed(pint).alternatives[0][0])
    [button] = re.findall(r"<a [^>]*inline-block[^>]*>", html)
    ground = re.search(r"background:(#\w{6})", button)
    ink = re.search(r"[^-]color:(#\w{6})", button)
    assert ground
    assert ink
    assert ground[1] == colour
    assert colours.contrast(ink[1], ground[1]) >= colours.READABLE


@pytest.mark.parametrize("size", [(600, 60), (60, 600), (3, 3), (600, 600)])
def test_a_logo_of_any_shape_keeps_its_shape_and_is_small_in_mails(size: tuple[int, int]) -> None:
    png, width = pictures.on_white(pictures.logo(picture(size)))
    with Image.open(BytesIO(png)) as drawn:
        height = width * drawn.height / drawn.width
    assert width <= pictures.MAIL_SIZE[0]
    assert height <= pictures.MAIL_SIZE[1] + drawn.height / drawn.width  # whole pixels


def pages_of(cast: make.Cast) -> dict[str, str]:
    """What links lead to without a login: a card, a digest, how it is chosen and left, an invitation."""
    with scope([cast.theatre.pk]):
        card = make.card(cast.theatre, by=cast.alice, at=NOW)
        week = digest.covered_week(cast.theatre, now=NOW)
        digest.issue(cast.theatre, week=week, now=NOW)
        reader = readers.invite(cast.theatre, "rosa@example.net", by=cast.alice, now=NOW)
        invited = inviting.invite(cast.theatre, "frida@example.org", Role.EDITOR, by=cast.alice, now=NOW)
        asked = stage.path(digest_letter.choosing_url(reader))
        readers.confirm(reader, now=NOW)
        return {
            "card": cards.path(card, cast.theatre.slug),
            "digest": stage.path(digest_letter.reading_url(reader, week)),
            "reader": asked,
            "leave": f"{asked}leave/",
            "invitation": stage.path(invitation_mail.address(invited, Way.COPY)),
        }


@pytest.mark.parametrize("practice", [True, False])
def test_whatever_a_link_leads_to_wears_the_same(cast: make.Cast, practice: bool) -> None:
    own_logo(cast)
    if practice:
        looked_after(cast)
    for name, path in pages_of(cast).items():
        answer = Browser().get(path)
        assert answer.status_code == 200, name
        logos, sheets = shown(answer.content.decode())
        assert (len(logos), len(sheets)) == (1, int(practice)), name
        assert ("Logo of Carol’s Clinic" if practice else "Logo of Gull Theatre") in answer.content.decode()
