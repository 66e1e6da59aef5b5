"""Reads one X account: its posts, who wrote to it, and the conversations they are in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from .contract import Account, Batch, FeedMessage, FeedPost, Refused, Surface, TryLater
from .http import Window
from .twitter_api import XApp, XClient, problem_of
from .twitter_budget import Meter
from .twitter_words import (
    earlier_versions,
    is_ours,
    is_repost,
    known,
    message,
    objects,
    post,
    time_in,
)

FIELDS = [
    "attachments",
    "author_id",
    "conversation_id",
    "created_at",
    "edit_history_tweet_ids",
    "entities",
    "in_reply_to_user_id",
    "lang",
    "note_tweet",
    "public_metrics",
    "referenced_tweets",
]
PEOPLE = {"expansions": ["author_id"], "user_fields": ["name", "username"]}
"""Asked for with other people's posts, which name their author by id alone. Billed."""

PAGE = 100
LEAST_TIMELINE, LEAST_SEARCH = 5, 10
SEARCH_REACH = timedelta(days=7) - timedelta(minutes=5)
"""How far back a search may start; X refuses the whole search for one second more."""
LONGEST_QUERY = 512
MOST_THREADS = 150
MOST_PAGES = 700
"""The newest 3,200 posts in the smallest pages; only an endless answer has more."""

LOOK_AGAIN = (
    (timedelta(days=1), timedelta(hours=12)),
    (timedelta(days=3), timedelta(days=1)),
    (timedelta(days=7), timedelta(days=2)),
    (timedelta(days=30), timedelta(days=10)),
)
"""Counts of a post younger than the first are worth another read after the second; older ones no more."""

Page = Callable[..., dict[str, Any]]


def next_look(age: timedelta) -> timedelta | None:
    """How long to leave the counts of a post of that age alone, None for ever: every look is billed."""
    return next((pause for limit, pause in LOOK_AGAIN if age < limit), None)


