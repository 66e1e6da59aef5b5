"""Rules about the loudspeaker: pitches in a row, repeats, hashtags, bait."""

from __future__ import annotations

from coaching.judgement.advice import Advice, newest, suggest
from coaching.judgement.metrics import look
from coaching.judgement.picture import AccountPicture, PostView
from coaching.judgement.verdict import SOCIAL, Kind

_ROW = 4


def fewer_pitches_in_a_row(picture: AccountPicture) -> Advice | None:
    """You ask for something again and again: put something for people between two pitches.

    Speaks when more than a third of the posts on the page are pitches and at least four of them came in a
    row, with nothing social in between. Source: 4-1-1 of Davis & Pulizzi, about 2012, a rule of thumb.
    """
    seen = look("pitch_share", picture)
    if seen is None or seen.value <= 1 / 3:
        return None
    row = _longest_row(picture, len(seen.weeks))
    if len(row) < _ROW:
        return None
    return suggest(
        "fewer_pitches_in_a_row",
        picture,
        seen,
        target=max(0.2, seen.value - 0.2),
        evidence="four_one_one",
        leverage=0.75,
        examples=newest(row),
        row=len(row),
    )


def _longest_row(picture: AccountPicture, weeks: int) -> tuple[PostView, ...]:
    """The longest row of pitches on the page with nothing social between; announcements do not end it."""
    since = picture.weeks[-min(weeks, len(picture.weeks))]
    longest: list[PostView] = []
    row: list[PostView] = []
    for week, post in picture.dated_posts:
        if week < since or post.kind is None:
            continue
        if post.kind in SOCIAL:
            row = []
        elif post.kind is Kind.PITCH:
            row.append(post)
            if len(row) > len(longest):
                longest = list(row)
    return tuple(longest)


def stop_repeating(picture: AccountPicture) -> Advice | None:
    """You post the same text again and again: say it once, then tell something new about it.

    Speaks when at least 15% (and three) of own posts nearly repeat an earlier one.
    Source: the account's own feed; "reasons to come back" in Kent & Taylor 1998.
    """
    seen = look("repeat_share", picture)
    if seen is None or seen.value < 0.15 or seen.k < 3:
        return None
    return suggest(
        "stop_repeating",
        picture,
        seen,
        target=max(0.0, seen.value - 0.15),
        evidence="kent_taylor",
        leverage=0.6,
        examples=newest(seen.hits),
    )


def fewer_hashtags(picture: AccountPicture) -> Advice | None:
    """You use many hashtags: keep the one or two that people really follow.

    Speaks when more than 25% of own posts carry three hashtags or more.
    Source: Buddy Media 2012, an old vendor study: posts with one or two did better.
    """
    seen = look("hashtag_share", picture)
    if seen is None or seen.value <= 0.25:
        return None
    return suggest(
        "fewer_hashtags",
        picture,
        seen,
        target=max(0.1, seen.value - 0.25),
        evidence="buddy_media",
        leverage=0.35,
        examples=newest(seen.hits),
        most=max(post.hashtags for post in seen.hits),
    )


def no_bait(picture: AccountPicture) -> Advice | None:
    """You ask for likes, tags and shares as such: ask for an opinion instead.

    Speaks when at least two own posts of the last weeks bait. Source: Facebook 2017, which shows such posts
    to fewer people.
    """
    seen = look("bait_share", picture, enough=5)
    if seen is None or seen.k < 2:
        return None
    return suggest(
        "no_bait",
        picture,
        seen,
        target=0.0,
        evidence="facebook_bait",
        leverage=0.55,
        examples=newest(seen.hits),
    )


def steady_rather_than_bursts(picture: AccountPicture) -> Advice | None:
    """You post in bursts and then fall silent: spread posts, so that somebody is there when people answer.

    Speaks when at least half of the posts on the page stand in hours with four or more, on at most a third
    of the days. Moves the share of conversation. Source: the account's own feed.
    """
    seen = look("converse_share", picture, enough=20)
    if seen is None:
        return None
    since = picture.weeks[-len(seen.weeks)]
    page = [post for week, post in picture.dated_posts if week >= since and post.surface == "timeline"]
    days = {post.at.astimezone(picture.zone).date() for post in page}
    bursts = _in_bursts(page)
    if len(page) < 12 or 2 * len(bursts) < len(page) or 3 * len(days) > 7 * len(seen.weeks):
        return None
    return suggest(
        "steady_rather_than_bursts",
        picture,
        seen,
        target=min(0.6, seen.value + 0.1),
        evidence="own_feed",
        leverage=0.4,
        examples=newest(tuple(bursts)),
        bursts=len(bursts),
        posts=len(page),
        days=len(days),
    )


def _in_bursts(page: list[PostView]) -> list[PostView]:
    """The posts that stand in an hour with at least four."""
    hours: dict[str, list[PostView]] = {}
    for post in page:
        hours.setdefault(post.at.strftime("%Y%m%d%H"), []).append(post)
    return [post for together in hours.values() if len(together) >= _ROW for post in together]
