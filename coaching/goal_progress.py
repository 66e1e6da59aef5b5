"""How far an organization is on the way to what it wants to reach."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Organization
from coaching import figure_wording, opening_times, period_figures
from coaching.advice_wording import percent
from coaching.judgement.figures import Where
from coaching.judgement.goals import Progress, share_progress, time_progress
from coaching.judgement.intervals import NotKnown


@dataclass(frozen=True)
class GoalLine:
    """One goal in words. `percent` is how much of the way is done, None where not known; `own` a set goal."""

    name: str
    now: str
    target: str
    word: str
    percent: int | None
    own: bool


def of(organization: Organization, *, now: datetime) -> tuple[GoalLine, ...]:
    """Social share, answer rate and answer time of the last twelve weeks beside their goals.

    Empty where there is no post yet. A fixed number of queries.
    """
    connections = list(organization.connections.all())
    period = period_figures.usual_period(organization, connections, now=now)
    if not connections or period is None:
        return ()
    own = opening_times.working(organization)
    replies = any(connection.replies_known for connection in connections)
    where = Where.EVERYTHING if replies else Where.TIMELINE
    counts = period_figures.post_counts(organization, period, connections)
    social = period_figures.posts_in(counts)[where].social_share
    answers = period_figures.answers(organization, period, connections, now=now)
    hours = figure_wording.hours_words(own.targets.answer_hours)
    lines = [
        _line(
            _("Posts that talk with people or share others' work"),
            figure_wording.share_words(social),
            _("{percent}%").format(percent=percent(own.targets.social_share)),
            share_progress(social, own.targets.social_share),
            "social_share" in own.set_targets,
        )
    ]
    if not isinstance(answers.answer_rate, NotKnown):
        lines += [
            _line(
                _("People who asked and were answered"),
                figure_wording.share_words(answers.answer_rate),
                _("{percent}%").format(percent=percent(own.targets.answer_rate)),
                share_progress(answers.answer_rate, own.targets.answer_rate),
                "answer_rate" in own.set_targets,
            ),
            _line(
                _("Usual wait for a first answer, in your opening times")
                if answers.office_hours
                else _("Usual wait for a first answer"),
                figure_wording.wait_words(answers.first_answer_time),
                _("{hours} or less").format(hours=hours),
                time_progress(answers.first_answer_time, own.targets.answer_hours),
                "answer_hours" in own.set_targets,
            ),
        ]
    return tuple(lines)


def _line(name: str, now: str, target: str, progress: Progress, own: bool) -> GoalLine:
    return GoalLine(
        name=name,
        now=now,
        target=target,
        word=figure_wording.progress_word(progress),
        percent=None if progress.part is None else round(100 * progress.part),
        own=own,
    )
