"""One person: what they said to us in public and whether we answered, and what staff wrote down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Organization, User
from coaching import conversations, forgetting
from coaching.judgement.answering import State
from coaching.models import HiddenPerson, Message, PersonNote

SHOWN = 50
NOTE_AT_MOST = 2000


@dataclass(frozen=True)
class Said:
    """One message of theirs; `answered` says whether we have spoken to them since, in that thread."""

    message_id: int
    text: str
    at: datetime
    url: str | None
    why: str
    answered: bool


@dataclass(frozen=True)
class PersonPage:
    """Somebody's page. `said` is the newest first, at most 50 of `total`."""

    message_id: int
    network: str
    name: str
    handle: str | None
    since: datetime
    total: int
    said: tuple[Said, ...]
    notes: tuple[PersonNote, ...]
    hidden: bool


def key(message: Message) -> tuple[str, str]:
    """Network and id of whoever wrote a message; the handle stands in where there is no id, else nothing."""
    return message.connection.network, message.author_id or (message.author_handle or "").lower()


def messages_of(organization: Organization, message: Message) -> "QuerySet[Message]":
    """Everything that the writer of a message wrote to the organization on that network."""
    network, person = key(message)
    if not person:
        return organization.messages.filter(pk=message.pk)
    theirs = Q(author_id=person) if message.author_id else Q(author_id=None, author_handle__iexact=person)
    found: QuerySet[Message] = organization.messages.filter(theirs, connection__network=network)
    return found


def build(organization: Organization, message: Message) -> PersonPage:
    """The page of whoever wrote a message, which must have been loaded with its connection."""
    network, person = key(message)
    heard = messages_of(organization, message)
    first = heard.order_by("created_at", "pk").first() or message
    newest = list(heard.order_by("-created_at", "-pk")[:SHOWN])
    return PersonPage(
        message_id=message.pk,
        network=network,
        name=newest[0].author_name or newest[0].author_handle or "",
        handle=newest[0].author_handle,
        since=first.created_at,
        total=heard.count(),
        said=_said(organization, newest),
        notes=tuple(_notes(organization, message).select_related("by")[:SHOWN]),
        hidden=organization.hiddenpersons.filter(network=network, person=person).exists(),
    )


def _said(organization: Organization, newest: Sequence[Message]) -> tuple[Said, ...]:
    threads = Q(pk__in=[one.pk for one in newest])
    for one in newest:
        if one.conversation_id:
            threads |= Q(connection=one.connection_id, conversation_id=one.conversation_id)
    found = conversations.runs_of(organization, organization.messages.filter(threads))
    answered = {pk for run in found if run.state is not State.WAITING for pk in run.messages}
    return tuple(
        Said(one.pk, one.text, one.created_at, one.url, one.intent or "", one.pk in answered)
        for one in newest
    )


def _notes(organization: Organization, message: Message) -> "QuerySet[PersonNote]":
    network, person = key(message)
    notes: QuerySet[PersonNote] = organization.personnotes.filter(network=network, person=person)
    return notes.order_by("-at", "-pk")


def change(
    organization: Organization, message: Message, what: str, *, text: str, by: User, now: datetime
) -> None:
    """Notes, hides or shows the writer of a message.

    Raises BadRequest where that cannot be done, and ValidationError with what to do about the note.
    """
    network, person = key(message)
    if not person:
        raise BadRequest("The network does not say who wrote this.")
    mine = {"organization": organization, "network": network, "person": person}
    if what == "note":
        text = text.replace("\r\n", "\n").strip()  # browsers count a new line as one character, and send two
        if not text:
            raise ValidationError(_("Write a note first."))
        if len(text) > NOTE_AT_MOST:
            raise ValidationError(_("Write a note of up to 2,000 characters."))
        PersonNote.across_organizations.create(**mine, text=text, by=by, at=now)
    elif what == "hide":
        HiddenPerson.across_organizations.bulk_create(
            [HiddenPerson(**mine, by=by, at=now)], ignore_conflicts=True
        )
    elif what == "show":
        HiddenPerson.across_organizations.filter(**mine).delete()
    else:
        raise BadRequest("Choose what to do about this person.")
    audit.record(organization, f"person_{what}", by=by, at=now, target=message.pk)


def delete_note(organization: Organization, message: Message, pk: int, *, by: User, now: datetime) -> None:
    """Takes a note away."""
    if _notes(organization, message).filter(pk=pk).delete()[0]:
        audit.record(organization, "person_note_deleted", by=by, at=now, target=message.pk)


def forget(organization: Organization, message: Message, *, by: User, now: datetime) -> int:
    """Deletes what somebody wrote and what was written down about them, for good; number of messages."""
    network, person = key(message)
    if not person:
        raise BadRequest("The network does not say who wrote this.")
    forgotten = forgetting.forget_person(organization, network, person, now=now)
    audit.record(organization, "person_forgotten", by=by, at=now, messages=forgotten)
    return forgotten


def _meetups(organization: Organization, network: str, names: set[str]) -> list[dict[str, Any]]:
    """Where they were invited, and where they signed up with the handle that they let us link."""
    invited = organization.meetupinvites.filter(network=network, person__in=names - {""})
    guests = organization.meetupguests.annotate(known_as=Lower("handle")).filter(
        network=network, known_as__in=names - {""}
    )
    return [
        *(
            {"meetup": one.meetup.title, "what": str(one.purpose), "at": one.at.isoformat()}
            for one in invited.select_related("meetup").order_by("at", "pk")
        ),
        *(
            {"meetup": one.meetup.title, "what": str(one.state), "at": one.asked_at.isoformat(),
             "name": one.name, "email": one.email, "came": one.came_at.isoformat() if one.came_at else None}
            for one in guests.select_related("meetup").order_by("asked_at", "pk")
        ),
    ]  # fmt: skip


def held(organization: Organization, message: Message, *, by: User, now: datetime) -> dict[str, Any]:
    """Everything held about somebody, for their own request: messages, notes about them, meetups."""
    audit.record(organization, "person_held", by=by, at=now, target=message.pk)
    network, person = key(message)
    return {
        "network": network,
        "id": person,
        "messages": [
            {"id": one.external_id, "at": one.created_at.isoformat(), "text": one.text, "link": one.url}
            for one in messages_of(organization, message).order_by("created_at", "pk").iterator()
        ],
        "meetups": _meetups(organization, network, {person, (message.author_handle or "").lower()}),
        "notes": [
            {"at": note.at.isoformat(), "text": note.text}
            for note in _notes(organization, message).iterator()
        ],
    }
