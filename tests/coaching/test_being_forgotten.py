"""Somebody asks this whole installation to forget them: what they wrote goes everywhere and stays away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, OrganizationOwned, User
from accounts.tenancy import scope
from coaching import digest, forgetting, pending_mails, traces
from coaching.being_forgotten import asking, carrying_out
from coaching.meetups import links
from coaching.models import (
    ClientNote,
    Draft,
    ForgetRequest,
    ForgottenEverywhere,
    Meetup,
    MeetupTask,
    Message,
    PersonNote,
    Post,
)
from coaching.networks.contract import Person, Surface
from coaching.sending_time import last_whole_week
from coaching.takeaway import asking as takeaways
from coaching.takeaway import making
from tests import make
from tests.coaching.meetups import stage

pytestmark = pytest.mark.django_db
FORM = reverse("coaching:forget_me")
STAFF = reverse("coaching:staff_forget")
NOW = make.NOW
ANA = Person("id-ana", "Ana", "Ana Lopes")
# Columns in which somebody may be named, and where `traces` or the tables' own nature takes care of them.
NAMING = {"person", "author_id", "author_handle", "author_name", "reply_to", "shared_from", "mentions"} | {
    "handle"
}


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Path) -> None:
    settings.EXPORTS_DIR = tmp_path / "exports"
    cache.clear()


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def furnish(organization: Organization) -> None:
    """ana wrote twice, we answered and mentioned her, staff wrote about her, a draft names her."""
    account = make.pulled(
        organization,
        make.post(1, "@Ana Thank you for coming!", surface=Surface.REPLY, reply_to=ANA, mentions=("Ana",)),
        make.post(2, "With @ANA and @tom tonight", mentions=("ANA", "tom")),
        messages=[
            make.message(1, "Is there a matinee?", author=ANA),
            make.message(2, "And on Sunday?", author=ANA),
            make.message(3, "Lovely evening", who="tom"),
        ],
    )
    with scope([organization.pk]):
        told = {"organization": organization, "network": "twitter"}
        PersonNote.across_organizations.create(**told, person="id-ana", text="Asks a lot", at=NOW)
        Draft.across_organizations.create(**told, text="@ana and @anabel, see you!", other="Hi @Ana.")
    assert account.pk


def named_anywhere(organization: Organization, word: str = "ana") -> list[str]:
    """Every column of every tenant table in which a word stands, own posts' words and handles aside."""
    found = []
    with scope([organization.pk]):
        for model in apps.get_models():
            if not issubclass(model, OrganizationOwned):
                continue
            for row in model.across_organizations.filter(organization=organization).values():
                found += [
                    f"{model.__name__}.{column}"
                    for column, value in row.items()
                    if word in str(value).lower().replace("@anabel", "")
                    and (model, column) not in ((Post, "text"), (Post, "reasons"))
                ]
    return sorted(set(found))


def everywhere(handle: str = "ana", network: str = "twitter") -> carrying_out.Forgotten:
    return carrying_out.forget(network, handle, now=NOW)


@pytest.mark.parametrize("spelt", ["ana", "ANA", "id-ana"])
def test_a_person_is_forgotten_in_every_organization_and_stays_away(cast: make.Cast, spelt: str) -> None:
    for organization in (cast.theatre, cast.rival):
        furnish(organization)
    assert "Message.author_id" in named_anywhere(cast.theatre)
    assert everywhere(spelt) == carrying_out.Forgotten(organizations=2, messages=4)
    for organization in (cast.theatre, cast.rival):
        assert named_anywhere(organization) == []
        with scope([organization.pk]):
            assert [one.text for one in organization.messages.all()] == ["Lovely evening"]
            draft = organization.drafts.get()
            assert (draft.text, draft.other) == ("@… and @anabel, see you!", "Hi @….")
            assert sorted(one.mentions for one in organization.posts.all()) == [[], ["tom"]]
            assert [one.action for one in organization.auditevents.all()] == ["person_forgotten_everywhere"]
    assert everywhere(spelt).messages == 0, "again does no harm"


