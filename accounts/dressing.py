"""Whose a page is: the logo and the colour that whoever may open it may see, also without a login.

The look of a practice is otherwise for its own people and its clients. So the addresses here are signed and
stop working after a day; whoever may still open the page finds new ones in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.urls import reverse

from accounts.branding import Brand, brand_of
from accounts.models import Organization, Practice
from accounts.tenancy import scope

_KEY = signing.Signer(sep=".", salt="engage.dress")
_LASTING = 1
"""Days after the one on which an address was made, so that a page opened at midnight is whole."""


@dataclass(frozen=True)
class Dress:
    """What a page wears: whose logo it is, and the addresses of that and of a small sheet with the colour.

    `practice` says that it is a practice's. An address is empty where there is nothing to show.
    """

    name: str
    practice: bool = False
    logo: str = ""
    sheet: str = ""


def worn(organization: Organization, brand: Brand | None, *, at: datetime) -> Dress:
    """The practice's dress, else the organization's own. Needs its scope; at most one query."""
    if brand is not None:
        key, version = _key("practice", brand.slug, at), brand.version
        return Dress(
            name=brand.name,
            practice=True,
            logo=_address("logo", key, version) if brand.has_logo else "",
            sheet=_address("sheet", key, version) if brand.colour else "",
        )
    changed = organization.logos.values_list("changed_at", flat=True).first()
    if changed is None:
        return Dress(organization.name)
    key = _key("organization", organization.pk, at)
    return Dress(organization.name, logo=_address("logo", key, format(int(changed.timestamp()), "x")))


def of(organization: Organization, *, at: datetime) -> Dress:
    """What an organization's pages wear now. Two queries."""
    with scope([organization.pk]):
        return worn(organization, brand_of(organization, at=at), at=at)


def logo(organization: Organization, brand: Brand | None) -> bytes | None:
    """The picture itself, for files and mails. Needs the organization's scope; one query.

    It is a PNG that we drew ourselves, or None.
    """
    if brand is None:
        png = organization.logos.values_list("png", flat=True).first()
    elif brand.has_logo:
        png = Practice.objects.filter(slug=brand.slug).values_list("logo", flat=True).first()
    else:
        png = None
    return bytes(png) if png else None


def logo_named(key: str, *, at: datetime) -> bytes | None:
    """The picture that a signed address stands for; None where it is not ours, too old, or there is none."""
    practice = practice_named(key, at=at)
    if practice is not None:
        return bytes(practice.logo) if practice.logo else None
    organization = Organization.objects.filter(pk=_named("organization", key, at)).first()
    if organization is None:
        return None
    with scope([organization.pk]):
        return logo(organization, None)


def practice_named(key: str, *, at: datetime) -> Practice | None:
    """The practice whose look a signed address stands for."""
    return Practice.objects.filter(slug=_named("practice", key, at)).first()


def _key(whose: str, name: object, at: datetime) -> str:
    return _KEY.sign_object([whose, name, at.toordinal()])


def _named(whose: str, key: str, at: datetime) -> Any:
    """Which practice or organization a key names; None for one that is bent, too old, or of the others."""
    try:
        kind, name, day = _KEY.unsign_object(key)
    except (signing.BadSignature, ValueError):
        return None
    return name if kind == whose and 0 <= at.toordinal() - day <= _LASTING else None


def _address(what: str, key: str, version: str) -> str:
    return f"{reverse(f'accounts:dress_{what}', args=[key])}?v={version}"
