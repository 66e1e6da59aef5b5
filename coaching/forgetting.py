"""What must not come back: ids that a network deleted, and people who asked to be forgotten."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import F, Func, Value
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accounts.models import Organization
from coaching import conversation_marks
from coaching.models import (
    Connection,
    Forgotten,
    HiddenPerson,
    Meetup,
    MeetupGuest,
    MeetupInvite,
    Message,
    PersonNote,
    Post,
    Removal,
)
from coaching.networks.contract import Batch, FeedMessage, FeedPost


def keyed(network: str, external_id: str) -> str:
    """A person's id as a hash that nobody can undo or guess without our key."""
    return salted_hmac("engage.forgotten", f"{network}:{external_id}", algorithm="sha256").hexdigest()


def forget_person(organization: Organization, network: str, external_id: str, *, now: datetime) -> int:
    """Deletes what a person wrote to an organization and remembers a hash of their id only.

    Posts of ours stay, but no longer say whom they answer or share.
    Answers with the number of messages deleted. Needs the organization's scope.
    """
    Forgotten.across_organizations.bulk_create(
        [Forgotten(organization=organization, network=network, digest=keyed(network, external_id), at=now)],
        ignore_conflicts=True,
    )
    for written_down in (PersonNote, HiddenPerson):
        written_down.across_organizations.filter(
            organization=organization, network=network, person=external_id
        ).delete()
    _forget_at_meetups(organization, network, external_id, now=now)
    mine = Post.across_organizations.filter(organization=organization, connection__network=network)
    for column in ("reply_to", "shared_from"):
        named = mine.filter(**{f"{column}__id": external_id})
        for handle in named.order_by().values_list(f"{column}__handle", flat=True).distinct():
            same = named.filter(**{f"{column}__handle": handle})
            same.update(
                mentions=Func(F("mentions"), Value(handle), function="array_remove"), **{column: None}
            )
        named.update(**{column: None})
    return conversation_marks.delete_with_traces(
        organization,
        Message.across_organizations.filter(
            organization=organization, connection__network=network, author_id=external_id
        ),
    )


def _forget_at_meetups(organization: Organization, network: str, external_id: str, *, now: datetime) -> None:
    """Nobody was invited or wants to come whom we are to forget; meetups give their places to others."""
    theirs = Message.across_organizations.filter(
        organization=organization, connection__network=network, author_id=external_id
    ).exclude(author_handle=None)
    handles = {str(one).lower() for one in theirs.values_list("author_handle", flat=True).distinct()}
    MeetupInvite.across_organizations.filter(
        organization=organization, network=network, person__in=[external_id, *handles]
    ).delete()
    guests = MeetupGuest.across_organizations.annotate(known_as=Lower("handle")).filter(
        organization=organization, network=network, known_as__in=handles
    )
    meetups = set(guests.values_list("meetup", flat=True))
    guests.delete()
    Meetup.across_organizations.filter(organization=organization, pk__in=meetups).update(due_at=now)


def without_forgotten(connection: Connection, batch: Batch) -> Batch:
    """The batch without what is gone for good. Needs the organization's scope."""
    messages = _without_people(connection, batch.messages)
    ids = [one.external_id for one in batch.posts] + [one.external_id for one in messages]
    gone = removed_before(connection, ids)
    if not gone and len(messages) == len(batch.messages):
        return batch
    posts: tuple[FeedPost, ...] = tuple(one for one in batch.posts if one.external_id not in gone)
    return replace(batch, posts=posts, messages=tuple(one for one in messages if one.external_id not in gone))


def forgotten(connection: Connection, people: Iterable[str]) -> list[str]:
    """Which of these people, by id, asked to be forgotten. Needs the organization's scope."""
    hashes = {keyed(connection.network, one): one for one in people}
    if not hashes:
        return []
    known = Forgotten.across_organizations.filter(
        organization=connection.organization_id, network=connection.network, digest__in=list(hashes)
    )
    return [hashes[one] for one in known.values_list("digest", flat=True)]


def removed_before(connection: Connection, external_ids: Iterable[str]) -> set[str]:
    """Which of these ids the network has told us to delete."""
    return set(
        Removal.across_organizations.filter(
            organization=connection.organization_id,
            connection=connection,
            external_id__in=list(external_ids),
        ).values_list("external_id", flat=True)
    )


def removals_of(connection: Connection) -> list[str]:
    """Every id that the network has told us to delete. Needs the organization's scope."""
    removals = Removal.across_organizations.filter(
        organization=connection.organization_id, connection=connection
    )
    return list(removals.values_list("external_id", flat=True))


def remember_removals(connection: Connection, external_ids: Iterable[str], *, now: datetime) -> None:
    """Keeps deleted ids from coming back. Needs the organization's scope."""
    Removal.across_organizations.bulk_create(
        [
            Removal(
                organization_id=connection.organization_id, connection=connection, external_id=one, at=now
            )
            for one in dict.fromkeys(external_ids)
        ],
        ignore_conflicts=True,
    )


def _without_people(connection: Connection, messages: tuple[FeedMessage, ...]) -> tuple[FeedMessage, ...]:
    """Without what people wrote who asked to be forgotten."""
    gone = forgotten(connection, [one.author.external_id for one in messages if one.author.external_id])
    return tuple(one for one in messages if one.author.external_id not in gone) if gone else messages
