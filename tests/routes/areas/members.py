"""Who belongs to an organization, and invitations."""

from __future__ import annotations

from typing import Any

from accounts.models import Invitation, Membership
from tests import make
from tests.routes.expecting import CONSULTANT, OWNER, VIEWER, deed, form, page, public
from tests.routes.stage import Place


def _invitation(place: Place) -> Any:
    slug = place.organization.slug
    return Invitation.objects.create(
        organization=place.organization,
        email="guest@example.org",
        role="viewer",
        invited_by=place.owner,
        nonce=f"nonce-{slug}",
        mail_digest=f"mail-{slug}",
        link_digest=f"link-{slug}",
        expires_at=make.NOW,
    )


ROUTES = {
    "accounts:members": form(OWNER, post=422),
    "accounts:member_role": deed(OWNER, Membership),
    "accounts:member_remove": form(OWNER, Membership, look=OWNER),
    "accounts:member_hand_over": form(OWNER, Membership, look=OWNER),
    # Consultants are no members, so they have nothing to leave.
    "accounts:member_leave": form(
        VIEWER, but={(CONSULTANT, method): 404 for method in ("GET", "HEAD", "POST")}
    ),
    "accounts:invite_again": deed(OWNER, Invitation),
    "accounts:invite_not": deed(OWNER, Invitation),
    "accounts:organization": form(OWNER, look=OWNER, post=422),
    "accounts:address_change": deed(OWNER, post=422),
    "accounts:logo_change": deed(OWNER, post=422),
    "accounts:second_step_ask": deed(OWNER),
    "accounts:logo": page(get=404),  # there is none
    "accounts:invitation": public("nobody", get=404, post=404),
}
ROWS = {
    Invitation: _invitation,
    Membership: lambda place: place.organization.memberships.get(user=place.owner),
}
