"""Where the files wait, and how they go."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import Organization
from coaching.models import Takeaway

State = Takeaway.State
ORPHANED = timedelta(days=9)
"""No file lives longer than a week; what is older has lost its row."""


def path(name: str) -> Path:
    """Where a file of this name is."""
    return Path(settings.EXPORTS_DIR) / name


def discard(organization: Organization) -> int:
    """Deletes every file of an organization, and whatever is being made stops. Needs its scope."""
    kept = organization.takeaways.exclude(state__in=[State.GONE, State.FAILED])
    found = list(kept.select_for_update().values_list("pk", "file"))
    organization.takeaways.filter(pk__in=[pk for pk, _ in found]).update(
        state=State.GONE, lease_until=None, file=""
    )
    for _, name in found:
        if name:
            transaction.on_commit(lambda name=name: remove(name))  # type: ignore[misc]
    return len(found)


def remove(name: str) -> None:
    """Deletes a file; twice does no harm."""
    path(name).unlink(missing_ok=True)


def discard_orphans(now: datetime) -> int:
    """Deletes files that nobody can fetch any more, and says how many."""
    folder = Path(settings.EXPORTS_DIR)
    old = [one for one in folder.glob("*.zip") if one.stat().st_mtime < (now - ORPHANED).timestamp()]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)
