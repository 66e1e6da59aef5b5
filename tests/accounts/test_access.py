"""Who may enter an organization, as what, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts import access, audit
from accounts.models import Client, Membership, Role
from accounts.tenancy import scope
from tests import make

pytestmark = pytest.mark.django_db


def test_a_consultant_enters_with_the_role_of_the_practice_between_start_and_end() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, ends_at=make.NOW + timedelta(days=1))
    for moment, role in ((-25, None), (-23, Role.EDITOR), (23, Role.EDITOR), (24, None)):
        way = access.enter(carol, "theatre", at=make.NOW + timedelta(hours=moment))
        assert (way and way.role) == role, moment
        assert way is None or (way.practice and way.practice.name) == "Carol & Co"
    assert access.enter(carol, "rival", at=make.NOW) is None


def test_the_better_of_two_roles_counts() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, role=Role.VIEWER)
    Membership.objects.create(organization=cast.theatre, user=carol, role=Role.EDITOR)
    way = access.enter(carol, "theatre", at=make.NOW)
    assert way == access.Access(cast.theatre, Role.EDITOR, None)
    Client.objects.update(role=Role.OWNER)
    way = access.enter(carol, "theatre", at=make.NOW)
    assert way
    assert (way.role, way.practice and way.practice.slug) == (Role.OWNER, "carol-co")


def test_the_roles_of_one_practice_do_not_reach_into_another_client() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, role=Role.VIEWER)
    other = make.consultant(cast.theatre, cast.rival, role=Role.OWNER, name="oscar")
    Membership.objects.create(organization=cast.rival, user=carol, role=Role.VIEWER)
    roles = {
        (who.email, slug): (way := access.enter(who, slug, at=make.NOW)) and way.role
        for who in (carol, other, cast.bob)
        for slug in ("theatre", "rival")
    }
    assert roles == {
        ("carol@example.org", "theatre"): Role.VIEWER,
        ("carol@example.org", "rival"): Role.VIEWER,
        ("oscar@example.org", "theatre"): Role.OWNER,
        ("oscar@example.org", "rival"): Role.OWNER,
        ("bob@example.org", "theatre"): Role.VIEWER,
        ("bob@example.org", "rival"): None,
    }
    assert [o.slug for o in access.reachable(carol, at=make.NOW)] == ["theatre", "rival"]


def test_an_ended_consultant_is_out_with_the_next_request() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre)
    browser = Browser()
    browser.force_login(carol)
    page = reverse("coaching:dashboard", args=["theatre"])
    assert browser.get(page).status_code == 200
    Client.objects.update(ends_at=timezone.now())
    assert browser.get(page).status_code == 404


def test_the_trail_says_who_and_from_where_and_cannot_be_rewritten() -> None:
    cast = make.cast()
    with scope([cast.theatre.pk]), audit.coming_from(audit.Origin("192.0.2.7", practice_id=3)):
        audit.record(cast.theatre, "role_changed", by=cast.alice, at=make.NOW, target=5, to="viewer")
        [event] = cast.theatre.auditevents.all()
        assert (event.actor_id, event.address, event.practice_id) == (cast.alice.pk, "192.0.2.7", 3)
        assert (event.action, event.target, event.details) == ("role_changed", "5", {"to": "viewer"})
        for attempt in (
            lambda: cast.theatre.auditevents.update(action="nothing"),
            lambda: cast.theatre.auditevents.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                attempt()
        assert cast.theatre.auditevents.get() == event


@pytest.mark.parametrize(
    ("starts", "ends", "fits"),
    [(-3, -1, True), (10, None, True), (-3, 0, False), (5, 6, False), (-3, None, False), (9, 12, False)],
)
def test_a_practice_has_one_access_to_an_organization_at_a_time(
    starts: int, ends: int | None, fits: bool
) -> None:
    cast = make.cast()
    make.consultant(cast.theatre, cast.rival, ends_at=make.NOW + timedelta(days=10))
    make.consultant(cast.theatre, name="oscar")  # another practice is not in the way
    first = Client.objects.filter(practice__slug="carol-co", organization=cast.theatre).get()
    other = Client(
        practice=first.practice,
        organization=cast.theatre,
        role=Role.VIEWER,
        starts_at=make.NOW + timedelta(days=starts),
        ends_at=make.NOW + timedelta(days=ends) if ends is not None else None,
    )
    if fits:
        other.save()
    else:
        with pytest.raises(IntegrityError, match="no_two_accesses_at_once"), transaction.atomic():
            other.save()


def test_a_practice_that_acts_as_owner_gives_nobody_a_way_in_that_outlasts_it() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, role=Role.OWNER)
    browser = Browser()
    browser.force_login(carol)
    wanted = {
        "accounts:members": {"email": "carol+2@example.org", "role": "owner"},
        "accounts:tokens": {"name": "mine", "scope": "read", "ends": "30", "role": "viewer"},
        "coaching:webhooks": {"url": "https://carol.test/hook", "events": ["suggestion.new"]},
        "accounts:practices_invite": {"practice": "", "role": "owner"},
    }
    for name, data in wanted.items():
        answer = browser.post(reverse(name, args=["theatre"]), data)
        assert answer.status_code == 403, name
        assert "Only the organization’s own people" in answer.content.decode()
    assert not cast.theatre.invitations.exists()
    page = browser.get(reverse("accounts:members", args=["theatre"])).content.decode()
    assert reverse("accounts:tokens", args=["theatre"]) not in page
    assert "Invite somebody" not in page
