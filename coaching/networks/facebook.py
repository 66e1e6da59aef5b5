"""Reads one Facebook Page: its posts, what visitors wrote, and every comment under them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from .contract import Account, Batch, FeedMessage, FeedPost, Refused, TryLater
from .facebook_graph import FacebookApp, Graph
from .facebook_insights import Insight, insights, views_of
from .facebook_words import Root, comments, identifier, instant, is_ours, message, person, post
from .http import Window, moment

COUNTS = "comments.limit(0).summary(true),reactions.limit(0).summary(true)"
ATTACHMENTS = "attachments{media_type,type,url,unshimmed_url,subattachments.limit(50){media_type}}"
WALL_FIELDS = (
    f"id,created_time,from,message,message_tags,permalink_url,parent_id,shares,{ATTACHMENTS},{COUNTS}"
)
COMMENT_FIELDS = (
    "id,created_time,from,message,message_tags,permalink_url,parent{id},like_count,comment_count,attachment"
)

FEEDS = {"posts": "published_posts", "visitors": "visitor_posts", "tagged": "tagged"}
"""Our name of each feed, which is also its feature, and Facebook's."""

LOOK_AGAIN = (
    (timedelta(days=1), timedelta(minutes=10)),
    (timedelta(days=3), timedelta(hours=1)),
    (timedelta(days=7), timedelta(hours=6)),
    (timedelta(days=30), timedelta(days=1)),
    (timedelta(days=90), timedelta(days=7)),
)
"""A post younger than the first is looked at again after the second; older ones no more."""

BATCH = 10
MOST_COMMENT_PAGES = 20
VIEWS_UNTIL = timedelta(days=30)
REACH = timedelta(days=730)
"""How far back the first pull goes."""


def next_look(age: timedelta) -> timedelta | None:
    """How long to leave a post of that age alone, None for ever: new comments come ever more rarely."""
    return next((pause for limit, pause in LOOK_AGAIN if age < limit), None)


