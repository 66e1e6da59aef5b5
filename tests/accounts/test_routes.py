"""Every route against the whole cast; a new route without an expectation fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from accounts.tenancy import scope
from coaching.models import Draft, Import, Subscription, Suggestion
from tests import make

pytestmark = pytest.mark.django_db

PUBLIC = {"landing", "healthz"}
PERSONAL = {
    "coaching:clients",
    "coaching:practice_record",
    "coaching:practice_record_table",
    "coaching:home",
    "coaching:organization_new",
    "accounts:my_tokens",
}
# Where networks send people back to: logged in, and with an answer to a question of theirs.
RETURNS = {"coaching:connected_x", "coaching:connected_facebook"}
# What networks call, and what they get who are none.
MACHINES = {
    "coaching:webhook_x": 403,
    "coaching:webhook_facebook": 403,
    "coaching:facebook_deauthorize": 405,
    "coaching:facebook_deletion": 405,
    "coaching:deletion_status": 404,  # without a code that exists
    "coaching:letter": 410,  # without a link of ours
    "coaching:reader": 404,
    "coaching:reader_leave": 404,
    "coaching:practice_leave": 404,
    "accounts:invitation": 404,
    "coaching:card": 404,
    "coaching:card_picture": 404,
    "coaching:card_badge": 404,
    "coaching:card_paper": 404,
}
WITH_CODE = {
    "coaching:deletion_status",
    "coaching:letter",
    "coaching:reader",
    "coaching:reader_leave",
    "coaching:practice_leave",
    "accounts:invitation",
    "coaching:card",
    "coaching:card_picture",
    "coaching:card_badge",
    "coaching:card_paper",
}
STAFF = {"coaching:styleguide"}
# Who gets what from a GET below /o/<organization>/: 200, or 405 where only POST is allowed.
ORGANIZATION = {
    "accounts:members": 200,
    "coaching:dashboard": 200,
    "coaching:conversations": 200,
    "coaching:conversation": 200,
    "coaching:conversation_decide": 405,
    "coaching:looking_back": 200,
    "coaching:digests": 200,
    "coaching:digest": 200,
    "coaching:digest_mail": 200,
    "coaching:digest_settings": 200,
    "coaching:reader_add": 405,
    "coaching:reader_remove": 405,
    "coaching:people": 200,
    "coaching:person": 200,
    "coaching:person_change": 405,
    "coaching:person_forget": 405,
    "coaching:settings": 200,
    "coaching:report_cards": 200,
    "coaching:report_card_preview": 422,  # nobody has chosen a time
    "coaching:report_card_publish": 405,
    "coaching:report_card_paper": 422,
    "coaching:report_card_extend": 405,
    "coaching:report_card_revoke": 405,
    "coaching:posts": 200,
    "coaching:post": 200,
    "coaching:post_correct": 405,
    "coaching:checks": 200,
    "coaching:check_answer": 405,
    "coaching:client_notes": 200,
    "coaching:client_note": 404,  # a consultant's own
    "coaching:client_note_delete": 405,
    "coaching:suggestions": 200,
    "coaching:suggestion_decide": 405,
    "coaching:suggestion_undo": 405,
    "coaching:history": 200,
    "coaching:export_posts": 200,
    "coaching:export_messages": 200,
    "coaching:export_weeks": 200,
    "coaching:draft": 200,
    "coaching:draft_check": 405,
    "coaching:draft_save": 405,
    "coaching:draft_rewrite": 405,
    "coaching:draft_rewriting": 405,
    "coaching:saved_draft": 200,
    "coaching:saved_draft_delete": 405,
    "coaching:connections": 200,
    "coaching:budget": 405,
    "coaching:duties": 200,
    "coaching:account_read": 405,
    "coaching:account_disconnect": 200,
    "coaching:connect_x": 405,
    "coaching:connect_facebook": 405,
    "coaching:connect_pages": 400,  # nobody has consented to anything
    "coaching:connect_choose": 405,
    "coaching:upload": 302,
    "coaching:import": 200,
    "coaching:import_progress": 286,  # the import has ended: htmx may stop asking
}
# Who may not POST although they may look: viewers.
EDITORS_ONLY = {
    "coaching:post_correct",
    "coaching:check_answer",
    "coaching:conversation_decide",
    "coaching:person_change",
    "coaching:settings",
    "coaching:suggestion_undo",
    "coaching:draft_save",
    "coaching:draft_rewrite",
    "coaching:saved_draft_delete",
    "coaching:suggestion_decide",
    "coaching:upload",
    "coaching:account_read",
    "coaching:account_disconnect",
    "coaching:connect_x",
    "coaching:connect_facebook",
    "coaching:connect_choose",
}
OWNERS_ONLY = {"coaching:budget", "coaching:reader_add", "coaching:reader_remove", "coaching:person_forget"}
OWNERS_ONLY |= {"coaching:report_card_extend", "coaching:report_card_revoke"}
OWNERS_LOOK = {"coaching:person_held"}
# Whose casts and methods are tried in a test of their own: test_tokens.py.
TRIED_ELSEWHERE = {"accounts:my_token_end", "accounts:tokens", "accounts:token_end"}
# test_members.py and test_invitations.py
TRIED_ELSEWHERE |= {
    "accounts:invite_again",
    "accounts:invite_not",
    "accounts:member_hand_over",
    "accounts:member_leave",
    "accounts:member_remove",
    "accounts:member_role",
}
# test_report_cards.py
TRIED_ELSEWHERE |= {
    "coaching:public_card",
    "coaching:public_card_picture",
    "coaching:public_card_badge",
    "coaching:public_card_paper",
    "coaching:all_client_papers",
    "coaching:client_papers",
}
# test_hooks.py
TRIED_ELSEWHERE |= {"coaching:webhooks", "coaching:webhook_change", "coaching:webhook_again"}
# test_trail.py
TRIED_ELSEWHERE |= {"coaching:trail", "coaching:trail_table"}
# tests/accounts/practices
TRIED_ELSEWHERE |= {
    f"accounts:practice{what}"
    for what in (
        "", "_new", "_link", "_reply_to", "_look", "_css", "_logo", "_mail", "_leave", "_invite",
        "_consultant", "_link_again", "_link_revoke", "_answer", "_client_new", "_client", "_client_link",
        "_client_end", "s", "s_invite", "s_change", "s_take_back",
    )
}  # fmt: skip


def routes(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, bool]]:
    """(name, whether it is about one organization) of every route of ours."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            if str(pattern.pattern) in ("admin/", "accounts/", "api/v1/"):  # the API: test_api.py
                continue
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from routes(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern):
            name = f"{prefix}{pattern.name}"
            yield name, name in ORGANIZATION