def test_no_pull_brings_them_back_not_even_to_an_organization_that_never_knew_them(cast: make.Cast) -> None:
    furnish(cast.theatre)
    everywhere()
    make.pulled(
        cast.rival,
        make.post(1, "@ana hello", surface=Surface.REPLY, reply_to=ANA, mentions=("Ana",)),
        messages=[
            make.message(1, "It is me again", author=ANA),
            make.message(2, "Under another id", author=Person("id-new", "aNa", "A")),
            make.message(3, "Not me", author=Person("id-anabel", "anabel", "A")),
        ],
    )
    with scope([cast.rival.pk]):
        assert [one.text for one in cast.rival.messages.all()] == ["Not me"]
        post = cast.rival.posts.get()
        assert (post.reply_to, post.mentions) == (None, [])


def test_only_hashes_remain(cast: make.Cast) -> None:
    furnish(cast.theatre)
    everywhere()
    rows = list(ForgottenEverywhere.objects.values_list("digest", flat=True))
    assert len(rows) == 2  # her id and her handle
    assert all(len(one) == 64 and "ana" not in one for one in rows)


def test_somebody_nobody_knows_is_remembered_all_the_same(cast: make.Cast) -> None:
    assert everywhere("stranger") == carrying_out.Forgotten(0, 0)
    make.pulled(cast.theatre, messages=[make.message(1, "Hello", author=Person("id-9", "Stranger", "S"))])
    with scope([cast.theatre.pk]):
        assert not cast.theatre.messages.exists()


def test_on_facebook_a_link_to_a_comment_says_who_is_meant(cast: make.Cast) -> None:
    page = make.connection(cast.theatre, "gullpage", network="facebook")
    link = "https://www.facebook.com/gullpage/posts/1?comment_id=2"
    with scope([cast.theatre.pk]):
        for number, url in ((1, link), (2, None)):
            Message.across_organizations.create(
                organization=cast.theatre,
                connection=page,
                external_id=f"c{number}",
                created_at=NOW,
                text="words",
                author_id="77",
                author_name="Tom",
                url=url,
            )
    assert everywhere(link, "facebook") == carrying_out.Forgotten(1, 2)
    with scope([cast.theatre.pk]):
        assert forgetting.forgotten(page, ["77", "78"]) == ["77"]


def test_a_file_to_take_away_goes_with_whoever_is_in_it(
    cast: make.Cast, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    furnish(cast.theatre)
    with scope([cast.theatre.pk]):
        takeaways.ask(cast.theatre, by=cast.alice, now=NOW)
    for ids in making.due(NOW):
        if job := making.claim(*ids, now=NOW):
            making.make(job, clock=lambda: NOW)
    assert len(list((tmp_path / "exports").iterdir())) == 1
    with django_capture_on_commit_callbacks(execute=True):
        everywhere()
    assert list((tmp_path / "exports").iterdir()) == []


def test_past_digests_name_them_no_longer(cast: make.Cast) -> None:
    furnish(cast.theatre)
    with scope([cast.theatre.pk]):
        kept = digest.issue(
            cast.theatre, week=last_whole_week(NOW + timedelta(days=7), cast.theatre.zone), now=NOW
        )
        before = str(digest.read(kept))
        assert "Is there a matinee?" in before or "Ana" in before
    everywhere()
    with scope([cast.theatre.pk]):
        after = str(digest.read(cast.theatre.digestissues.get()))
    assert "matinee" not in after
    assert "Ana" not in after.replace("@Ana Thank you", "")


def test_every_column_that_may_name_somebody_has_a_place_that_forgets_it() -> None:
    naming = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if issubclass(model, OrganizationOwned)
        for field in model._meta.concrete_fields
        if field.name in NAMING
    }
    assert naming == traces.COVERED | traces.OURSELVES


# --- the page -------------------------------------------------------------------------------------------


def send_mails() -> list[Any]:
    mail.outbox.clear()
    now = timezone.now()
    for pk in pending_mails.due(now):
        pending_mails.send(pk, now=now)
    return list(mail.outbox)


def fill_in(**more: str) -> Any:
    form = {"network": "twitter", "handle": "@Ana", "email": "Ana@example.org", "website": "", **more}
    return Client().post(FORM, form)


def asked() -> str:
    """Fills in the form and answers with the link from the mail."""
    assert fill_in().status_code == 200
    [one] = send_mails()
    assert one.to == ["ana@example.org"]
    return next(word for word in str(one.body).split() if "/privacy/forget/" in word)


