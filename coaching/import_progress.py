"""How far an import is, as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from coaching import import_wording
from coaching.judgement.intervals import Share, share
from coaching.judgement.verdict import SOCIAL, Kind
from coaching.models import Import

# Measured shares of an import's time: reading the file, judging posts, storing them.
_BEGINS = {
    Import.Stage.READING: (0, 25),
    Import.Stage.JUDGING: (25, 85),
    Import.Stage.STORING: (85, 97),
    Import.Stage.COACHING: (97, 99),
}
# Before so much is done, or so long has passed, an estimate would be a guess.
GUESS_PERCENT = 10
GUESS_TIME = timedelta(seconds=4)


@dataclass(frozen=True)
class LookKind:
    """One kind of talk among the first posts."""

    kind: str
    percent: int
    count: int


@dataclass(frozen=True)
class FirstLook:
    """What the newest posts say, before the rest is judged."""

    posts: int
    percent: int
    low: int
    high: int
    mix: tuple[LookKind, ...]


@dataclass(frozen=True)
class ImportProgress:
    """One import; `percent` is None while the archive does not tell how much there is.

    `minutes_left` is None while nobody can say, and 0 for less than one.
    """

    id: int
    filename: str
    state: str
    stage: str
    done: int
    expected: int | None
    percent: int | None
    minutes_left: int | None
    first_look: FirstLook | None
    error: str
    warnings: tuple[str, ...]
    result: dict[str, Any] | None
    created_at: datetime
    handle: str

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (Import.State.DONE, Import.State.FAILED)


def of(job: Import, *, now: datetime) -> ImportProgress:
    """An import as its page shows it."""
    result = job.result or {}
    percent = _percent(job)
    return ImportProgress(
        id=job.pk,
        filename=job.filename,
        state=job.state,
        stage=job.get_stage_display(),
        done=job.done,
        expected=job.expected,
        percent=percent,
        minutes_left=_minutes_left(job, percent, now),
        first_look=first_look(job.first_look or {}),
        error=import_wording.explain(job.error, job.error_params) if job.error else "",
        warnings=tuple(import_wording.explain_warning(code) for code in result.get("warnings", ())),
        result=job.result,
        created_at=job.created_at,
        handle=result.get("handle", ""),
    )


def first_look(kinds: Mapping[str, int]) -> FirstLook | None:
    """The newest posts in figures; None while they are not judged."""
    posts = sum(kinds.values())
    social = share(sum(kinds.get(kind, 0) for kind in SOCIAL), posts)
    if not isinstance(social, Share):
        return None
    return FirstLook(
        posts=posts,
        percent=round(100 * social.value),
        low=round(100 * social.low),
        high=round(100 * social.high),
        mix=tuple(
            LookKind(kind.value, round(100 * kinds.get(kind, 0) / posts), kinds.get(kind, 0)) for kind in Kind
        ),
    )


def _percent(job: Import) -> int | None:
    if job.state == Import.State.DONE:
        return 100
    if job.state == Import.State.WAITING:
        return 0
    begins, ends = _BEGINS[Import.Stage(job.stage)]
    if job.stage in (Import.Stage.READING, Import.Stage.JUDGING):
        if not job.expected:
            return None
        return begins + round((ends - begins) * min(1, job.done / job.expected))
    return begins


def _minutes_left(job: Import, percent: int | None, now: datetime) -> int | None:
    """As long again as it took, for what is left; worth nothing at the very beginning."""
    if job.state != Import.State.RUNNING or job.started_at is None or not percent:
        return None
    taken = now - job.started_at
    if percent < GUESS_PERCENT or taken < GUESS_TIME:
        return None
    return round(taken * (100 - percent) / percent / timedelta(minutes=1))
