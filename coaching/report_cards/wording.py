"""The sentences of a report card: about the organization, for people who do not know it or us."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from coaching import figure_wording
from coaching.advice_wording import percent
from coaching.judgement.intervals import Mean, Median, NotKnown, Share, TooFew, direction

__all__ = ["change", "facts", "headline", "limits", "method", "percent", "well"]

_WELL: dict[str, Promise] = {
    "more": _("More talk with people than in the time before: {now}% of the posts, after {before}%."),
    "conversation": _(
        "{k} of {n} posts were conversation. Among large nonprofits in a study it was about one in four "
        "(Lovejoy & Saxton, 2012)."
    ),
    "answered": _("{k} of {n} times that somebody asked for something, they got an answer."),
    "in_time": _("{k} of {n} first answers came within the time that {name} aims at."),
    "heard": _("{k} of {n} people who wrote to {name} heard back."),
    "regulars": _("{n} people come back to talk with {name}, in at least three of eight weeks."),
    "shared": _("{k} of {n} posts passed on what others made."),
}


def headline(social: Share | TooFew | NotKnown, posts: int, *, where: str) -> str:
    """The one sentence: "About two thirds of 124 posts talked with people.", or that there are too few."""
    if isinstance(social, Share):
        said = ngettext(
            "{fraction} of {n} post talked with people.",
            "{fraction} of {n} posts talked with people.",
            social.n,
        )
        return said.format(fraction=capfirst(figure_wording.fraction_words(social.value)), n=social.n)
    if isinstance(social, TooFew):
        said = ngettext(
            "Too few posts to judge: {n} in this time.", "Too few posts to judge: {n} in this time.", social.n
        )
        return said.format(n=social.n)
    return gettext("How much of it was talk with people is {why}.").format(
        why=figure_wording.missing_words(social)
    )


def change(social: Share | TooFew | NotKnown, before: Share | TooFew | NotKnown) -> str:
    """How it stands beside the same time before; empty where one of both is not known."""
    if not isinstance(social, Share) or not isinstance(before, Share):
        return ""
    told = {"before": percent(before.value), "n": before.n}
    turned = direction(social, before)
    if turned > 0:
        return gettext("That is more than in the same time before: {before}% of {n} posts.").format(**told)
    if turned < 0:
        return gettext("That is less than in the same time before: {before}% of {n} posts.").format(**told)
    return gettext("In the same time before it was {before}% of {n} posts: no clear change.").format(**told)


def well(code: str, params: dict[str, Any], name: str) -> str:
    """Something that went well, with its numbers."""
    return str(_WELL[code]).format(**params, name=name)


def facts(
    *,
    score: Mean | TooFew | NotKnown,
    answer_rate: Share | TooFew | NotKnown,
    first_answer_time: Median | TooFew | NotKnown,
    reciprocity: Share | TooFew | NotKnown,
    regulars: int | None,
) -> tuple[tuple[str, str], ...]:
    """The figures that stand below the headline: what each is, and its words."""
    unknown = figure_wording.missing_words(NotKnown("archive"))
    mean = (
        gettext("{score} of 100").format(score=round(score.value))
        if isinstance(score, Mean)
        else figure_wording.missing_words(score)
    )
    return (
        (gettext("Average score of a post"), mean),
        (gettext("Questions and requests that got an answer"), figure_wording.share_words(answer_rate)),
        (gettext("Time to the first answer"), figure_wording.wait_words(first_answer_time)),
        (gettext("People who wrote and heard back"), figure_wording.share_words(reciprocity)),
        (gettext("People who come back to talk"), unknown if regulars is None else str(regulars)),
    )


def method(posts: int) -> tuple[str, ...]:
    """How it was measured, in a few sentences."""
    return (
        gettext(
            "Every post is read by a fixed procedure, the same for everybody, that says what kind of talk it "
            "is: conversation, passing on what others made, news about oneself, or an appeal to buy, come or "
            "give. The first two count as talk with people."
        ),
        gettext(
            "The range beside the share is a 95% interval (Wilson): with so many posts, the share may "
            "as well lie anywhere in it."
        ),
        gettext("The average score is how likely a post is talk with people, from 0 to 100."),
    )


def limits(told: dict[str, Any]) -> tuple[str, ...]:
    """What this card cannot say."""
    said = []
    if told["where"] == "timeline":
        said.append(
            gettext("The source holds no replies, so only what stands on the own timeline was counted.")
        )
    if told["left_out"]:
        said.append(gettext("Accounts whose source holds no replies are left out of the figures."))
    if not told["hears"]:
        said.append(gettext("It comes from an archive, which does not tell how people were answered."))
    said.append(gettext("A procedure errs about single posts; what it says of many is surer."))
    said.append(gettext("Figures of this kind go with how people respond, and prove no cause."))
    said.append(gettext("Organizations differ: compare an organization with itself, not with another one."))
    return tuple(said)
