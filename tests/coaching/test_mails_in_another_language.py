"""The mails that come seldom: in another language none has an English word left, or an English date."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from accounts import closing, invitation_mail, inviting, pending_mail
from accounts.models import Consultant, Organization, Practice, Role, Trial, User
from accounts.practices import clients, consultants, handover, look
from accounts.practices.handover import NewClient
from accounts.practices.look import Look
from accounts.tenancy import scope
from accounts.trials import asking as trials
from accounts.trials import mail as trial_mail
from coaching import awaited_archives, delivering, pending_mails, readers
from coaching.being_forgotten import asking as forgetting
from coaching.being_forgotten import carrying_out as forgotten
from coaching.erasing import asking, carrying_out
from coaching.meetups import door, planning, replies, tending
from coaching.models import Erasure, Import
from coaching.networks.contract import Network
from coaching.takeaway import asking as takeaways
from coaching.takeaway import making
from tests import make
from tests.accounts.practices.firm import post_out
from tests.coaching.meetups import stage
from tests.coaching.test_other_language import MONDAY, theirs
from tests.coaching.test_other_language import strange as strange
from tests.pseudo_language import CODE, left_out, left_out_of, own

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Mails = list[EmailMultiAlternatives]
ABOUT_ACCOUNTS = (
    "account/email/email_changed", "account/email/email_confirm", "account/email/email_confirmation",
    "account/email/email_deleted", "account/email/password_changed", "account/email/password_set",
    "mfa/email/recovery_codes_generated", "mfa/email/totp_activated", "mfa/email/totp_deactivated",
    "mfa/email/webauthn_added", "mfa/email/webauthn_removed",
)  # fmt: skip


@pytest.fixture
def abroad(strange: None, settings: Settings, tmp_path: Path) -> make.Cast:
    """The theatre speaks the strange language, and workers speak English when nobody tells them."""
    settings.LANGUAGE_CODE = "en-gb"
    settings.EXPORTS_DIR, settings.UPLOADS_DIR = tmp_path / "exports", tmp_path / "uploads"
    cast = make.cast()
    theirs(cast.theatre)
    return cast


def read(mails: Mails, code: str = "") -> None:
    """Everything that these mails say was given to translators, but for the code of a receipt."""
    for mail in mails:
        assert left_out_of(f"{mail.subject} {mail.body}".replace(code, "")) == [], mail.body
        [(html, _kind)] = mail.alternatives
        assert left_out(str(html).replace(code, "")) == [], mail.subject
        assert f'lang="{CODE}"' in str(html)


def post(*, now: Any = make.NOW) -> None:
    """What workers do with short mails."""
    for pk in pending_mails.due(now):
        pending_mails.send(pk, now=now)


def practice() -> tuple[Practice, User]:
    """carol's firm, whose name she wrote herself."""
    carol = make.consultant()
    Practice.objects.update(name=own("Carol & Co"))
    return carol.practices.get(), carol


def test_members_and_practices_are_invited_and_let_go(abroad: make.Cast, mailoutbox: Mails) -> None:
    firm, carol = practice()
    with scope([abroad.theatre.pk]):
        inviting.invite(abroad.theatre, "frida@example.org", Role.EDITOR, by=abroad.alice, now=make.NOW)
        offer = clients.offer(
            abroad.theatre, firm, role=Role.EDITOR, ends_at=make.NOW + 9 * DAY, by=abroad.alice, now=make.NOW
        )
    for pk in invitation_mail.due(make.NOW):
        if invitation := invitation_mail.claim(pk, now=make.NOW):
            invitation_mail.send(invitation, now=make.NOW)
    wanted = NewClient(own("Old Mill"), "Europe/London", Role.EDITOR, "rosa@example.org")
    prepared = handover.prepare(firm, wanted, by=carol, now=make.NOW)
    Organization.objects.filter(practice_links=prepared).update(language=CODE)
    post_out(make.NOW)
    access = clients.accept(offer, firm, by=carol, now=make.NOW)
    clients.change(access, role=Role.VIEWER, ends_at=None, by=abroad.alice, now=make.NOW)
    clients.end(access, by=abroad.alice, now=make.NOW + DAY)
    post_out(make.NOW + DAY)
    # Invitation, offer, handover; carol of what she prepared, and both sides of three deeds.
    assert len(mailoutbox) == 3 + 1 + 3 * 2
    read(mailoutbox)


def test_meetups_from_the_first_mail_to_the_last(abroad: make.Cast, mailoutbox: Mails) -> None:
    pint = stage.public(abroad.theatre, by=abroad.alice, online_url="https://video.example/7")
    off = stage.public(abroad.theatre, by=abroad.alice, capacity=1)
    for meetup in (pint, off):
        stage.ask(meetup, "ana")
    theirs(abroad.theatre)
    stage.beat(make.NOW)
    for who in ("ana", "ben", "cleo"):
        stage.comes(pint, who)
        stage.comes(off, who)
    stage.ask(pint, "ana")
    theirs(abroad.theatre)
    stage.beat(make.NOW)
    with scope([abroad.theatre.pk]):
        replies.cancel(stage.guest(pint, "ben"), now=make.NOW)
        planning.call_off(stage.fresh(off), by=abroad.alice, now=make.NOW)
        moved = replace(stage.PLAN, place="The bar", online_url="https://video.example/7")
        planning.change(stage.fresh(pint), moved, by=abroad.alice, now=make.NOW)
        door.welcome(stage.fresh(pint), stage.guest(pint, "ana").pk, by=abroad.erin, now=pint.starts_at)
    theirs(abroad.theatre)
    for moment in (make.NOW, make.NOW + DAY, pint.starts_at - DAY, tending.thank_at(pint)):
        stage.beat(moment)
    told = [*stage.kinds(pint, "ana"), *stage.kinds(pint, "cleo"), *stage.kinds(off, "ana")]
    assert {kind for kind, state in told if state == "sent"} == {
        "confirm", "known", "place", "waiting", "moved_up", "changed", "reminder", "thanks", "cancelled",
    }  # fmt: skip
    read(mailoutbox)


