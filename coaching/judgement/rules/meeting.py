"""Rules about the people who come back, and the step from the screen to the pub."""

from __future__ import annotations

from datetime import timedelta

from coaching.judgement.advice import Advice, suggest
from coaching.judgement.metrics import look
from coaching.judgement.picture import AccountPicture

MEETUP_PAUSE = timedelta(weeks=12)
ENOUGH_REGULARS = 5


def talk_again_with_lost_regulars(picture: AccountPicture) -> Advice | None:
    """People who used to talk with you have gone quiet: say hello to one of them this week.

    Speaks when at least two regulars have not been talked with for four weeks; examples are the last words
    of those who fell silent latest.
    Source: Kent & Taylor 1998 (giving people reasons to return).
    """
    seen = look("reply_share", picture, enough=1)
    if seen is None or picture.lost is None or len(picture.lost) < 2:
        return None
    last_said = {run.person: run.messages[-1] for _, run in picture.dated_runs}
    return suggest(
        "talk_again_with_lost_regulars",
        picture,
        seen,
        target=min(1.0, seen.value + 0.1),
        evidence="kent_taylor",
        leverage=0.6,
        messages=tuple(last_said[one.person] for one in picture.lost if one.person in last_said)[:3],
        people=len(picture.lost),
        person=picture.lost[0].person,
    )


def plan_a_meetup(picture: AccountPicture) -> Advice | None:
    """You have regulars: invite them, a meetup is due.

    Speaks when at least five people are regulars and no meetup lies ahead or within the last twelve weeks.
    Source: the account's own feed.
    """
    seen = look("converse_share", picture, enough=1)
    if seen is None or picture.regulars is None or len(picture.regulars) < ENOUGH_REGULARS:
        return None
    if picture.meetup_at is not None and picture.now - picture.meetup_at < MEETUP_PAUSE:
        return None
    return suggest(
        "plan_a_meetup",
        picture,
        seen,
        target=min(1.0, seen.value + 0.1),
        evidence="own_feed",
        leverage=0.5,
        regulars=len(picture.regulars),
    )
