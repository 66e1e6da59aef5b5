"""What consultants write down about a client: for their practice alone, or for the organization to read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts import access, audit
from accounts.models import Organization, Practice, User
from coaching.models import ClientNote

SHOWN = 100


@dataclass(frozen=True)
class NoteCard:
    """One note; `mine` where the reader wrote it and may change it."""

    id: int
    practice: str
    author: str
    text: str
    shared: bool
    written_at: datetime
    mine: bool


@dataclass(frozen=True)
class NotesPage:
    """The notes that somebody may read; `practices` are those they may write for, none for members."""

    notes: tuple[NoteCard, ...]
    practices: tuple[Practice, ...]


def page(organization: Organization, user: User, *, now: datetime) -> NotesPage:
    """The notes about an organization that this person may read, the newest first. Three queries."""
    practices = tuple(access.practices_for(user, organization, at=now))
    found = readable(organization, practices)[:SHOWN]
    return NotesPage(tuple(_card(note, user, practices) for note in found), practices)


def shared(organization: Organization, *, at_most: int) -> tuple[NoteCard, ...]:
    """The newest notes that everybody in the organization may read. One query."""
    return tuple(_card(note, None, ()) for note in readable(organization, ())[:at_most])


def readable(organization: Organization, practices: Iterable[Practice]) -> "QuerySet[ClientNote]":
    """What was shared with the organization, and the private notes of these practices."""
    may_read = Q(shared=True) | Q(practice__in=list(practices))
    found: QuerySet[ClientNote] = organization.clientnotes.filter(may_read)
    return found.select_related("practice", "author").defer("practice__logo").order_by("-written_at", "-pk")


def own(organization: Organization, user: User, *, now: datetime) -> "QuerySet[ClientNote]":
    """The notes that this person wrote and may still change: their practice must have access now."""
    practices = access.practices_for(user, organization, at=now)
    found: QuerySet[ClientNote] = organization.clientnotes.filter(author=user, practice__in=practices)
    return found


def counts(organizations: Iterable[Organization]) -> Counter[tuple[int, int]]:
    """How many notes each practice has about each organization; their scope is needed. One query."""
    rows = (
        ClientNote.across_organizations.filter(organization__in=[one.pk for one in organizations])
        .values_list("organization", "practice")
        .annotate(Count("pk"))
        .order_by()
    )
    return Counter({(organization, practice): count for organization, practice, count in rows})


def write(
    organization: Organization, practice: Practice, *, text: str, shared: bool, by: User, now: datetime
) -> ClientNote:
    """Keeps a note; whoever shares one says something to the organization, which its trail remembers."""
    note: ClientNote = organization.clientnotes.create(
        practice=practice, author=by, text=text.strip(), shared=shared, written_at=now
    )
    if shared:
        audit.record(organization, "client_note_shared", by=by, at=now, target=note.pk)
    return note


def change(note: ClientNote, *, text: str, shared: bool, by: User, now: datetime) -> None:
    """Changes a note of one's own; its organization must be the request's."""
    newly = shared and not note.shared
    note.text, note.shared = text.strip(), shared
    note.save(update_fields=["text", "shared"])
    if newly:
        audit.record(note.organization, "client_note_shared", by=by, at=now, target=note.pk)


def _card(note: ClientNote, reader: User | None, practices: Iterable[Practice]) -> NoteCard:
    author = note.author
    return NoteCard(
        id=note.pk,
        practice=note.practice.brand_name or note.practice.name,
        author=(author.name or author.email) if author else "",
        text=note.text,
        shared=note.shared,
        written_at=note.written_at,
        mine=reader is not None and author == reader and note.practice in practices,
    )
