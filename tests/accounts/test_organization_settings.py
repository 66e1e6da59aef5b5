"""What owners set about the organization: its name and its logo."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEvent, Logo, User
from accounts.tenancy import scope
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/o/theatre/settings/organization/"
LOGO = f"{PAGE}logo/"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def picture(kind: str = "PNG", side: int = 800) -> SimpleUploadedFile:
    made = BytesIO()
    Image.new("RGB", (side, side // 2), "teal").save(made, kind)
    return SimpleUploadedFile("logo", made.getvalue())


def trail(cast: make.Cast) -> list[str]:
    with scope([cast.theatre.pk]):
        return list(AuditEvent.across_organizations.order_by("pk").values_list("action", flat=True))


def test_an_owner_changes_the_name_and_the_address_stays() -> None:
    cast = make.cast()
    for user, status in ((cast.alice, 200), (cast.erin, 403), (cast.bob, 403), (cast.dave, 404)):
        assert browser(user).get(PAGE).status_code == status
    alice = browser(cast.alice)
    assert alice.post(PAGE, {"name": "  "}).status_code == 422
    assert "Gull Theatre" in alice.post(PAGE, {"name": ""}).content.decode()
    assert alice.post(PAGE, {"name": "Gull & Sons", "slug": "elsewhere"}).status_code == 302
    cast.theatre.refresh_from_db()
    assert (cast.theatre.name, cast.theatre.slug) == ("Gull & Sons", "theatre")
    alice.post(PAGE, {"name": "Gull & Sons"})
    assert trail(cast) == ["organization_changed"]
    assert "Gull &amp; Sons" in alice.get(PAGE).content.decode()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_and_seen_only_by_those_who_belong(kind: str) -> None:
    cast = make.cast()
    alice, shown = browser(cast.alice), reverse("accounts:logo", args=["theatre"])
    assert alice.get(shown).status_code == 404
    assert alice.post(LOGO, {"logo": picture(kind)}).status_code == 302
    answer = browser(cast.bob).get(shown)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    with Image.open(BytesIO(answer.content)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (256, 128))
    assert browser(cast.dave).get(shown).status_code == 404
    assert Client().get(shown).status_code == 302
    alice.post(LOGO, {"logo": picture()})
    with scope([cast.theatre.pk]):
        assert Logo.across_organizations.count() == 1
    alice.post(LOGO, {"remove": "yes"})
    assert alice.get(shown).status_code == 404
    assert trail(cast) == ["logo_changed", "logo_changed", "logo_removed"]


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"GIF89a", b"", b"x" * (1024 * 1024 + 1)])
def test_what_is_no_picture_is_refused_with_what_to_do(content: bytes) -> None:
    cast = make.cast()
    answer = browser(cast.alice).post(LOGO, {"logo": SimpleUploadedFile("logo.png", content)})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert trail(cast) == []
    for user in (cast.erin, cast.bob):
        assert browser(user).post(LOGO, {"logo": picture()}).status_code == 403
