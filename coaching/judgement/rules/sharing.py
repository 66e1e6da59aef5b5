"""Rules about giving others room: sharing, crediting, naming."""

from __future__ import annotations

from coaching.judgement.advice import Advice, newest, suggest
from coaching.judgement.metrics import look
from coaching.judgement.picture import AccountPicture
from coaching.judgement.verdict import Kind


def share_others(picture: AccountPicture) -> Advice | None:
    """You rarely pass on what others made: share one thing a week from somebody you like, with credit.

    Speaks when under a tenth of the posts on the page are share, and below the organization's own target;
    aims at the 16% that were found for nonprofits. Source: Lovejoy, Waters & Saxton 2012.
    """
    seen = look("share_share", picture)
    if seen is None or seen.value >= min(0.10, picture.targets.share_share):
        return None
    return suggest(
        "share_others",
        picture,
        seen,
        target=min(picture.targets.share_share, max(0.16, seen.value + 0.08)),
        evidence="lovejoy_waters_saxton",
        leverage=0.6,
        examples=newest(seen.hits),
    )


def add_own_words(picture: AccountPicture) -> Advice | None:
    """You pass things on without a word: put one sentence of your own in front.

    Speaks when at least five reposts are known and under half of them carry own words.
    Source: Wang & Yang 2020 (dialogue goes with engagement).
    """
    seen = look("own_words_share", picture, enough=5)
    if seen is None or seen.value >= 0.5:
        return None
    return suggest(
        "add_own_words",
        picture,
        seen,
        target=min(1.0, max(0.5, seen.value + 0.25)),
        evidence="wang_yang",
        leverage=0.5,
        examples=newest(seen.misses),
        bare=seen.n - seen.k,
    )


def credit_by_handle(picture: AccountPicture) -> Advice | None:
    """You credit people they cannot see: name makers, guests and partners by their handle.

    Speaks when under 15% of own posts name anybody by handle and at least three credit somebody without.
    Source: the account's own feed.
    """
    seen = look("naming_share", picture)
    if seen is None or seen.value >= 0.15:
        return None
    unseen_credit = tuple(post for post in seen.misses if post.credit)
    if len(unseen_credit) < 3:
        return None
    return suggest(
        "credit_by_handle",
        picture,
        seen,
        target=max(0.2, seen.value + 0.1),
        evidence="own_feed",
        leverage=0.55,
        examples=newest(unseen_credit),
        credits=len(unseen_credit),
    )


def name_people(picture: AccountPicture) -> Advice | None:
    """Your posts speak of nobody: name one person or partner in every third post.

    Speaks when under 8% of own posts name anybody and credit is not the reason (then `credit_by_handle`
    does). Source: Lovejoy & Saxton 2012 (recognition and thanks are part of community).
    """
    seen = look("naming_share", picture, enough=15)
    if seen is None or seen.value >= 0.08 or sum(post.credit for post in seen.misses) >= 3:
        return None
    told = tuple(post for post in seen.misses if post.kind is Kind.ANNOUNCE)
    return suggest(
        "name_people",
        picture,
        seen,
        target=0.25,
        evidence="lovejoy_saxton",
        leverage=0.5,
        examples=newest(seen.hits) or newest(told),
    )
