"""The figures of a period as rows for machines: name, formula, value, interval, cases, state."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.formats import number_format

from coaching import figure_wording
from coaching.judgement.figures import RESEARCH_CONVERSE, PostFigures, Where
from coaching.judgement.intervals import Mean, Median, NotKnown, Share, TooFew, plain
from coaching.judgement.verdict import Kind
from coaching.period_figures import AnsweringFigures, PeopleFigures, PeriodFigures


@dataclass(frozen=True)
class Formula:
    """What a figure is: how it is computed, in which unit, and whose definition it follows."""

    formula: str
    unit: str
    source: str = "Engage"


FORMULAS: dict[str, Formula] = {
    "posts": Formula("posts, shares and threads (timeline), or all that was published (everything)", "posts"),
    "social_share": Formula(
        "posts judged converse or share ÷ posts judged; at least 10", "share 0–1", "after Lovejoy et al. 2012"
    ),
    "mean_score": Formula("sum of the scores ÷ posts judged; at least 10", "0–100"),
    **{
        f"mix_{kind}": Formula(f"posts judged {kind} ÷ posts judged; at least 10", "share 0–1")
        for kind in Kind
    },
    "answer_rate": Formula(
        "runs answered here or elsewhere ÷ runs that want an answer and are answered or older than 7 days; "
        "at least 5",
        "share 0–1",
        "service level, by runs and without likes",
    ),
    "first_answer_time": Formula(
        "median hours to the first answer over closed runs, an unanswered one counting as infinite; "
        "office hours where set; at least 5; null: more than half got no answer",
        "hours",
        "after Fanpage Karma",
    ),
    "within_target": Formula(
        "runs answered within the organization's own target ÷ closed runs with a known time; at least 5",
        "share 0–1",
    ),
    "still_open": Formula("runs that want an answer, have none and are younger than 7 days", "people"),
    "answer_distribution": Formula(
        "runs by hours to the first answer: 0–1, 1–4, 4–8, 8–24, 24 and more; elsewhere; never; still open",
        "people",
    ),
    "reciprocity": Formula(
        "people we answered ÷ people who spoke to us in the period; at least 5", "share 0–1"
    ),
    "depth": Formula("median number of turns of a conversation; at least 5", "turns"),
    "regulars": Formula("people with words both ways in at least 3 of the last 8 weeks", "people"),
}
_BASELINES = {
    "mix_converse": {"value": RESEARCH_CONVERSE, "source": "Lovejoy & Saxton 2012, 100 large US nonprofits"}
}

Row = dict[str, Any]


def table(found: PeriodFigures) -> list[Row]:
    """Every figure of a period as one row; a figure that is not there says why and has no value."""
    rows = [row for where in Where for row in _post_rows(found.posts[where])]
    return [*rows, *_answer_rows(found.answering), *_people_rows(found.people)]


def _post_rows(posts: PostFigures) -> list[Row]:
    where = posts.where.value
    rows = [
        _count("posts", posts.posts, where=where),
        _row("social_share", posts.social_share, where=where),
        _row("mean_score", posts.mean_score, where=where),
    ]
    for kind in Kind:
        figure = posts.mix[kind] if isinstance(posts.mix, dict) else posts.mix
        rows.append(_row(f"mix_{kind}", figure, where=where))
    return rows


def _answer_rows(found: AnsweringFigures) -> list[Row]:
    more = {"judge": found.judge, "office_hours": found.office_hours}
    rows = [
        _row("answer_rate", found.answer_rate, **more),
        _row("first_answer_time", found.first_answer_time, **more),
        _row("within_target", found.within_target, **more, target=found.target_hours),
        _count("still_open", found.still_open, **more),
    ]
    if isinstance(found.distribution, NotKnown):
        return [*rows, _count("answer_distribution", found.distribution, **more)]
    spread = asdict(found.distribution)
    return [*rows, _described("answer_distribution") | {"state": "known", "value": spread} | more]


def _people_rows(found: PeopleFigures) -> list[Row]:
    regulars = found.regulars if isinstance(found.regulars, NotKnown) else len(found.regulars)
    return [
        _row("reciprocity", found.reciprocity),
        _row("depth", found.depth),
        _count("regulars", regulars),
    ]


def _row(name: str, figure: Share | Mean | Median | TooFew | NotKnown, **more: Any) -> Row:
    known = {key: value for key, value in plain(figure).items() if not (key == "judge" and value is None)}
    return _described(name) | {"value": None, "low": None, "high": None} | more | known | _words(name, figure)


def _words(name: str, figure: Share | Mean | Median | TooFew | NotKnown) -> Row:
    if isinstance(figure, (TooFew, NotKnown)):
        return {"words": figure_wording.missing_words(figure)}
    if isinstance(figure, Share):
        return {"words": figure_wording.share_words(figure)}
    if isinstance(figure, Mean):
        return {"words": number_format(figure.value, 0)}
    in_words = figure_wording.turns_words if name == "depth" else figure_wording.wait_words
    return {"words": in_words(figure)}


def _count(name: str, value: int | NotKnown, **more: Any) -> Row:
    if isinstance(value, NotKnown):
        missing = {"value": None, "words": figure_wording.missing_words(value)}
        return _described(name) | more | plain(value) | missing
    return _described(name) | more | {"state": "known", "value": value, "words": str(value)}


def _described(name: str) -> Row:
    baseline = {"baseline": _BASELINES[name]} if name in _BASELINES else {}
    return {"name": name, **asdict(FORMULAS[name]), **baseline}
