"""Figures, intervals and outcomes as words that need no explanation."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from coaching.advice_wording import METRICS, percent
from coaching.judgement.goals import Progress, Reached
from coaching.judgement.intervals import Mean, Median, NotKnown, Share, TooFew
from coaching.judgement.outcome import Outcome, Visible, Word
from coaching.judgement.praise import Praise
from coaching.judgement.repost_ideas import Idea

Figure = Share | Median | Mean | TooFew | NotKnown

_UNKNOWN: dict[str, Promise] = {
    "archive": _("not known from an archive"),
    "no_replies": _("not known: this source does not hold your replies"),
    "two_judges": _("not known until all posts have been judged anew"),
}
_OUTCOMES: dict[Word, Promise] = {
    Word.BETTER: _("Better since"),
    Word.NO_CLEAR_CHANGE: _("No clear change"),
    Word.WORSE: _("Worse since"),
    Word.TOO_EARLY: _("Too early"),
    Word.CANNOT_KNOW: _("Cannot know"),
}
_CANNOT: dict[str, Promise] = {
    "few_weeks": _("there are too few weeks from before to compare with"),
    "few_cases_before": _("there were too few cases before"),
    "few_cases_after": _("there were too few cases since"),
    "two_judges": _("the judge has changed in between"),
}
_PRAISE: dict[str, Promise] = {
    "answer_rate": _("Well done: {k} of {n} people who asked you something in {weeks} weeks were answered."),
    "converse_share": _("Well done: {fraction} of your last {n} posts are conversation, far more than most."),
    "thanks_answered": _("How kind: {k} of {n} people who thanked or praised you heard back."),
    "in_time_share": _("Quick: {k} of {n} first answers came within the time you aim at."),
    "social_share": _("Well done: {fraction} of your last {n} posts talk with people or share their work."),
    "question_share": _("You ask your readers things, in {k} of your last {n} posts; keep it up."),
    "naming_share": _("You name people, in {k} of your last {n} own posts; they notice."),
    "share_share": _("You make room for others: {k} of your last {n} posts passed on their work."),
}
_IDEAS: dict[str, Promise] = {
    "praise": _("praises you"),
    "thanks": _("thanks you"),
    "credits": _("credits you"),
    "picture": _("has a picture"),
    "link": _("has a link"),
    "regular": _("by one of your regulars"),
    "liked": _("liked by others"),
    "mention": _("mentions you"),
}
_REACHED: dict[Reached, Promise] = {
    Reached.SURELY: _("reached"),
    Reached.JUST: _("probably reached"),
    Reached.NOT_QUITE: _("nearly there"),
    Reached.NOT_YET: _("not yet"),
    Reached.NOT_KNOWN: _("not known yet"),
}
_FRACTIONS: tuple[tuple[float, Promise], ...] = (
    (5.0, _("one in twenty")),
    (10.0, _("one in ten")),
    (100 / 7, _("one in seven")),
    (20.0, _("a fifth")),
    (25.0, _("a quarter")),
    (100 / 3, _("a third")),
    (40.0, _("two fifths")),
    (50.0, _("half")),
    (60.0, _("three fifths")),
    (200 / 3, _("two thirds")),
    (75.0, _("three quarters")),
    (80.0, _("four fifths")),
    (90.0, _("nine in ten")),
)


def share_words(figure: Share | TooFew | NotKnown) -> str:
    """A share with how sure it is: "about 40%, between 31 and 50"."""
    if not isinstance(figure, Share):
        return missing_words(figure)
    value, low, high = percent(figure.value), percent(figure.low), percent(figure.high)
    if low == high:
        return gettext("{value}%").format(value=value)
    return gettext("about {value}%, between {low} and {high}").format(value=value, low=low, high=high)


def fraction_words(share: float) -> str:
    """A share 0–1 for the middle of a sentence, as every page says it: "about a third", "nearly all"."""
    return percent_words(percent(share))


def percent_words(value: float | None) -> str:
    """A share 0–100 as people say it: 34 becomes "about a third", 23 "nearly a quarter"."""
    if value is None:
        return gettext("not known")
    if value <= 0:
        return gettext("none")
    if value < 3:
        return gettext("hardly any")
    if value >= 100:
        return gettext("all")
    if value > 94:
        return gettext("nearly all")
    near, words = min(_FRACTIONS, key=lambda fraction: abs(fraction[0] - value))
    if abs(value - near) <= 1:
        return gettext("about %(fraction)s") % {"fraction": words}
    if value < near:
        return gettext("nearly %(fraction)s") % {"fraction": words}
    return gettext("just over %(fraction)s") % {"fraction": words}


def hours_words(hours: float) -> str:
    """A time for people: "12 minutes", "3 hours", "2 days". A day is 24 hours."""
    if hours < 1:
        minutes = max(1, round(hours * 60))
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    if hours < 48:
        whole = round(hours)
        return ngettext("{count} hour", "{count} hours", whole).format(count=whole)
    days = round(hours / 24)
    return ngettext("{count} day", "{count} days", days).format(count=days)


def wait_words(figure: Median | TooFew | NotKnown) -> str:
    """A first answer time: "about 3 hours, between 1 hour and 2 days", or that most got no answer."""
    if not isinstance(figure, Median):
        return missing_words(figure)
    if figure.value is None:
        return gettext("more than half got no answer")
    low = hours_words(figure.low if figure.low is not None else figure.value)
    if figure.high is None:
        return gettext("about {value}, at least {low}").format(value=hours_words(figure.value), low=low)
    return gettext("about {value}, between {low} and {high}").format(
        value=hours_words(figure.value), low=low, high=hours_words(figure.high)
    )


def turns_words(figure: Median | TooFew | NotKnown) -> str:
    """How deep conversations go: "2 turns"; half turns are shown as they are."""
    if not isinstance(figure, Median):
        return missing_words(figure)
    turns = figure.value or 0
    return ngettext("{count} turn", "{count} turns", round(turns)).format(count=f"{turns:g}")


def missing_words(figure: TooFew | NotKnown) -> str:
    """Why there is no figure: "too few to say (4 of at least 10)", "not known from an archive"."""
    if isinstance(figure, NotKnown):
        return str(_UNKNOWN[figure.reason])
    return gettext("too few to say ({n} of at least {needed})").format(n=figure.n, needed=figure.needed)


def outcome_word(found: Outcome) -> str:
    """The outcome in two words: better since, no clear change, worse since, too early, cannot know."""
    return str(_OUTCOMES[found.word])


def outcome_sentence(found: Outcome) -> str:
    """The outcome in a sentence with its figures; it says what happened since, never why."""
    what = METRICS[found.metric]
    if found.word is Word.TOO_EARLY and found.until is not None:
        return gettext("Too early: we compare after {day}.").format(
            day=date_format(found.until, "DATE_FORMAT")
        )
    if found.word is Word.CANNOT_KNOW or found.before is None or found.after is None:
        return gettext("Cannot know: {reason}.").format(reason=_CANNOT.get(found.reason or "", ""))
    sentence = {
        Word.BETTER: gettext(
            "Better since: {what} went from {before}% to {after}%. Other things may have helped."
        ),
        Word.WORSE: gettext(
            "Worse since: {what} went from {before}% to {after}%. Other things may play a part."
        ),
    }.get(found.word, gettext("No clear change: {what}, {before}% before and {after}% since."))
    return sentence.format(what=what, before=percent(found.before), after=percent(found.after))


def change_words(found: Outcome) -> str:
    """The change with its interval, in points of a hundred: "+22 points, between +9 and +35"."""
    if found.change is None or found.low is None or found.high is None:
        return ""
    change, low, high = (round(100 * share) for share in (found.change, found.low, found.high))
    words = ngettext(
        "{change} point, between {low} and {high}", "{change} points, between {low} and {high}", abs(change)
    )
    return words.format(change=f"{change:+d}", low=f"{low:+d}", high=f"{high:+d}").replace("-", "−")


def praise_sentence(praise: Praise) -> str:
    """A kind word with its figures."""
    return str(_PRAISE[praise.code]).format(
        k=praise.params["k"],
        n=praise.params["n"],
        weeks=praise.params["over_weeks"],
        fraction=fraction_words(praise.value),
    )


def idea_words(idea: Idea) -> str:
    """Why something is worth sharing: "thanks you, has a picture"."""
    return ", ".join(str(_IDEAS[reason]) for reason in idea.reasons)


def progress_word(progress: Progress) -> str:
    """Where a figure stands beside a goal: reached or probably so, nearly there, not yet, not known yet."""
    return str(_REACHED[progress.reached])


def visible_sentence(metric: str, visible: Visible | None, better: int) -> str:
    """What staff see when they take a suggestion: from which change on a difference could be seen."""
    if visible is None:
        return gettext(
            "You have too few posts or messages for us to see a difference later; try it all the same."
        )
    there = visible.before + better * visible.change
    if not 0 <= there <= 1:
        return gettext("With so few cases we will hardly be able to see a difference; try it all the same.")
    said = gettext(
        "We will compare with the weeks before those: {before}% then ({what}). "
        "A difference can be seen from about {there}% on."
    )
    return said.format(before=percent(visible.before), there=percent(there), what=METRICS[metric])
