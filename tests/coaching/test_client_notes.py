"""Notes about a client: the practice's own, or shared with the organization."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.models import Client, Consultant, Practice, User
from accounts.tenancy import scope
from coaching import client_notes
from tests import make

pytestmark = pytest.mark.django_db
NOTES = reverse("coaching:client_notes", args=["theatre"])


def browser(user: User) -> Browser:
    made = Browser()
    made.force_login(user)
    return made


def write(user: User, text: str, **fields: str) -> int:
    """Writes a note for the only practice of this person; answers with the status."""
    practice = user.practices.get()
    answer = browser(user).post(NOTES, {"text": text, "practice": str(practice.pk), **fields})
    return answer.status_code


@pytest.fixture
def cast() -> make.Cast:
    """The theatre, which carol and oscar of two practices look after."""
    made = make.cast()
    for name in ("carol", "oscar"):
        make.consultant(made.theatre, name=name)
    Client.objects.update(starts_at=timezone.now() - timedelta(days=9))
    return made


def test_private_notes_are_the_practices_own_and_shared_ones_everybodys(cast: make.Cast) -> None:
    carol, oscar = (User.objects.get(email=f"{name}@example.org") for name in ("carol", "oscar"))
    nina = User.objects.create_user("nina@example.org")
    Consultant.objects.create(practice=carol.practices.get(), user=nina)
    assert write(carol, "Their Monday person is on leave.") == 302
    assert write(carol, "Well answered last week!", shared="on") == 302
    reads = {
        user.email.split("@")[0]: [
            text
            for text in ("on leave", "Well answered")
            if text in browser(user).get(NOTES).content.decode()
        ]
        for user in (carol, nina, oscar, cast.alice, cast.bob)
    }
    assert reads == {
        "carol": ["on leave", "Well answered"],
        "nina": ["on leave", "Well answered"],
        "oscar": ["Well answered"],
        "alice": ["Well answered"],
        "bob": ["Well answered"],
    }
    suggestions = browser(cast.bob).get(reverse("coaching:suggestions", args=["theatre"])).content.decode()
    assert "Notes from Carol &amp; Co" in suggestions
    assert "Well answered" in suggestions
    assert "on leave" not in suggestions
    assert browser(cast.dave).get(NOTES).status_code == 404
    with scope([cast.theatre.pk]):
        assert [event.action for event in cast.theatre.auditevents.all()] == ["client_note_shared"]


def test_only_its_writer_changes_or_deletes_a_note(cast: make.Cast) -> None:
    carol, oscar = (User.objects.get(email=f"{name}@example.org") for name in ("carol", "oscar"))
    write(carol, "First words", shared="on")
    with scope([cast.theatre.pk]):
        note = cast.theatre.clientnotes.get()
    change = reverse("coaching:client_note", args=["theatre", note.pk])
    delete = reverse("coaching:client_note_delete", args=["theatre", note.pk])
    said = {"text": "Second words", "practice": str(note.practice_id)}
    for user in (oscar, cast.alice):
        assert browser(user).get(change).status_code == 404
        assert browser(user).post(change, said).status_code == 404
        assert browser(user).post(delete).status_code == 404
    assert "First words" in browser(carol).get(change).content.decode()
    assert browser(carol).post(change, {**said, "text": "  "}).status_code == 422
    assert browser(carol).post(change, said).status_code == 302
    with scope([cast.theatre.pk]):
        kept = cast.theatre.clientnotes.get()
        assert (kept.text, kept.shared) == ("Second words", False)
    assert browser(carol).post(delete).status_code == 302
    with scope([cast.theatre.pk]):
        assert not cast.theatre.clientnotes.exists()


def test_members_write_none_and_nobody_writes_for_another_practice(cast: make.Cast) -> None:
    carol = User.objects.get(email="carol@example.org")
    other = Practice.objects.get(slug="oscar-co")
    assert browser(cast.alice).post(NOTES, {"text": "Mine"}).status_code == 404
    assert browser(carol).post(NOTES, {"text": "Theirs", "practice": str(other.pk)}).status_code == 422


def test_with_the_access_goes_the_sight_of_private_notes(cast: make.Cast) -> None:
    carol = User.objects.get(email="carol@example.org")
    write(carol, "Their Monday person is on leave.")
    now = timezone.now()
    Client.objects.filter(practice__slug="carol-co").update(ends_at=now)
    assert browser(carol).get(NOTES).status_code == 404
    with scope([cast.theatre.pk]):
        assert client_notes.page(cast.theatre, carol, now=now).notes == ()
        assert not client_notes.own(cast.theatre, carol, now=now).exists()