def test_every_route_has_an_expectation() -> None:
    assert {name for name, _ in routes()} == PUBLIC | PERSONAL | RETURNS | STAFF | {
        *MACHINES,
        *ORGANIZATION,
        *OWNERS_LOOK,
        *TRIED_ELSEWHERE,
    }


@pytest.fixture
def stage() -> dict[str, Any]:
    """A theatre with a post, an import and a suggestion, and the addresses of all its pages."""
    cast = make.cast()
    asked = make.message(1, "@gulltheatre is there a matinee?")
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)), messages=[asked])
    with scope([cast.theatre.pk]):
        card = make.card(cast.theatre, by=cast.alice)
        pks = {
            "client_note": 1,  # whoever wrote it, none of these did
            "digest": "2026-09-28",
            "report_card_extend": card.pk,
            "report_card_revoke": card.pk,
            "reader": Subscription.across_organizations.create(
                organization=cast.theatre, email="r@example.org", next_week=make.NOW.date()
            ).pk,
            "check": cast.theatre.posts.values_list("pk", flat=True).first(),
            "post": cast.theatre.posts.values_list("pk", flat=True).first(),
            "person": cast.theatre.messages.values_list("pk", flat=True).first(),
            "conversation": cast.theatre.messages.values_list("pk", flat=True).first(),
            "account": cast.theatre.connections.values_list("pk", flat=True).first(),
            "import": Import.across_organizations.create(
                organization=cast.theatre, filename="a.zip", state="done"
            ).pk,
            "saved_draft": Draft.across_organizations.create(
                organization=cast.theatre, network="twitter", text="Which scene stayed with you?"
            ).pk,
            "suggestion": Suggestion.across_organizations.create(
                organization=cast.theatre,
                rule="ask_questions",
                metric="question_share",
                evidence="hubspot",
                as_of=make.NOW.date(),
                params={"k": 1, "n": 14, "over_weeks": 4},
                baseline=0.07,
                target=0.15,
            ).pk,
        }
    addresses = {}
    for name in ORGANIZATION:
        kind = next((kind for kind in pks if name.removeprefix("coaching:").startswith(kind)), None)
        arguments = (
            [cast.theatre.slug]
            if name
            in (
                "accounts:members",
                "coaching:posts",
                "coaching:client_notes",
                "coaching:checks",
                "coaching:suggestions",
                "coaching:conversations",
                "coaching:digests",
                "coaching:digest_settings",
                "coaching:reader_add",
            )
            or kind is None
            else [cast.theatre.slug, pks[kind]]
        )
        addresses[name] = reverse(name, args=arguments)
    return {"cast": cast, "addresses": addresses}


