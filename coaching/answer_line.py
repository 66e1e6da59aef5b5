"""How people were answered, in words and as a small table."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coaching import figure_wording
from coaching.judgement.answering import Distribution
from coaching.judgement.intervals import Median, NotKnown, Share, TooFew
from coaching.period_figures import AnsweringFigures

_BUCKETS = (
    _("within an hour"),
    _("within 1 to 4 hours"),
    _("within 4 to 8 hours"),
    _("within 8 to 24 hours"),
    _("after a day or more"),
)


@dataclass(frozen=True)
class AnswerLine:
    """How people were answered, in words; `percent` and `open` are None where not known.

    `spread` says how many answers came how soon, each as words and a number of people; `news` is its title.
    """

    rate: str
    percent: int | None
    first_answer: str
    within_target: str
    target: str
    in_office_hours: bool
    open: int | None
    spread: tuple[tuple[str, int], ...]
    news: str


def answer_line(found: AnsweringFigures) -> AnswerLine:
    """The answering figures in words."""
    rate = found.answer_rate
    return AnswerLine(
        rate=figure_wording.share_words(rate),
        percent=round(100 * rate.value) if isinstance(rate, Share) else None,
        first_answer=figure_wording.wait_words(found.first_answer_time),
        within_target=figure_wording.share_words(found.within_target),
        target=figure_wording.hours_words(found.target_hours),
        in_office_hours=found.office_hours,
        open=None if isinstance(found.still_open, NotKnown) else found.still_open,
        spread=() if isinstance(found.distribution, NotKnown) else _spread(found.distribution),
        news=_news(found.first_answer_time),
    )


def _news(found: Median | TooFew | NotKnown) -> str:
    """How soon people were answered, as a title."""
    if not isinstance(found, Median):
        return gettext("How soon you answered")
    if found.value is None:
        return gettext("More than half got no answer")
    return gettext("Half of those who asked had an answer within %(time)s") % {
        "time": figure_wording.hours_words(found.value)
    }


def _spread(found: Distribution) -> tuple[tuple[str, int], ...]:
    more = (
        (_("elsewhere, so we do not know how soon"), found.elsewhere),
        (_("not within a week, or never"), found.never),
        (_("not yet"), found.still_open),
    )
    rows = [*zip(_BUCKETS, found.buckets, strict=True), *more]
    return tuple((str(words), count) for words, count in rows)