def test_archives_grow_old(abroad: make.Cast, mailoutbox: Mails) -> None:
    connection = make.pulled(
        abroad.theatre, *(make.post(n, ago=timedelta(days=19 + n)) for n in range(1, 15))
    )
    readers.enrol(abroad.theatre.pk, now=make.NOW)
    with scope([abroad.theatre.pk]):
        connection.access = "archive"
        connection.save()
        Import.across_organizations.create(
            organization=abroad.theatre, filename="a.zip", state="done", finished_at=make.NOW
        )
        abroad.theatre.subscriptions.exclude(user=abroad.alice).update(due_at=None)
    theirs(abroad.theatre)
    for week in range(5):
        now = MONDAY + timedelta(weeks=week, hours=1)
        for organization_id, pk in delivering.due(now):
            delivering.queue(organization_id, [pk], now=now)
        for organization_id, pk in delivering.waiting(now):
            if copy := delivering.claim(organization_id, pk, now=now):
                delivering.send(copy, now=now)
    with scope([abroad.theatre.pk]):
        awaited_archives.ask(abroad.theatre, Network.TWITTER, by=abroad.erin, now=make.NOW)
    for days in (1, 4):
        for ids in awaited_archives.due(make.NOW + days * DAY):
            awaited_archives.send(*ids, now=make.NOW + days * DAY)
    assert len(mailoutbox) == 2 + 2
    read(mailoutbox)


def test_an_organization_goes(abroad: make.Cast, mailoutbox: Mails) -> None:
    theatre = abroad.theatre
    with scope([theatre.pk]):
        takeaways.ask(theatre, by=abroad.alice, now=make.NOW)
    for ids in making.due(make.NOW):
        if job := making.claim(*ids, now=make.NOW):
            making.make(job, clock=lambda: make.NOW)
    with scope([theatre.pk]):
        asking.ask(theatre, by=abroad.alice, now=make.NOW)
        asking.undo(theatre, by=abroad.alice, now=make.NOW)
        asking.ask(theatre, by=abroad.alice, now=make.NOW)
    post()
    later = make.NOW + asking.GRACE
    for pk in carrying_out.due(later):
        if claimed := carrying_out.claim(pk, now=later):
            carrying_out.carry_out(claimed, now=later)
    post(now=later)
    assert not Organization.objects.filter(pk=theatre.pk).exists()
    assert len(mailoutbox) == 5
    read(mailoutbox, Erasure.objects.latest("pk").code)


def test_people_without_an_organization(strange: None, mailoutbox: Mails) -> None:
    cast, (firm, carol) = make.cast(), practice()
    for number, handle in enumerate(("ana", "ben", "")):
        network = "twitter" if handle else "facebook"
        asked = forgetting.ask(network, own(handle), f"{number}@example.org", now=make.NOW)
        assert asked
        post()
        forgetting.confirm(asked, now=make.NOW)
        forgotten.decide(asked.pk, do=handle == "ana", now=make.NOW)
    post()
    for name in ("alice", "new", "kept"):
        trials.ask(f"{name}@example.org", "", now=make.NOW)
    Trial.objects.filter(email="kept@example.org").update(kept_at=make.NOW)
    for pk in trial_mail.due(make.NOW):
        if trial := trial_mail.claim(pk, now=make.NOW):
            trial_mail.send(trial, now=make.NOW)
    consultants.invite(firm, "tess@example.org", leads=True, by=carol, now=make.NOW)
    dress = Look(firm.name, "", "", "answers@example.org", "", "Europe/London")
    look.change(firm, dress, now=make.NOW)
    post_out(make.NOW)
    kept = closing.close(cast.bob, now=make.NOW)
    if claimed := pending_mail.claim(kept.pk, now=make.NOW):
        pending_mail.send(claimed, now=make.NOW)
    assert len(mailoutbox) == 3 + 3 + 3 + 2 + 1
    assert Consultant.objects.count() == 1
    read(mailoutbox)


def test_what_changes_in_an_account(strange: None) -> None:
    told: dict[str, Any] = dict.fromkeys(("to_email", "from_email", "deleted_email"), "alice@example.org")
    told |= {"ip": "127.0.0.1", "user_agent": own("Firefox"), "timestamp": make.NOW}
    told |= {"activate_url": "http://localhost/", "request": None}
    adapter = get_adapter()
    read([adapter.render_mail(prefix, "alice@example.org", told) for prefix in ABOUT_ACCOUNTS])
