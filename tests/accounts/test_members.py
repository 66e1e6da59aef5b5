"""Who belongs to an organization: roles, removing, leaving, handing over; one owner at least remains."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import closing, inviting, members
from accounts.models import AuditEvent, Membership, Organization, Role, User
from accounts.permissions import DEEDS
from accounts.practices import clients, consultants, links
from accounts.tenancy import scope
from coaching import conversation_marks, readers
from coaching.models import ConversationClaim, Subscription
from tests import make

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def place(user: User, organization: Organization) -> Membership:
    return Membership.objects.get(organization=organization, user=user)


def roles(organization: Organization) -> dict[str, str]:
    return dict(Membership.objects.filter(organization=organization).values_list("user__email", "role"))


def address(name: str, user: User, organization: Organization) -> str:
    return reverse(f"accounts:{name}", args=[organization.slug, place(user, organization).pk])


def trail(organization: Organization) -> list[tuple[str, str, dict[str, Any]]]:
    with scope([organization.pk]):
        return list(AuditEvent.across_organizations.order_by("pk").values_list("action", "target", "details"))


def test_everybody_sees_who_belongs_and_who_may_do_what(django_assert_num_queries) -> None:
    cast = make.cast()
    page = browser(cast.bob).get(reverse("accounts:members", args=["theatre"])).content.decode()
    for email in ("alice@example.org", "erin@example.org", "bob@example.org"):
        assert email in page
    assert "dave@example.org" not in page
    assert "Invite somebody" not in page
    for deed in DEEDS:
        assert str(deed.words) in page
    with scope([cast.theatre.pk]), django_assert_num_queries(2):
        members.page(cast.theatre, cast.alice, manages=True, now=timezone.now())


def test_an_owner_changes_a_role_and_it_counts_at_once() -> None:
    cast = make.cast()
    bob = browser(cast.bob)
    tokens = reverse("accounts:tokens", args=["theatre"])
    assert bob.get(tokens).status_code == 403
    change = address("member_role", cast.bob, cast.theatre)
    assert bob.post(change, {"role": "owner"}).status_code == 403
    assert browser(cast.alice).post(change, {"role": "king"}).status_code == 302
    assert roles(cast.theatre)["bob@example.org"] == Role.VIEWER
    browser(cast.alice).post(change, {"role": "owner"})
    browser(cast.alice).post(change, {"role": "owner"})
    assert bob.get(tokens).status_code == 200
    assert trail(cast.theatre) == [("role_changed", str(cast.bob.pk), {"before": "viewer", "role": "owner"})]


def test_the_last_owner_stays_one() -> None:
    cast = make.cast()
    alice = browser(cast.alice)
    own = place(cast.alice, cast.theatre).pk
    for path, given in (
        (reverse("accounts:member_role", args=["theatre", own]), {"role": "viewer"}),
        (reverse("accounts:member_remove", args=["theatre", own]), {}),
        (reverse("accounts:member_leave", args=["theatre"]), {}),
    ):
        answer = alice.post(path, given, follow=True)
        assert "Somebody must own the organization" in answer.content.decode(), path
    assert roles(cast.theatre)["alice@example.org"] == Role.OWNER
    assert trail(cast.theatre) == []


def test_an_owner_whose_account_is_closed_looks_after_nothing() -> None:
    cast = make.cast()
    Membership.objects.filter(user=cast.erin).update(role=Role.OWNER)
    User.objects.filter(pk=cast.erin.pk).update(is_active=False)
    told = browser(cast.alice).post(
        address("member_role", cast.alice, cast.theatre), {"role": "viewer"}, follow=True
    )
    assert "Somebody must own the organization" in told.content.decode()
    assert closing.obstacles(cast.alice, now=timezone.now()).organizations == (cast.theatre,)
    browser(cast.alice).post(address("member_remove", cast.erin, cast.theatre))
    assert "erin@example.org" not in roles(cast.theatre)


def test_an_owner_may_become_less_while_another_remains() -> None:
    cast = make.cast()
    Membership.objects.filter(user=cast.erin).update(role=Role.OWNER)
    browser(cast.alice).post(address("member_role", cast.alice, cast.theatre), {"role": "viewer"})
    assert roles(cast.theatre)["alice@example.org"] == Role.VIEWER
    assert browser(cast.alice).post(address("member_role", cast.alice, cast.theatre)).status_code == 403


def test_a_removed_member_is_out_at_the_next_request_and_nothing_of_theirs_goes_on() -> None:
    cast, now = make.cast(), timezone.now()
    asked = make.message(1, "@gulltheatre is there a matinee?")
    make.pulled(cast.theatre, messages=[asked])
    readers.enrol(cast.theatre.pk, now=now)
    with scope([cast.theatre.pk]):
        message = cast.theatre.messages.select_related("connection").get()
        conversation_marks.claim(message, by=cast.erin, now=now)
    erin, dashboard = browser(cast.erin), reverse("coaching:dashboard", args=["theatre"])
    assert erin.get(dashboard).status_code == 200
    remove = address("member_remove", cast.erin, cast.theatre)
    assert browser(cast.bob).post(remove).status_code == 403
    assert browser(cast.alice).get(remove).status_code == 200
    browser(cast.alice).post(remove)
    assert erin.get(dashboard).status_code == 404
    with scope([cast.theatre.pk]):
        assert not Subscription.across_organizations.filter(user=cast.erin).exists()
        assert not ConversationClaim.across_organizations.exists()
        assert Subscription.across_organizations.filter(user=cast.alice).exists()
    assert browser(cast.alice).post(remove).status_code == 404
    assert trail(cast.theatre)[-1] == ("member_removed", str(cast.erin.pk), {"role": "editor"})


def test_whoever_leaves_is_gone_and_needs_an_invitation_to_come_back() -> None:
    cast = make.cast()
    bob = browser(cast.bob)
    leave = reverse("accounts:member_leave", args=["theatre"])
    assert "Leave Gull Theatre?" in bob.get(leave).content.decode()
    assert bob.post(leave)["Location"] == reverse("coaching:home")
    assert bob.get(leave).status_code == 404
    assert trail(cast.theatre) == [("member_left", str(cast.bob.pk), {"role": "viewer"})]


def test_handing_over_makes_an_owner_and_an_editor() -> None:
    cast = make.cast()
    hand_over = address("member_hand_over", cast.bob, cast.theatre)
    assert browser(cast.erin).get(hand_over).status_code == 403
    alice = browser(cast.alice)
    assert alice.get(hand_over).status_code == 200
    alice.post(hand_over)
    assert roles(cast.theatre) == {
        "alice@example.org": Role.EDITOR,
        "erin@example.org": Role.EDITOR,
        "bob@example.org": Role.OWNER,
    }
    assert alice.post(hand_over).status_code == 403
    own = browser(cast.bob).post(hand_over, follow=True).content.decode()
    assert "Choose another member" in own
    assert [action for action, _, _ in trail(cast.theatre)] == ["role_changed", "role_changed", "handed_over"]


def test_what_a_former_owner_invited_is_taken_back() -> None:
    cast, now = make.cast(), timezone.now()
    Membership.objects.filter(user=cast.erin).update(role=Role.OWNER)
    asks = browser(cast.alice).get(address("member_remove", cast.erin, cast.theatre)).content.decode()
    assert reverse("coaching:webhooks", args=["theatre"]) in asks, (
        "what they set up for the organization goes on"
    )
    asks = browser(cast.alice).get(address("member_remove", cast.bob, cast.theatre)).content.decode()
    assert "go on" not in asks
    with scope([cast.theatre.pk]):
        kept = inviting.invite(cast.theatre, "frida@example.org", Role.OWNER, by=cast.erin, now=now)
    browser(cast.alice).post(address("member_remove", cast.erin, cast.theatre))
    kept.refresh_from_db()
    assert kept.revoked_at is not None


@pytest.mark.parametrize("way", ["removed", "made an editor", "hands over"])
def test_a_former_owner_does_not_come_back_by_a_link_for_consultants(way: str) -> None:
    cast, now = make.cast(), timezone.now()
    Membership.objects.filter(user=cast.erin).update(role=Role.OWNER)
    with scope([cast.theatre.pk]):
        offered: dict[str, Any] = {"role": Role.EDITOR, "ends_at": None, "now": now}
        mine = clients.offer(cast.theatre, None, by=cast.erin, **offered)
        others = clients.offer(cast.theatre, None, by=cast.alice, **offered)
    if way == "removed":
        browser(cast.alice).post(address("member_remove", cast.erin, cast.theatre))
    elif way == "made an editor":
        browser(cast.alice).post(address("member_role", cast.erin, cast.theatre), {"role": "editor"})
    else:
        browser(cast.erin).post(address("member_hand_over", cast.bob, cast.theatre))
    practice = consultants.found(name="Erin & Co", timezone="Europe/London", by=cast.erin, now=now)
    path = urlsplit(links.copied_url(mine)).path
    assert browser(cast.erin).post(path, {"practice": practice.slug}).status_code == 410
    assert not practice.clients.exists()
    known = urlsplit(links.copied_url(others)).path  # alice's, which all owners could copy
    assert browser(cast.erin).post(known, {"practice": practice.slug}).status_code == 404
    others.refresh_from_db()
    assert browser(cast.erin).get(urlsplit(links.copied_url(others)).path).status_code == 200


def test_members_of_another_organization_are_nobody_here() -> None:
    cast = make.cast()
    pk = place(cast.bob, cast.theatre).pk
    for name in ("member_role", "member_remove", "member_hand_over"):
        elsewhere = reverse(f"accounts:{name}", args=["rival", pk])
        assert browser(cast.dave).post(elsewhere, {"role": "viewer"}).status_code == 404
        inside = reverse(f"accounts:{name}", args=["theatre", pk])
        assert browser(cast.dave).post(inside, {"role": "viewer"}).status_code == 404
    assert roles(cast.theatre)["bob@example.org"] == Role.VIEWER


def test_a_consultant_who_acts_as_owner_looks_but_leaves_members_alone() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, role=Role.OWNER)
    page = browser(carol).get(reverse("accounts:members", args=["theatre"])).content.decode()
    assert "Invite somebody" not in page
    assert "Leave Gull Theatre" not in page
    assert browser(carol).post(reverse("accounts:member_leave", args=["theatre"])).status_code == 404
    removing = address("member_remove", cast.alice, cast.theatre)
    assert browser(carol).post(removing).status_code == 403


def at_once(*deeds: Callable[[], None]) -> list[str]:
    """Does all of them at the same moment on connections of their own; what each was told."""
    barrier, told = threading.Barrier(len(deeds)), []

    def do(deed: Callable[[], None]) -> None:
        barrier.wait()
        try:
            deed()
            told.append("done")
        except ValidationError as wrong:
            told.append(wrong.messages[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["leave", "demote"])
def test_of_two_owners_who_go_at_once_one_stays(how: str) -> None:
    cast, now = make.cast(), timezone.now()
    Membership.objects.filter(user=cast.erin).update(role=Role.OWNER)

    def go(user: User) -> Callable[[], None]:
        pk = place(user, cast.theatre).pk

        def deed() -> None:
            with scope([cast.theatre.pk]):
                if how == "leave":
                    members.leave(cast.theatre, user, now=now)
                else:
                    members.change_role(cast.theatre, pk, Role.VIEWER, by=user, now=now)

        return deed

    told = at_once(go(cast.alice), go(cast.erin))
    assert sorted(one[:8] for one in told) == ["Somebody", "done"]
    assert list(roles(cast.theatre).values()).count(Role.OWNER) == 1