class FacebookReader:
    """Reads one connected Page.

    `features` are the parts the granted permissions allow: comments, visitors, tagged, insights (posts
    always). Raises `Refused` (reconnect, permission with its feature, gone) and `TryLater`. A refusal of
    one feature comes last, after the batch that says complete: all that may be read has been handed out
    then. A feature that is granted later is read from its beginning with a cursor of None. `usage` is the
    last word of the limit headers.

    The cursor holds, per feed, where it is, and in `watch` the posts whose comments are still read:
    id → [created, due, feed], both times in seconds since 1970.
    """

    def __init__(
        self,
        app: FacebookApp,
        account: Account,
        token: str,
        *,
        features: frozenset[str] = frozenset({"comments", "visitors", "tagged", "insights"}),
        reach: timedelta = REACH,
    ) -> None:
        self._app, self._account, self._token = app, account, token
        # Comments are read with the same permission as what visitors post.
        self._features = features | {"posts"} | ({"comments"} if "visitors" in features else set())
        self._reach = reach
        self.usage: Window | None = None
        self._graph: Graph
        self._now: datetime
        self._refused: dict[str, Refused] = {}
        self._fresh: dict[str, dict[str, Any]] = {}

    def batches(self, cursor: dict[str, Any] | None, *, now: datetime) -> Iterator[Batch]:
        """What is new since `cursor`; each batch's cursor is where to go on if the next never comes."""
        self._start(now)
        state = {**(cursor or {})}
        state["watch"] = {key: list(entry) for key, entry in (state.get("watch") or {}).items()}
        for feed in FEEDS:
            if feed in self._features:
                yield from self._feed(state, feed)
        yield from self._watched(state)
        yield Batch(cursor=_copy(state), complete=True)
        for refused in self._refused.values():
            raise refused

    def recheck(self, ids: Iterable[str], *, now: datetime) -> Iterator[Batch]:
        """Fresh counts of posts on our wall, and which posts and comments are gone, by id; no cursors."""
        self._start(now)
        # A lost permission looks like a deletion. The Page itself must answer before any is believed.
        self._graph.feature = "posts"
        self._graph.get_connections(self._account.external_id, FEEDS["posts"], fields="id", limit=1)
        wanted = list(dict.fromkeys(ids))
        for start in range(0, len(wanted), BATCH):
            found: list[Batch] = [self._recheck_one(one) for one in wanted[start : start + BATCH]]
            yield _joined(found)
            self._leave_some()

    @property
    def tells_insights(self) -> bool:
        """Whether the Page's figures may be asked for."""
        return "insights" in self._features and "insights" not in self._refused

    def insights(
        self,
        metrics: tuple[str, ...],
        *,
        now: datetime,
        since: datetime,
        until: datetime,
        period: str = "day",
    ) -> tuple[list[Insight], tuple[str, ...]]:
        """The Page's own figures, and the metrics that Facebook no longer knows.

        `period` is day, or days_28 for the 28 days that end with each day.
        """
        self._start(now)
        span = {"since": int(since.timestamp()), "until": int(until.timestamp())}
        return insights(self._graph, self._account.external_id, metrics, period=period, **span)

    def _start(self, now: datetime) -> None:
        self._now = now
        self._graph = Graph(self._app, self._token, now=now)
        self._refused.clear()
        self._fresh.clear()

    def _feed(self, state: dict[str, Any], feed: str) -> Iterator[Batch]:
        """One list of posts; where its permission is missing, the other lists go on."""
        for kept in (True, False):
            try:
                yield from self._walk(state, feed)
            except Refused as refused:
                at = state.get(feed) or {}
                if refused.feature != feed or refused.reason not in ("permission", "parameter"):
                    raise
                if refused.reason == "parameter" and at.get("page") and kept:
                    # A cursor kept from a pull that died, which Facebook takes no more: once from the start.
                    state[feed] = {"since": at.get("since")}
                    continue
                missing = Refused("permission", feature=feed, code=refused.code)
                if feed == "posts":
                    raise missing from None
                self._refused[feed] = missing
            return

    def _walk(self, state: dict[str, Any], feed: str) -> Iterator[Batch]:
        """From a list's newest page back to what is already here; then `since` moves on."""
        at = dict(state.get(feed) or {})
        # `since` counts whole seconds; one that is shared by two posts must bring both.
        since = int(at.get("since") or (self._now - self._reach).timestamp()) - 1
        self._graph.feature = feed
        pages = self._graph.pages(
            self._account.external_id, FEEDS[feed], start=at.get("page"), fields=WALL_FIELDS, since=since
        )
        for page in pages:
            newest = max((_created(row) for row in page.rows), default=0)
            at["newest"] = max(newest, at.get("newest") or 0)
            if page.following:
                at["page"] = page.following
            else:
                at = {"since": max(at["newest"], at.get("since") or 0) or None}
            state[feed] = dict(at)
            for row in page.rows:
                self._watch(state, row, feed)
            if page.rows:
                yield replace(self._rows(page.rows, feed), cursor=_copy(state))
            self._leave_some()

    def _rows(self, rows: Iterable[Mapping[str, Any]], feed: str) -> Batch:
        posts: list[FeedPost] = []
        messages: list[FeedMessage] = []
        for row in rows:
            # A row of our own list is ours even where Facebook does not say who wrote it.
            if is_ours(row, self._account) or (feed == "posts" and "from" not in row):
                ours = post(row, self._account)
                posts += [ours] if ours else []
            else:
                theirs = message(row)
                messages += [theirs] if theirs else []
        return Batch(tuple(posts), tuple(messages))

    def _watch(self, state: dict[str, Any], row: dict[str, Any], feed: str) -> None:
        """From now on look for comments under a post; the first time at once, however old it is."""
        external_id, created = identifier(row.get("id")), _created(row)
        if external_id is None or not created:
            return
        self._fresh[external_id] = row
        entry = state["watch"].setdefault(external_id, [created, 0, feed])
        if feed == "posts":
            entry[2] = feed

    def _watched(self, state: dict[str, Any]) -> Iterator[Batch]:
        """Comments and counts of every post whose turn it is, a few posts a batch."""
        now = self._now.timestamp()
        due = sorted(
            (entry[1], external_id) for external_id, entry in state["watch"].items() if entry[1] <= now
        )
        for start in range(0, len(due), BATCH):
            found: list[Batch] = []
            for _, external_id in due[start : start + BATCH]:
                feed = state["watch"][external_id][2]
                readable = feed in self._features and feed not in self._refused
                looked = self._look(external_id, feed) if readable else Batch()
                found.append(looked)
                self._schedule(state["watch"], external_id, gone=external_id in looked.removed)
            yield replace(_joined(found), cursor=_copy(state))
            self._leave_some()

    def _schedule(self, watch: dict[str, list[Any]], external_id: str, *, gone: bool) -> None:
        created = moment(watch[external_id][0]) or self._now
        pause = next_look(self._now - created)
        if gone or pause is None:
            del watch[external_id]
        else:
            watch[external_id][1] = int((self._now + pause).timestamp())

    def _look(self, external_id: str, feed: str) -> Batch:
        """One post again, with its comments: counts, edits, and whether it still stands."""
        self._graph.feature = feed
        try:
            row = self._fresh.get(external_id) or self._graph.get_object(external_id, fields=WALL_FIELDS)
            rows = self._comments(row, external_id, feed)
        except Refused as refused:
            if refused.reason == "gone":
                return Batch(removed=(external_id,))
            # One odd post must not stop the others; a tagged one stands on a wall that may be closed to us.
            if refused.reason == "parameter" or (refused.reason == "permission" and feed == "tagged"):
                return Batch()
            raise
        except TryLater as later:
            if later.reason != "unexpected":
                raise
            return Batch()
        itself = self._rows([row], feed)
        root = Root(external_id, person(row.get("from")), ours=bool(itself.posts))
        posts, messages = comments(rows, root, self._account)
        own = tuple(self._with_views(one) for one in itself.posts)
        return Batch((*own, *posts), (*itself.messages, *messages))

    def _comments(self, row: Mapping[str, Any], external_id: str, feed: str) -> list[dict[str, Any]]:
        summary = row.get("comments")
        told = summary.get("summary") if isinstance(summary, dict) else None
        none = isinstance(told, dict) and told.get("total_count") == 0
        if none or "comments" not in self._features or "comments" in self._refused:
            return []
        self._graph.feature = "comments"
        # The newest first, because of a thread that is too long to be read whole the rest is older.
        query: dict[str, Any] = {
            "fields": COMMENT_FIELDS,
            "filter": "stream",
            "order": "reverse_chronological",
        }
        pages = islice(self._graph.pages(external_id, "comments", **query), MOST_COMMENT_PAGES)
        try:
            return [one for page in pages for one in page.rows]
        except Refused as refused:
            if refused.reason != "permission" or feed == "tagged":
                raise
            self._refused["comments"] = refused
            return []

    def _with_views(self, ours: FeedPost) -> FeedPost:
        if "insights" not in self._features or "insights" in self._refused:
            return ours
        if self._now - ours.created_at > VIEWS_UNTIL:
            return ours
        try:
            views = views_of(self._graph, ours.external_id)
        except Refused as refused:
            if refused.reason not in ("permission", "gone"):
                raise
            if refused.reason == "permission":
                self._refused["insights"] = refused
            return ours
        return replace(ours, metrics=replace(ours.metrics, views=views))

    def _recheck_one(self, external_id: str) -> Batch:
        on_our_wall = external_id.startswith(f"{self._account.external_id}_")
        try:
            row = self._graph.get_object(external_id, fields=WALL_FIELDS if on_our_wall else "id")
        except Refused as refused:
            if refused.reason == "gone":
                return Batch(removed=(external_id,))
            if refused.reason in ("permission", "parameter"):
                # Not to be seen is not gone.
                return Batch()
            raise
        except TryLater as later:
            if later.reason != "unexpected":
                raise
            return Batch()
        return self._rows([row], "visitors") if on_our_wall and "from" in row else Batch()

    def _leave_some(self) -> None:
        """Stop by ourselves shortly before Facebook stops the whole app."""
        self.usage = self._graph.usage
        if self._graph.almost_used_up():
            raise TryLater("rate", at=self.usage.resets_at if self.usage else None)


def _created(row: Mapping[str, Any]) -> int:
    at = instant(row.get("created_time"))
    return int(at.astimezone(UTC).timestamp()) if at else 0


def _joined(found: Iterable[Batch]) -> Batch:
    """Several batches as one; of a post seen twice the last word counts."""
    posts: dict[str, FeedPost] = {}
    messages: dict[str, FeedMessage] = {}
    removed: list[str] = []
    for batch in found:
        posts.update((one.external_id, one) for one in batch.posts)
        messages.update((one.external_id, one) for one in batch.messages)
        removed += batch.removed
    return Batch(tuple(posts.values()), tuple(messages.values()), tuple(dict.fromkeys(removed)))


def _copy(state: dict[str, Any]) -> dict[str, Any]:
    """The state as it is now, however it changes later."""
    return {**state, "watch": {key: list(entry) for key, entry in state["watch"].items()}}
