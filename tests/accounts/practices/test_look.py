"""How a practice looks to its clients, and to nobody else."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.test import Client as Browser
from django.utils import timezone
from PIL import Image

from accounts import branding, colours, mailing
from accounts.models import Client, Practice
from accounts.practices import look
from tests import make
from tests.accounts.practices.firm import browser, link_in, post_out

pytestmark = pytest.mark.django_db
PAGE = "/practices/carol-co/look/"
FORM = {
    "name": "Carol & Co",
    "brand_name": "Carol’s Clinic",
    "sender_name": "Carol",
    "reply_to": "",
    "colour": "#1D6F5C",
    "timezone": "Europe/London",
}


@pytest.fixture(autouse=True)
def _no_worker(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "memory://"


def picture(side: int = 600) -> SimpleUploadedFile:
    made = BytesIO()
    Image.new("RGB", (side, side // 2), "#1d6f5c").save(made, "JPEG")
    return SimpleUploadedFile("logo.jpg", made.getvalue(), "image/jpeg")


@pytest.mark.parametrize(
    "colour", ["#1d6f5c", "#000000", "#8a6d00", "#767676", "#ff0000", "#0000ff", "#e05a00"]
)
def test_text_on_a_colour_can_be_read_on_light_and_dark_pages(colour: str) -> None:
    sheet = look.stylesheet(Practice(colour=colour))
    found = re.findall(r"--brand: (#\w{6}); --on-brand: (#\w{6})", sheet)
    assert len(found) == 2
    for (shown, text), page in zip(found, (colours.LIGHT_PAGE, colours.DARK_PAGE), strict=True):
        assert colours.contrast(shown, text) >= 4.5
        assert colours.contrast(shown, page) >= 3
    assert found[0][0] == colour  # what was chosen is what is seen by day


def test_contrast_is_that_of_the_guidelines() -> None:
    assert colours.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    greys = [f"#{shade:02x}{shade:02x}{shade:02x}" for shade in range(256)]
    assert {colours.text_on(grey) for grey in greys} == {"#ffffff", "#000000"}
    for grey in greys:
        assert colours.contrast(colours.text_on(grey), grey) >= 4.5


def test_what_a_practice_chooses_is_what_its_clients_see() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre)
    before = browser(cast.bob).get("/o/theatre/").content.decode()
    assert "look.css" not in before  # without a name for clients there is no dress
    assert browser(carol).post(PAGE, {**FORM, "logo": picture()}).status_code == 302
    page = browser(cast.bob).get("/o/theatre/").content.decode()
    assert "Carol’s Clinic" in page
    [sheet] = re.findall(r'href="(/practices/carol-co/look\.css[^"]*)"', page)
    [logo] = set(re.findall(r'src="(/practices/carol-co/logo\.png[^"]*)"', page))
    for user in (cast.bob, carol):
        client = browser(user)
        css = client.get(sheet)
        assert css["Content-Type"] == "text/css"
        assert "--brand: #1d6f5c" in css.content.decode()
        assert client.get(sheet, headers={"If-None-Match": css["ETag"]}).status_code == 304
        png = client.get(logo)
        assert Image.open(BytesIO(png.content)).size == (256, 128)
        assert "private" in png["Cache-Control"]
    for path in (sheet, logo):
        assert browser(cast.dave).get(path).status_code == 404
        assert Browser().get(path).status_code == 302
    assert "look.css" not in browser(cast.dave).get("/o/rival/").content.decode()
    # With the access goes the dress.
    Client.objects.update(ends_at=timezone.now())
    assert "Carol’s Clinic" not in browser(cast.bob).get("/o/theatre/").content.decode()
    assert browser(cast.bob).get(sheet).status_code == 404


def test_the_logo_can_be_taken_away_and_a_bad_one_is_refused() -> None:
    make.cast()
    carol = browser(make.consultant())
    assert carol.get("/practices/carol-co/logo.png").status_code == 404
    carol.post(PAGE, {**FORM, "logo": picture()})
    assert carol.get("/practices/carol-co/logo.png").status_code == 200
    bad = SimpleUploadedFile("logo.svg", b"<svg onload=alert(1)>", "image/svg+xml")
    answer = carol.post(PAGE, {**FORM, "logo": bad, "brand_name": "Kept"})
    assert answer.status_code == 422
    assert "PNG, JPEG or WebP" in answer.content.decode()
    assert "Kept" in answer.content.decode()
    carol.post(PAGE, FORM)
    assert carol.get("/practices/carol-co/logo.png").status_code == 200
    carol.post(PAGE, {**FORM, "no_logo": "on"})
    assert carol.get("/practices/carol-co/logo.png").status_code == 404


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("colour", "#ffee00", "hardly be seen on white"),
        ("colour", "red", "such as #1d6f5c"),
        ("colour", "#1d6f5c;}", "Shorten it to 7 characters."),
        ("sender_name", "Support <a@b.org>", "Leave out"),
        ("sender_name", "a\nBcc: b@example.org", "Leave out"),
        ("brand_name", "x@y", "Leave out"),
        ("reply_to", "nowhere", "Write a whole email address"),
        ("timezone", "Mars/Base", "Choose “Time zone” from the list."),
    ],
)
def test_what_would_look_bad_or_do_harm_is_refused(field: str, typed: str, said: str) -> None:
    make.cast()
    answer = browser(make.consultant()).post(PAGE, {**FORM, field: typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Practice.objects.get().brand_name == ""


def test_answers_go_to_an_address_only_once_it_has_said_yes(mailoutbox: list[EmailMessage]) -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre)
    browser(carol).post(PAGE, {**FORM, "reply_to": "desk@carol.example"})
    assert Practice.objects.get().reply_to == ""
    post_out()
    [mail] = mailoutbox
    assert mail.to == ["desk@carol.example"]
    path = link_in(mail)
    desk = Browser()
    assert "desk@carol.example" in desk.get(path).content.decode()
    assert Practice.objects.get().reply_to == ""  # looking is not saying yes
    assert desk.post(path).status_code == 200
    assert Practice.objects.get().reply_to == "desk@carol.example"
    assert desk.post(path).status_code == 410
    dress = branding.brand_of(cast.theatre, at=timezone.now())
    assert dress is not None
    told = {"organization": cast.theatre}
    sent = mailing.compose(mailing.Letter("digest_confirm", "x@example.org", told, brand=dress))
    assert sent.reply_to == ["desk@carol.example"]
    assert sent.from_email.startswith("Carol <")
    assert "carol.example" not in sent.from_email
    # Another address is asked anew; the old link says nothing about it; none at all needs no question.
    browser(carol).post(PAGE, {**FORM, "reply_to": "other@carol.example"})
    assert desk.get(path).status_code == 410
    assert Practice.objects.get().reply_to == "desk@carol.example"
    browser(carol).post(PAGE, FORM)
    assert Practice.objects.get().reply_to == ""
    post_out()
    assert len(mailoutbox) == 1  # the question that was withdrawn is not asked


def test_buttons_in_mails_can_be_read_in_any_colour() -> None:
    cast = make.cast()
    for colour in ("#8a6d00", "#00838f", "#1d6f5c", "#d96a00"):
        letter = mailing.Letter(
            "digest_confirm",
            "x@example.org",
            {"organization": cast.theatre},
            brand=branding.Brand("carol-co", "Carol", colour=colour),
        )
        assert letter.brand is not None
        assert colours.contrast(letter.brand.text_colour, colour) >= 4.5
        assert mailing.html(letter)
