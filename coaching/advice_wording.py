"""The sentences of suggestions, praise and outcomes, in plain English and ready for translation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.utils.formats import date_format, number_format, time_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from coaching.judgement.advice import EVIDENCE, Evidence, EvidenceKind

FRESH = timedelta(days=14)


class Told(Protocol):
    """What has to be known of a suggestion to word it; an Advice has it and so has a stored one."""

    @property
    def rule(self) -> str:
        """The rule that spoke."""

    @property
    def metric(self) -> str:
        """What it moves."""

    @property
    def baseline(self) -> float | None:
        """Where it stands, 0–1."""

    @property
    def target(self) -> Any:
        """Where it should go, 0–1."""

    @property
    def weeks(self) -> int:
        """Within how many weeks."""

    @property
    def evidence(self) -> str:
        """The code of its source."""

    @property
    def as_of(self) -> Any:
        """The day up to which the account was looked at."""

    @property
    def params(self) -> Any:
        """What the sentence needs."""


@dataclass(frozen=True, slots=True)
class SuggestionWords:
    """A suggestion in words: what to do, why, who says so and what they found, and the goal."""

    title: str
    reason: str
    source: str
    evidence: str
    goal: str


# title, reason; `some` is "none of", "3 of" or "all of", `period` the weeks looked at
_RULES: dict[str, tuple[Promise, Promise]] = {
    "answer_who_waits": (
        _("Take ten minutes today and answer the people who wait."),
        _(
            "{waiting_words}, the longest for {days_words}. {period_cap}, not counting who has waited for "
            "less than a week, {k} of {n} got an answer."
        ),
    ),
    "thank_back": (
        _("Answer everybody who thanks or praises you, one line is enough."),
        _("{period_cap}, {some} the {n} people who thanked or praised you heard back."),
    ),
    "not_only_complaints": (
        _("Answer the friendly ones too, not only those who complain."),
        _(
            "{period_cap}, you answered {complaints_answered} of {complaints} complaints, which is good; "
            "of {n} questions, thanks and kind words you answered {k}."
        ),
    ),
    "answer_faster": (
        _("Look in twice a day, when you open and before you close."),
        _("You do answer: {period}, {some} the {n} first answers came within the {hours} hours you aim at."),
    ),
    "join_conversations": (
        _("Answer one person, or join one conversation, every working day."),
        _("{period_cap}, {some} your {n} posts answered somebody."),
    ),
    "ask_questions": (
        _("Ask your readers one real question a week."),
        _("{period_cap}, {some} your {n} posts asked people something; questions go with more comments."),
    ),
    "threads_are_not_talk": (
        _("Keep what you would add below in the post itself, and answer somebody else instead."),
        _("{period_cap}, {some} your {n} replies were to yourself."),
    ),
    "more_conversation": (
        _("Turn one announcement a week into something people can talk about."),
        _("{period_cap}, {some} your {n} posts were conversation; among large nonprofits it is one in four."),
    ),
    "repeat_what_starts_talk": (
        _("Write another post like the ones that got people talking."),
        _(
            "{period_cap}, {some} your {n} posts got an answer; those {mark_words} got one "
            "{times} times as often, and most answers went to posts of around {hour}."
        ),
    ),
    "share_others": (
        _("Share one thing a week that somebody else made, and say whose it is."),
        _("{period_cap}, {some} your {n} posts passed on something by others."),
    ),
    "add_own_words": (
        _("Put one sentence of your own in front of what you share."),
        _("{period_cap}, {some} the {n} posts you shared had words of your own with them."),
    ),
    "credit_by_handle": (
        _("Name makers, guests and partners by their handle, so that they see it."),
        _("{period_cap}, {some} your {n} own posts named somebody by handle; {credits} gave credit without."),
    ),
    "name_people": (
        _("Name one person or partner, by handle, in every third post."),
        _("{period_cap}, {some} your {n} own posts named anybody by handle."),
    ),
    "fewer_pitches_in_a_row": (
        _("Put something for your readers between two posts that ask for something."),
        _("{period_cap}, {some} your {n} posts asked people to buy, come or give, {row} of them in a row."),
    ),
    "stop_repeating": (
        _("Say it once, and next time tell something new about it."),
        _("{period_cap}, {some} your {n} own posts nearly repeated an earlier one."),
    ),
    "fewer_hashtags": (
        _("Keep the one or two hashtags that people really follow."),
        _("{period_cap}, {some} your {n} own posts had three hashtags or more, one of them {most}."),
    ),
    "no_bait": (
        _("Ask for an opinion instead of a like, a tag or a share."),
        _("{period_cap}, {some} your {n} own posts asked for likes, tags or shares as such."),
    ),
    "steady_rather_than_bursts": (
        _("Spread your posts over the week, so that somebody is there when people answer."),
        _("{period_cap}, {bursts} of {posts} posts came in bursts, on {days} days in all."),
    ),
    "talk_again_with_lost_regulars": (
        _("Say hello this week to somebody you have not talked with for a while."),
        _("{people} people who often talked with you have had no word with you for four weeks or more."),
    ),
    "plan_a_meetup": (
        _("Invite your regulars: a meetup is due."),
        _("{regulars} people talk with you week after week."),
    ),
}

_MARKS: dict[str, Promise] = {
    "question": _("with a question"),
    "thanks": _("with thanks"),
    "mentions": _("that name somebody"),
    "media": _("with a picture"),
}

_DECIDED: dict[str, Promise] = {
    "taken": _("You are trying this. It stands below, and in time we say whether it helped."),
    "snoozed": _("We ask again in two weeks. Until then it stands below, under “Set aside”."),
    "dismissed": _("Set aside. It stands below, if you think again."),
}

METRICS: dict[str, Promise] = {
    "social_share": _("posts that talk with people or share others' work"),
    "converse_share": _("posts that are conversation"),
    "share_share": _("posts that share others' work"),
    "pitch_share": _("posts that ask people to buy, come or give"),
    "question_share": _("posts that ask people something"),
    "reply_share": _("posts that answer somebody"),
    "thread_share": _("replies that go to yourself"),
    "naming_share": _("own posts that name somebody by handle"),
    "own_words_share": _("shared posts with words of your own"),
    "repeat_share": _("own posts that repeat an earlier one"),
    "hashtag_share": _("own posts with three hashtags or more"),
    "bait_share": _("own posts that ask for likes, tags or shares"),
    "answered_posts_share": _("posts that got an answer"),
    "answer_rate": _("people who asked and were answered"),
    "in_time_share": _("first answers within your own time"),
    "thanks_answered": _("people who thanked you and heard back"),
    "friendly_answered": _("friendly people who were answered"),
}

_KINDS: dict[EvidenceKind, Promise] = {
    EvidenceKind.STUDY: _("study"),
    EvidenceKind.PLATFORM_RULE: _("platform rule"),
    EvidenceKind.OWN_FEED: _("own feed"),
    EvidenceKind.VENDOR_STUDY: _("vendor study"),
    EvidenceKind.RULE_OF_THUMB: _("rule of thumb"),
}

_FOUND: dict[str, Promise] = {
    "lovejoy_saxton": _(
        "Of 4,655 tweets by the 100 largest US nonprofits, 25.8% built community, 58.6% informed and 15.6% "
        "asked for action."
    ),
    "lovejoy_waters_saxton": _(
        "Of the tweets of 73 organizations under 20% were conversation, about 16% passed on others' words "
        "and over 60% went one way."
    ),
    "kent_taylor": _("Talk needs a loop: people can ask, are answered, and have reasons to come back."),
    "wang_yang": _("In 6,678 tweets, dialogue goes with more engagement."),
    "guo_saxton": _(
        "In 219,915 tweets of 145 organizations, joining conversations goes with more attention."
    ),
    "sprout": _("Brands answered 11% of messages, and sent 23 promotional messages for each reply."),
    "edison": _("42% of the people who ask expect an answer within the hour."),
    "baer": _("Answering at all matters more than answering fast."),
    "hubspot": _(
        "On 10,000 Pages, posts with a question go with more comments, and with fewer likes and shares."
    ),
    "buddy_media": _(
        "Among 320 brands, posts with one or two hashtags had 21% more engagement than those with more. "
        "The study is old."
    ),
    "buffer": _(
        "In about two million posts, replying goes with more engagement; that is not proof of a cause."
    ),
    "facebook_bait": _(
        "Facebook shows posts that beg for votes, tags, shares or comments to fewer people. "
        "Real requests for help or advice are exempt."
    ),
    "four_one_one": _("For each post about yourself, four by others and one reshare."),
    "own_feed": _("Counted from your own posts."),
}


def suggestion(told: Told, today: date | None = None) -> SuggestionWords:
    """A suggestion in words, from an advice or a stored suggestion.

    With `today` a fresh one speaks of "the last four weeks"; an older one, or one without `today`, names
    the day up to which the account was looked at.
    """
    title, reason = _RULES[told.rule]
    evidence = EVIDENCE[told.evidence]
    return SuggestionWords(
        title=str(title),
        reason=str(reason).format(**_parts(told, today)),
        source=source_line(evidence),
        evidence=str(_FOUND[evidence.code]),
        goal=goal(told.metric, told.baseline, told.target, told.weeks),
    )


def source_line(evidence: Evidence) -> str:
    """Who says so, in which year, and how good that is: "Wang & Yang, …, 2020 (study)"."""
    if evidence.kind is EvidenceKind.OWN_FEED:
        return gettext("Your own feed")
    year = str(evidence.year)
    named = evidence.source if year in evidence.source else f"{evidence.source}, {year}"
    return f"{named} ({_KINDS[evidence.kind]})"


def goal(metric: str, baseline: float | None, target: float, weeks: int) -> str:
    """From where to where: "Goal: posts that ask people something from 5% to 15%, within 8 weeks."."""
    what = METRICS[metric]
    if baseline is not None and percent(baseline) == percent(target):
        return gettext("Goal: keep {what} at {target}%, for {weeks} weeks.").format(
            target=percent(target), what=what, weeks=weeks
        )
    if baseline is None:
        return gettext("Goal: {what} to {target}%, within {weeks} weeks.").format(
            target=percent(target), what=what, weeks=weeks
        )
    return gettext("Goal: {what} from {baseline}% to {target}%, within {weeks} weeks.").format(
        baseline=percent(baseline), target=percent(target), what=what, weeks=weeks
    )


def percent(share: float) -> int:
    """A share 0–1 as a whole number; something is never shown as nothing, nor a part as all."""
    rounded = round(100 * share)
    if 0 < share < 1:
        return min(99, max(1, rounded))
    return rounded


def decided(state: str) -> str:
    """What is said once a suggestion was taken, put off or set aside."""
    return str(_DECIDED.get(state, ""))


def _parts(told: Told, today: date | None) -> dict[str, Any]:
    params: Mapping[str, Any] = told.params
    period = _period(int(params.get("over_weeks", 4)), told.as_of, today)
    waiting, days = int(params.get("waiting", 0)), int(params.get("days", 0))
    return {
        **params,
        "hours": _plain(params.get("hours", 0)),
        "times": _plain(params.get("times", 0)),
        "hour": time_format(time(int(params.get("hour", 0))), "TIME_FORMAT"),
        "some": _some(int(params.get("k", 0)), int(params.get("n", 0))),
        "period": period,
        "period_cap": period[:1].upper() + period[1:],
        "waiting_words": ngettext(
            "{count} person has waited longer than you aim at",
            "{count} people have waited longer than you aim at",
            waiting,
        ).format(count=waiting),
        "days_words": ngettext("more than a day", "more than {count} days", days).format(count=days)
        if days
        else gettext("less than a day"),
        "mark_words": _MARKS.get(str(params.get("mark")), ""),
    }


def _plain(number: float) -> str:
    return number_format(Decimal(f"{number:g}"))


def _some(k: int, n: int) -> str:
    if k == 0:
        return gettext("none of")
    if k == 1 and n > 1:
        return gettext("one of")
    if k == n:
        return gettext("all of")
    return gettext("{count} of").format(count=k)


def _period(weeks: int, as_of: date, today: date | None) -> str:
    if today is not None and today - as_of <= FRESH:
        return gettext("in the last {weeks} weeks").format(weeks=weeks)
    return gettext("in the {weeks} weeks up to {day}").format(
        weeks=weeks, day=date_format(as_of, "DATE_FORMAT")
    )