def test_from_the_form_to_the_last_mail(cast: make.Cast) -> None:
    furnish(cast.theatre)
    link = asked().partition("8000")[2]
    assert "Shall every organization here forget you?" in Client().get(link).content.decode()
    assert ForgetRequest.objects.get().state == "asked", "a program that scans mails changes nothing"
    answer = Client().post(link, follow=True)
    assert "We have your request." in answer.content.decode()
    assert Client().post(link).status_code == 302, "twice does no harm"
    staff = operator()
    page = staff.get(STAFF).content.decode()
    assert "Named in 1 organization." in page
    assert "theatre" not in page.lower().replace("theatre’s", "")
    request = ForgetRequest.objects.get()
    assert staff.post(STAFF, {"request": request.pk, "decision": "forget"}).status_code == 302
    assert (
        "decided already"
        in staff.post(STAFF, {"request": request.pk, "decision": "forget"}, follow=True).content.decode()
    )
    assert named_anywhere(cast.theatre) == []
    request.refresh_from_db()
    assert (request.state, request.messages, request.handle, request.email) == ("done", 2, "", "")
    [last] = send_mails()
    assert last.subject == "You are forgotten"
    status = reverse("coaching:forget_status", args=[request.code])
    assert status in str(last.body)
    assert "2 messages of yours were deleted." in Client().get(status).content.decode()
    assert send_mails() == []


def test_what_is_not_theirs_is_refused_and_nothing_goes(cast: make.Cast) -> None:
    furnish(cast.theatre)
    Client().post(asked().partition("8000")[2])
    staff = operator()
    staff.post(STAFF, {"request": ForgetRequest.objects.get().pk, "decision": "refuse"})
    assert [one.subject for one in send_mails()] == ["We could not do what you asked"]
    with scope([cast.theatre.pk]):
        assert cast.theatre.messages.count() == 3


