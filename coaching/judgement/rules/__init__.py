"""Everything the coach may suggest: each rule is one function that speaks or stays silent."""

from __future__ import annotations

from collections.abc import Callable

from coaching.judgement.advice import Advice
from coaching.judgement.picture import AccountPicture
from coaching.judgement.rules import answering_people, broadcasting, meeting, sharing, talking

Rule = Callable[[AccountPicture], Advice | None]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        answering_people.answer_who_waits,
        answering_people.thank_back,
        answering_people.not_only_complaints,
        answering_people.answer_faster,
        talking.join_conversations,
        talking.ask_questions,
        talking.threads_are_not_talk,
        talking.more_conversation,
        talking.repeat_what_starts_talk,
        sharing.share_others,
        sharing.add_own_words,
        sharing.credit_by_handle,
        sharing.name_people,
        broadcasting.fewer_pitches_in_a_row,
        broadcasting.stop_repeating,
        broadcasting.fewer_hashtags,
        broadcasting.no_bait,
        broadcasting.steady_rather_than_bursts,
        meeting.talk_again_with_lost_regulars,
        meeting.plan_a_meetup,
    )
}
