"""An editor says what kind of talk a post is; that counts from then on, whatever a judge says."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import BadRequest

from accounts import audit
from accounts.models import Organization, User
from coaching import labels, own_judge, rollup
from coaching.models import Correction, Post

NOT_A_KIND = "Choose one of the four kinds of talk."


@dataclass(frozen=True)
class Corrected:
    """Who gave a post another kind, and when; `by` is empty where that person is gone."""

    kind: str
    by: str
    at: datetime


def correct(post: Post, kind: str, *, by: User, now: datetime) -> None:
    """Gives a post this kind. Raises BadRequest for what is no kind."""
    if kind not in Post.Kind.values:
        raise BadRequest(NOT_A_KIND)
    organization = post.organization
    # A judge that changes at this moment must see the correction, or wait for it.
    own_judge.lock(organization)
    said = {"kind": kind, "by": by, "at": now}
    network, account, external_id = labels.key(post)
    organization.corrections.update_or_create(
        network=network, account=account, post=external_id, defaults=said
    )
    _count(post, kind)
    audit.record(organization, "post_corrected", by=by, at=now, target=post.pk, kind=kind)


def undo(post: Post, *, by: User | None, now: datetime) -> None:
    """Takes a correction back; the judge's kind counts again."""
    own_judge.lock(post.organization)
    taken_back, _ = post.organization.corrections.filter(**labels.names(post)).delete()
    post.refresh_from_db(fields=["judged_kind"])
    _count(post, post.judged_kind)
    if taken_back:
        audit.record(post.organization, "correction_undone", by=by, at=now, target=post.pk)


def of(post: Post) -> Corrected | None:
    """The correction of a post, if there is one. One query."""
    found: Correction | None = (
        post.organization.corrections.filter(**labels.names(post)).select_related("by").first()
    )
    return Corrected(found.kind, str(found.by or ""), found.at) if found else None


def _count(post: Post, kind: str | None) -> None:
    organization: Organization = post.organization
    organization.posts.filter(pk=post.pk).update(kind=kind)
    day = post.created_at.astimezone(organization.zone).date()
    rollup.count_weeks(post.connection, since=day, until=day)
    post.kind = kind