def operator() -> Client:
    """The browser of somebody who runs the site, with the second step that is asked of them."""
    staff = User.objects.create_superuser("staff@example.org", make.PASSWORD)
    TOTP.activate(staff, generate_totp_secret())
    return browser(staff)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "wrong",
    [
        {"handle": ""}, {"handle": "a b"}, {"handle": "@" + "x" * 400}, {"handle": "https://evil.test/ana"},
        {"network": "myspace"}, {"email": "no"}, {"email": "a@b.c\nBcc: all@example.org"},
        {"handle": "ana\x00"},
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_said_and_kept(wrong: dict[str, str]) -> None:
    answer = fill_in(**wrong)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert ForgetRequest.objects.count() == 0


def test_programs_and_the_impatient_get_nowhere() -> None:
    assert fill_in(website="https://spam.test").status_code == 200
    assert ForgetRequest.objects.count() == 0
    statuses = [fill_in(email=f"a{n}@example.org").status_code for n in range(11)]
    assert statuses[:9] == [200] * 9
    assert statuses[-1] == 429


def test_the_same_request_again_sends_no_second_mail() -> None:
    fill_in()
    fill_in(email="ana@EXAMPLE.org", handle="https://x.com/Ana?lang=en")
    assert len(send_mails()) == 1


def test_nobody_fills_a_mailbox_or_writes_into_it() -> None:
    for n in range(6):
        assert fill_in(handle=f"somebody{n}").status_code == 200, "it never says what became of it"
    assert len(send_mails()) == asking.MOST_UNANSWERED
    mail.outbox.clear()
    luring = {"network": "facebook", "email": "kim@example.org"}
    fill_in(**luring, handle="https://facebook.com/l.php?u=https://evil.test/")
    fill_in(**luring, handle="www.evil.test")
    bodies = [str(one.body) for one in send_mails()]
    assert len(bodies) == 2
    assert all("evil" not in body and "what you wrote on Facebook" in body for body in bodies)


def test_notes_about_others_name_them_no_longer(cast: make.Cast) -> None:
    carol = make.consultant(cast.theatre)
    with scope([cast.theatre.pk]):
        told = {"organization": cast.theatre, "text": "Comes with @Ana, not @anabel"}
        PersonNote.across_organizations.create(**told, network="twitter", person="id-tom", at=NOW)
        ClientNote.across_organizations.create(**told, practice=carol.practices.get(), written_at=NOW)
        everywhere()
        for model in (PersonNote, ClientNote):
            assert model.across_organizations.get().text == f"Comes with {traces.SOMEBODY}, not @anabel"


def test_plans_of_meetups_name_them_no_longer(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        meetup = stage.public(cast.theatre, by=cast.alice)
        said = dict.fromkeys(traces.WORDS[Meetup], "With @ANA, not @anabel")
        Meetup.across_organizations.update(**said)
        told = {"organization": cast.theatre, "meetup": meetup}
        MeetupTask.across_organizations.create(**told, text="Ask @ana, and ana@example.org")
    everywhere()
    with scope([cast.theatre.pk]):
        kept = Meetup.across_organizations.get()
        assert {getattr(kept, column) for column in said} == {f"With {traces.SOMEBODY}, not @anabel"}
        assert kept.sequence == meetup.sequence + 1
        assert (
            MeetupTask.across_organizations.get(code="").text == f"Ask {traces.SOMEBODY}, and ana@example.org"
        )
    page = Client().get(stage.path(links.public_url(kept)))
    assert "anabel" in page.content.decode()
    assert "ANA" not in page.content.decode()
    everywhere()
    with scope([cast.theatre.pk]):
        assert Meetup.across_organizations.get().sequence == kept.sequence


def test_all_that_people_write_freely_forgets() -> None:
    """Whoever adds a column for words says here who takes the names out of it."""
    for_words = {"text", "other", "title", "goal", "about", "place", "address", "thanks"}
    otherwise = {
        "Message": "deleted with whoever wrote it",
        "Post": "our own, published",
        "AuditEvent": "from where something was done",
        "ReportCard": "the secret part of its link",
    }
    prose = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if issubclass(model, OrganizationOwned) and model.__name__ not in otherwise
        for field in model._meta.concrete_fields
        if field.name in for_words
    }
    assert prose == {
        f"{model.__name__}.{column}" for model, columns in traces.WORDS.items() for column in columns
    }


def test_links_end_and_cannot_be_guessed(cast: make.Cast) -> None:
    link = asked().partition("8000")[2]
    assert Client().get(link[:-2] + "x/").status_code == 410
    ForgetRequest.objects.all().delete()
    assert Client().get(link).status_code == 410


def test_unopened_requests_and_old_answers_go() -> None:
    now = timezone.now()
    one = asking.ask("twitter", "ana", "ana@example.org", now=now)
    assert asking.drop_old(now + timedelta(days=6)) == 0
    assert asking.drop_old(now + timedelta(days=8)) == 1
    assert one is not None
    assert not ForgetRequest.objects.filter(pk=one.pk).exists()


def test_the_staff_page_is_for_staff(cast: make.Cast) -> None:
    User.objects.filter(pk=cast.erin.pk).update(is_staff=True)  # without a second step
    assert browser(cast.erin).get(STAFF).status_code == 302
    assert browser(cast.alice).get(STAFF).status_code == 302
    assert browser(cast.alice).post(STAFF, {"network": "twitter", "handle": "ana"}).status_code == 302
    assert ForgottenEverywhere.objects.count() == 0
    staff = operator()
    by_hand = staff.get(STAFF).content.decode().partition('id="by-hand"')[2]
    # The Enter key presses a form's first button, which must not be the one that forgets.
    assert by_hand[by_hand.index("<button") :].startswith("<button disabled hidden>")
    assert staff.post(STAFF, {"network": "twitter", "handle": "a b"}).status_code == 422
    furnish(cast.theatre)
    said = staff.post(STAFF, {"network": "twitter", "handle": "@ana"}, follow=True).content.decode()
    assert "Forgotten, with 2 messages." in said


def test_the_command_does_the_same(cast: make.Cast, capsys: pytest.CaptureFixture[str]) -> None:
    furnish(cast.theatre)
    call_command("forget_person", "@ana")
    assert "named by 1 organizations, 2 messages deleted" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("forget_person", "no handle")


def test_the_privacy_page_says_how_long_and_how(settings: Any) -> None:
    settings.OTHERS_TEXT_DAYS = 45
    page = Client().get(reverse("coaching:privacy")).content.decode()
    assert "after 45 days at the latest" in page
    assert FORM in page