def browser(user: User | None) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    if user:
        client.force_login(user)
    return client


def test_members_see_their_organization(stage: dict[str, Any]) -> None:
    cast = stage["cast"]
    for user in (cast.alice, cast.erin, cast.bob):
        for name, address in stage["addresses"].items():
            assert browser(user).get(address).status_code == ORGANIZATION[name], (user, name)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options", "patch"])
def test_a_stranger_gets_404_whatever_they_try(stage: dict[str, Any], method: str) -> None:
    stranger = browser(stage["cast"].dave)
    for name, address in stage["addresses"].items():
        assert getattr(stranger, method)(address).status_code == 404, name
        elsewhere = address.replace("/o/theatre/", "/o/no-such-place/")
        assert getattr(stranger, method)(elsewhere).status_code == 404, name


def test_ids_of_another_organization_are_404_in_ones_own(stage: dict[str, Any]) -> None:
    dave = browser(stage["cast"].dave)
    for name, address in stage["addresses"].items():
        own = address.replace("/o/theatre/", "/o/rival/")
        expected = (
            ORGANIZATION[name]
            if own.count("/") == address.count("/") and not any(part.isdigit() for part in own.split("/"))
            else 404
        )
        got = dave.get(own).status_code
        assert got == (405 if ORGANIZATION[name] == 405 else expected), name


def test_anonymous_visitors_are_asked_to_log_in(stage: dict[str, Any]) -> None:
    anonymous = browser(None)
    for address in (*stage["addresses"].values(), *(reverse(name) for name in PERSONAL | RETURNS)):
        answer = anonymous.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))
    for name in PUBLIC:
        assert anonymous.get(reverse(name)).status_code == 200
    for name, status in MACHINES.items():
        address = reverse(name, args=["nobody"] if name in WITH_CODE else [])
        assert anonymous.get(address).status_code == status, name


def test_the_budget_is_the_owners(stage: dict[str, Any]) -> None:
    for name in OWNERS_ONLY:
        for user in (stage["cast"].bob, stage["cast"].erin):
            assert browser(user).post(stage["addresses"][name]).status_code == 403, name
        assert browser(stage["cast"].alice).post(stage["addresses"][name]).status_code == 302, name


def test_viewers_may_look_but_not_change(stage: dict[str, Any]) -> None:
    bob, erin = browser(stage["cast"].bob), browser(stage["cast"].erin)
    for name in EDITORS_ONLY:
        assert bob.post(stage["addresses"][name]).status_code == 403, name
        assert erin.post(stage["addresses"][name]).status_code != 403, name


def test_the_styleguide_is_for_staff(stage: dict[str, Any]) -> None:
    address = reverse("coaching:styleguide")
    assert browser(stage["cast"].alice).get(address).status_code == 302
    staff = User.objects.create_superuser("staff@example.org", make.PASSWORD)
    assert browser(staff).get(address).status_code == 200


def test_a_removed_member_is_out_with_the_next_request(stage: dict[str, Any]) -> None:
    cast = stage["cast"]
    client = browser(cast.bob)
    address = stage["addresses"]["coaching:dashboard"]
    assert client.get(address).status_code == 200
    cast.bob.memberships.all().delete()
    assert client.get(address).status_code == 404
