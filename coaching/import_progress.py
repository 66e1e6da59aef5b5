"""How far an import is, as pages show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coaching import import_wording
from coaching.models import Import

# Measured shares of an import's time: reading the file, judging posts, storing them.
_BEGINS = {
    Import.Stage.READING: (0, 25),
    Import.Stage.JUDGING: (25, 85),
    Import.Stage.STORING: (85, 97),
    Import.Stage.COACHING: (97, 99),
}


@dataclass(frozen=True)
class ImportProgress:
    """One import; `percent` is None while the archive does not tell how much there is."""

    id: int
    filename: str
    state: str
    stage: str
    done: int
    expected: int | None
    percent: int | None
    error: str
    warnings: tuple[str, ...]
    result: dict[str, Any] | None
    created_at: datetime
    handle: str

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (Import.State.DONE, Import.State.FAILED)


def of(job: Import) -> ImportProgress:
    """An import as its page shows it."""
    result = job.result or {}
    return ImportProgress(
        id=job.pk,
        filename=job.filename,
        state=job.state,
        stage=job.get_stage_display(),
        done=job.done,
        expected=job.expected,
        percent=_percent(job),
        error=import_wording.explain(job.error, job.error_params) if job.error else "",
        warnings=tuple(import_wording.explain_warning(code) for code in result.get("warnings", ())),
        result=job.result,
        created_at=job.created_at,
        handle=result.get("handle", ""),
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