class TwitterReader:
    """Reads one connected X account.

    Raises `Refused` (reconnect, credit, cap, permission, gone, budget) and `TryLater`. `meter` counts what
    is billed and stops before its limits; `windows` holds the rate limits, to hand to the next reader.
    A refusal of one feature comes last, after the batch that says complete: all that may be read has been
    handed out then.
    """

    def __init__(
        self,
        app: XApp,
        account: Account,
        token: str,
        *,
        meter: Meter | None = None,
        reads_allowed: int | None = None,
        windows: Mapping[str, Window] | None = None,
        features: frozenset[str] = frozenset({"mentions", "conversations"}),
    ) -> None:
        self._app, self._account, self._token = app, account, token
        self.meter = meter or Meter(reads=reads_allowed)
        self.windows: dict[str, Window] = dict(windows or {})
        self._features = features
        self._client: XClient
        self._now: datetime
        self._own_ids: set[str] = set()
        self._handed_out: set[str] = set()
        self._threads: dict[str, str] = {}

    def batches(self, cursor: dict[str, Any] | None, *, now: datetime) -> Iterator[Batch]:
        """What is new since `cursor`; each batch's cursor is where to go on if the next never comes."""
        self._start(now)
        state = dict(cursor or {})
        self._threads = dict(state.get("threads") or {})
        refused: Refused | None = None
        yield from self._timeline(state, "posts", self._client.posts_of, {}, with_authors=False)
        for feature, pull in (("mentions", self._mentions), ("conversations", self._conversations)):
            if feature not in self._features:
                continue
            try:
                yield from pull(state)
            except Refused as fault:
                if fault.feature != feature or fault.reason not in ("permission", "gone"):
                    raise
                # Plans differ in what they let an app ask; the account itself has just been read.
                refused = refused or Refused("permission", feature=feature, code=fault.code)
        yield Batch(cursor=self._cursor(state), complete=True)
        if refused is not None:
            raise refused

    def recheck(self, ids: Iterable[str], *, now: datetime) -> Iterator[Batch]:
        """Fresh counts of our posts by id, and which posts and messages are gone.

        The messages themselves are not handed out: an edit would have a new id, and who wrote them is
        known here already and would be billed again. The batches have no cursor.
        """
        self._start(now)
        wanted = list(dict.fromkeys(ids))
        while wanted:
            size = self.meter.room(least=1, most=PAGE, with_authors=False)
            ids_now, wanted = wanted[:size], wanted[size:]
            try:
                told = self._client.by_ids(ids_now, tweet_fields=FIELDS)
            finally:
                self._remember_windows()
            batch = self._batch(told)
            yield Batch(batch.posts, removed=tuple(_gone(told, set(ids_now))), reads=batch.reads)

    def _start(self, now: datetime) -> None:
        self._now = now
        self._handed_out.clear()
        self._client = XClient(self._app, self._token, now=now, windows=self.windows)

    def _remember_windows(self) -> None:
        self.windows = dict(self._client.windows)

    def _mentions(self, state: dict[str, Any]) -> Iterator[Batch]:
        yield from self._timeline(state, "mentions", self._client.mentions_of, PEOPLE, with_authors=True)

    def _timeline(
        self, state: dict[str, Any], name: str, ask: Page, more: dict[str, Any], *, with_authors: bool
    ) -> Iterator[Batch]:
        """One of the account's two timelines, from its newest page back to what is already here.

        Until the last page is in, the state keeps both the old `since` and the newest id of the first page:
        a post that appears meanwhile is newer than both, and is found by the next pull.
        """
        at = dict(state.get(name) or {})
        query = {"tweet_fields": FIELDS, **more}
        pages = _Pages(at.get("page"))
        while True:
            size = self.meter.room(least=LEAST_TIMELINE, most=PAGE, with_authors=with_authors)
            told = self._page(ask, at, pages, {"max_results": size, **query})
            if told is None:
                continue
            if not at.get("newest"):
                at["newest"] = _newest(told)
            at["oldest"] = _oldest(told) or at.get("oldest")
            token = pages.next_token(told)
            if token:
                at["page"] = token
            else:
                at = {"since": at.get("newest") or at.get("since")}
            state[name] = at
            batch = self._batch(told)
            if told.get("data"):
                yield replace(batch, cursor=self._cursor(state))
            if not token:
                return

    def _page(
        self, ask: Page, at: dict[str, Any], pages: _Pages, query: dict[str, Any]
    ) -> dict[str, Any] | None:
        """One page; None where a kept page token has gone stale and the walk must start over."""
        try:
            told = ask(
                self._account.external_id,
                since_id=at.get("since"),
                until_id=at.get("until"),
                pagination_token=pages.token,
                **query,
            )
        except TryLater as fault:
            if not (pages.resumed and fault.code in (400, "invalid-request")):
                raise
            # The token was kept from a pull that stopped; X no longer takes it. What was read before is
            # not read and billed again: the walk goes on below the oldest post that is here.
            at.pop("page", None)
            at["until"] = at.get("oldest")
            if at["until"] is None:
                at.pop("newest", None)
            pages.start_over()
            return None
        finally:
            self._remember_windows()
        if "data" not in told and "meta" not in told and _account_gone(told):
            raise Refused("gone", code=problem_of(objects(told.get("errors"))[0]))
        pages.count += 1
        pages.resumed = False
        return told

    def _conversations(self, state: dict[str, Any]) -> Iterator[Batch]:
        """What was said in threads that somebody talked with us in, during the last seven days.

        A thread that is new here is searched from its beginning, the others from where the last pull ended.
        """
        searched = state.get("searched") or {}
        threads = list(self._live_threads())
        before = [thread for thread in threads if thread in (searched.get("threads") or ())]
        fresh = [thread for thread in threads if thread not in before]
        since = searched.get("newest")
        if (time_in(since) or self._now - SEARCH_REACH) <= self._now - SEARCH_REACH:
            since = None
        newest = since
        for group, from_id in ((fresh, None), (before, since)):
            for words in self._queries(group):
                for told in self._search(words, from_id):
                    newest = max(newest, _newest(told), key=_age)
                    if told.get("data"):
                        yield replace(self._batch(told), cursor=self._cursor(state))
        state["searched"] = {"newest": newest, "threads": threads}

    def _search(self, words: str, since: str | None) -> Iterator[dict[str, Any]]:
        pages = _Pages(None)
        while True:
            size = self.meter.room(least=LEAST_SEARCH, most=PAGE, with_authors=True)
            query = {"since_id": since, "next_token": pages.token, "max_results": size}
            try:
                told = self._client.search(words, tweet_fields=FIELDS, **query, **PEOPLE)
            except TryLater as fault:
                if fault.code not in (400, "invalid-request"):
                    raise
                # Some plans refuse the words of a search, and will do so again.
                raise Refused("permission", feature="conversations", code=fault.code) from None
            finally:
                self._remember_windows()
            pages.count += 1
            token = pages.next_token(told)
            yield told
            if not token:
                return

    def _queries(self, threads: list[str]) -> Iterator[str]:
        """As few searches as the allowed length of one permits; our own posts are here already."""
        without_us = f" -from:{self._account.handle}"
        words = ""
        for thread in threads:
            longer = f"{words} OR conversation_id:{thread}" if words else f"conversation_id:{thread}"
            if len(longer) + len(without_us) + 2 > LONGEST_QUERY:
                yield f"({words}){without_us}"
                longer = f"conversation_id:{thread}"
            words = longer
        if words:
            yield f"({words}){without_us}"

    def _live_threads(self) -> dict[str, str]:
        """Threads with words between us and others in the last seven days, the liveliest first."""
        reach = (self._now - SEARCH_REACH).isoformat()
        recent = [(at, thread) for thread, at in self._threads.items() if at >= reach]
        return {thread: at for at, thread in sorted(recent, reverse=True)[:MOST_THREADS]}

    def _cursor(self, state: dict[str, Any]) -> dict[str, Any]:
        return {**state, "threads": self._live_threads()}

    def _batch(self, told: dict[str, Any]) -> Batch:
        """Posts, messages and superseded versions of one answer, counted for the bill."""
        about = known(told)
        rows = objects(told.get("data"))
        self._own_ids.update(str(raw.get("id")) for raw in rows if is_ours(raw, self._account))
        posts: dict[str, FeedPost] = {}
        messages: dict[str, FeedMessage] = {}
        removed: list[str] = []
        for raw in rows:
            if str(raw.get("id")) in self._handed_out:
                continue
            self._handed_out.add(str(raw.get("id")))
            removed.extend(earlier_versions(raw))
            if is_ours(raw, self._account):
                ours = post(raw, self._account, about, self._own_ids)
                if ours is not None:
                    posts[ours.external_id] = ours
                    self._note_thread(ours, talked=ours.surface is Surface.REPLY)
            elif not is_repost(raw):
                # A bare repost of ours names us, but says nothing to us.
                theirs = message(raw, about)
                if theirs is not None:
                    messages[theirs.external_id] = theirs
                    self._note_thread(theirs, talked=True)
        reads = self.meter.count(
            self._now,
            own=(str(raw.get("id")) for raw in rows if is_ours(raw, self._account)),
            posts=[str(raw.get("id")) for raw in rows if not is_ours(raw, self._account)] + list(about.posts),
            users=about.people,
        )
        return Batch(tuple(posts.values()), tuple(messages.values()), tuple(removed), reads=reads)

    def _note_thread(self, said: FeedPost | FeedMessage, *, talked: bool) -> None:
        if not talked or not said.conversation_id:
            return
        at = said.created_at.isoformat()
        self._threads[said.conversation_id] = max(at, self._threads.get(said.conversation_id, at))


