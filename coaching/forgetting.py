"""What must not come back: ids that a network deleted, and people who asked to be forgotten."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.utils.crypto import salted_hmac

from accounts.models import Organization
from coaching import traces
from coaching.models import Connection, Forgotten, ForgottenEverywhere, Removal
from coaching.networks.contract import Batch, FeedMessage, FeedPost


def keyed(network: str, external_id: str) -> str:
    """A person's id as a hash that nobody can undo or guess without our key."""
    return salted_hmac("engage.forgotten", f"{network}:{external_id}", algorithm="sha256").hexdigest()


def forget_person(
    organization: Organization, network: str, external_id: str, *, handle: str = "", now: datetime
) -> int:
    """Deletes what a person wrote to an organization and remembers a hash of who they are only.

    They are found by their id at the network and, where it is given, by their handle. Posts of ours stay, but
    no longer say whom they answer, mention or share. Every place that names people is in `traces.PLACES`.
    Answers with the number of messages deleted. Needs the organization's scope.
    """
    known = [external_id] if external_id else [handle_key(handle)]
    Forgotten.across_organizations.bulk_create(
        [
            Forgotten(organization=organization, network=network, digest=keyed(network, one), at=now)
            for one in known
        ],
        ignore_conflicts=True,
    )
    who = traces.known(organization, network, external_id, handle, at=now)
    return sum(place(organization, who) for place in traces.PLACES)


def forget_everywhere(network: str, known: Iterable[str], *, now: datetime) -> None:
    """Keeps every organization, also those to come, from storing somebody again.

    `known` are their ids, and handles as `handle_key` spells them.
    """
    ForgottenEverywhere.objects.bulk_create(
        [ForgottenEverywhere(network=network, digest=keyed(network, one), at=now) for one in known],
        ignore_conflicts=True,
    )


def handle_key(handle: str) -> str:
    """A handle as it is hashed: no id looks like it."""
    return f"@{handle.strip().lstrip('@').lower()}"


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
    """Which of these people, by id or as @handle, asked to be forgotten. Needs the organization's scope."""
    hashes = {keyed(connection.network, one): one for one in people}
    if not hashes:
        return []
    here = Forgotten.across_organizations.filter(
        organization=connection.organization_id, network=connection.network, digest__in=list(hashes)
    )
    everywhere = ForgottenEverywhere.objects.filter(network=connection.network, digest__in=list(hashes))
    found = here.values_list("digest").union(everywhere.values_list("digest"))
    return [hashes[one] for (one,) in found]


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
    gone = set(forgotten(connection, {one for message in messages for one in _keys(message)}))
    return tuple(one for one in messages if gone.isdisjoint(_keys(one))) if gone else messages


def _keys(message: FeedMessage) -> list[str]:
    author = message.author
    keys = [author.external_id] if author.external_id else []
    return [*keys, handle_key(author.handle)] if author.handle else keys
