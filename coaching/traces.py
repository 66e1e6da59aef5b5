"""Where people are named: each place that keeps something about somebody says here how it forgets them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

from accounts.models import Organization
from coaching import conversation_marks
from coaching.models import (
    ClientNote,
    Draft,
    HiddenPerson,
    Meetup,
    MeetupGuest,
    MeetupInvite,
    MeetupTask,
    Message,
    PersonNote,
    Post,
)
from coaching.takeaway import files

SOMEBODY = "@…"
"""What stands in a draft, a plan or a note where somebody's handle stood."""
WORDS: dict[type[Any], tuple[str, ...]] = {
    Draft: ("text", "other"),
    PersonNote: ("text",),
    ClientNote: ("text",),
    Meetup: ("title", "goal", "about", "place", "address", "thanks"),
    MeetupTask: ("text",),
}
"""What people of the organization write freely, by its columns; a test knows of every such column."""
_ABOUT_A_NETWORK = (Draft, PersonNote)


@dataclass(frozen=True)
class Who:
    """Somebody at a network: their id where it is known, and every handle they are known by, lower case.

    `at` is the moment of forgetting."""

    network: str
    external_id: str
    handles: frozenset[str]
    at: datetime

    @property
    def keys(self) -> list[str]:
        """What notes and claims name them by: the id, or the handle where the network tells no id."""
        return [self.external_id] if self.external_id else sorted(self.handles)


Place = Callable[[Organization, Who], int]
"""Forgets somebody in one place and says how many messages that deleted. Needs the organization's scope."""


def known(
    organization: Organization, network: str, external_id: str, handle: str = "", *, at: datetime
) -> Who:
    """Somebody with all handles that messages and posts of the organization give them."""
    handles = {handle.lstrip("@").lower()} - {""}
    if external_id:
        told = organization.messages.filter(connection__network=network, author_id=external_id)
        handles |= {one.lower() for one in told.values_list("author_handle", flat=True).distinct() if one}
        for column in ("reply_to", "shared_from"):
            posts = organization.posts.filter(connection__network=network, **{f"{column}__id": external_id})
            found = posts.order_by().values_list(f"{column}__handle", flat=True).distinct()
            handles |= {one.lower() for one in found if one}
    return Who(network, external_id, frozenset(handles), at)


def messages(organization: Organization, who: Who) -> int:
    """What they wrote, with claims and marks."""
    theirs = Q(author_id=who.external_id) if who.external_id else Q(pk__in=[])
    for handle in who.handles:
        nameless = Q(author_id=None) if who.external_id else Q()
        theirs |= nameless & Q(author_handle__iexact=handle)
    written = Message.across_organizations.filter(
        theirs, organization=organization, connection__network=who.network
    )
    return conversation_marks.delete_with_traces(organization, written)


def posts(organization: Organization, who: Who) -> int:
    """Our posts stay, but no longer say whom they answer, mention or share."""
    mine = Post.across_organizations.filter(organization=organization, connection__network=who.network)
    for column in ("reply_to", "shared_from"):
        theirs = Q(**{f"{column}__id": who.external_id}) if who.external_id else Q(pk__in=[])
        for handle in who.handles:
            theirs |= Q(**{f"{column}__handle__iexact": handle})
        mine.filter(theirs).update(**{column: None})
    for spelt in _spellings(organization, who):
        named = mine.filter(mentions__contains=[spelt])
        named.update(mentions=Func(F("mentions"), Value(spelt), function="array_remove"))
    return 0


def _spellings(organization: Organization, who: Who) -> set[str]:
    """Their handles as our posts spell them: networks do not care for capitals."""
    if not who.handles:
        return set()
    mentioned = organization.posts.exclude(mentions=[]).annotate(one=Func(F("mentions"), function="unnest"))
    return {one for one in mentioned.values_list("one", flat=True).distinct() if one.lower() in who.handles}


def notes(organization: Organization, who: Who) -> int:
    """What staff wrote down about them, and that they hid them."""
    for model in (PersonNote, HiddenPerson):
        model.across_organizations.filter(
            organization=organization, network=who.network, person__in=who.keys
        ).delete()
    return 0


def words(organization: Organization, who: Who) -> int:
    """Drafts that are not posted yet, plans of meetups, and what staff and consultants noted down, name them
    no longer."""
    for handle in who.handles:
        naming = re.compile(rf"@{re.escape(handle)}(?!\w|\.\w)", re.IGNORECASE)
        for model, columns in WORDS.items():
            rows = model.across_organizations.filter(
                reduce(or_, (Q(**{f"{column}__icontains": f"@{handle}"}) for column in columns)),
                organization=organization,
                **({"network": who.network} if model in _ABOUT_A_NETWORK else {}),
            )
            for row in rows:
                _reword(row, columns, naming)
    return 0


def _reword(row: Any, columns: tuple[str, ...], naming: re.Pattern[str]) -> None:
    changed = [column for column in columns if naming.search(getattr(row, column))]
    if not changed:
        return
    for column in changed:
        setattr(row, column, naming.sub(SOMEBODY, getattr(row, column)))
    if isinstance(row, Meetup):
        row.sequence += 1  # calendars that subscribed learn the new words
        changed.append("sequence")
    row.save(update_fields=changed)


def meetups(organization: Organization, who: Who) -> int:
    """Nobody was invited or wants to come whom we are to forget; meetups give their places to others."""
    MeetupInvite.across_organizations.filter(
        organization=organization, network=who.network, person__in=[*who.keys, *who.handles]
    ).delete()
    guests = MeetupGuest.across_organizations.annotate(known_as=Lower("handle")).filter(
        organization=organization, network=who.network, known_as__in=who.handles
    )
    theirs = set(guests.values_list("meetup", flat=True))
    guests.delete()
    Meetup.across_organizations.filter(organization=organization, pk__in=theirs).update(due_at=who.at)
    return 0


def takeaways(organization: Organization, who: Who) -> int:
    """A file that was made before may hold them, so it goes; an owner can have a new one made."""
    files.discard(organization)
    return 0


PLACES: tuple[Place, ...] = (messages, posts, notes, words, meetups, takeaways)
"""Every place; an idea that keeps something about people adds its own.

Digests, suggestions and praise keep ids of messages only and look names up when they are read.
"""

# A test compares these with the models: a column that may name somebody stands in one of the two.
COVERED = frozenset(
    {
        "Message.author_id",
        "Message.author_handle",
        "Message.author_name",
        "ConversationClaim.person",
        "Post.reply_to",
        "Post.shared_from",
        "Post.mentions",
        "PersonNote.person",
        "HiddenPerson.person",
        "MeetupInvite.person",
        "MeetupGuest.handle",
    }
)
OURSELVES = frozenset({"Connection.handle"})
"""Columns that name the organization's own accounts."""