class _Pages:
    """Walks pages by token and ends on one that repeats or brings nothing new."""

    def __init__(self, token: str | None) -> None:
        self.token = token
        self.resumed = token is not None
        self.count = 0
        self._tokens: set[str] = {token} if token else set()
        self._ids: set[str] = set()

    def start_over(self) -> None:
        """Forget a token that was kept too long."""
        self.token, self.resumed = None, False
        self._tokens.clear()

    def next_token(self, told: dict[str, Any]) -> str | None:
        """The token of the next page, None at the end."""
        token = _meta(told).get("next_token")
        ids = {str(raw.get("id")) for raw in objects(told.get("data"))}
        nothing_new = bool(ids) and ids <= self._ids
        self._ids |= ids
        if not isinstance(token, str) or not token or token in self._tokens or nothing_new:
            return None
        if self.count >= MOST_PAGES:
            return None
        self._tokens.add(token)
        self.token = token
        return token


def _age(post_id: str | None) -> tuple[int, str]:
    """Orders ids, which are numbers of different lengths, from old to new."""
    return (len(post_id), post_id) if post_id else (0, "")


def _meta(told: dict[str, Any]) -> dict[str, Any]:
    meta = told.get("meta")
    return meta if isinstance(meta, dict) else {}


def _newest(told: dict[str, Any]) -> str | None:
    newest = _meta(told).get("newest_id")
    if newest:
        return str(newest)
    ids = [str(raw["id"]) for raw in objects(told.get("data")) if raw.get("id")]
    return max(ids, key=_age, default=None)


def _oldest(told: dict[str, Any]) -> str | None:
    ids = [str(raw["id"]) for raw in objects(told.get("data")) if raw.get("id")]
    return min(ids, key=_age, default=None)


def _gone(told: dict[str, Any], asked: set[str]) -> list[str]:
    """Which ids X says do not exist or may no longer be seen; silence about an id proves nothing."""
    gone = []
    for error in objects(told.get("errors")):
        one = str(error.get("resource_id") or error.get("value") or "")
        if problem_of(error) in ("resource-not-found", "not-authorized-for-resource") and one in asked:
            gone.append(one)
    return list(dict.fromkeys(gone))


def _account_gone(told: dict[str, Any]) -> bool:
    """Whether an answer without data says that the account itself cannot be read."""
    return any(error.get("resource_type") == "user" for error in objects(told.get("errors")))
