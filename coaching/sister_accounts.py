"""The accounts that are also ours: talking to them is talking to ourselves."""

import re
from collections.abc import Iterable
from datetime import datetime

from accounts import audit
from accounts.models import Organization, User

HANDLE = re.compile(r"[\w.]{1,50}", re.ASCII)
AT_MOST = 50


def read(text: str) -> list[str]:
    """Handles as people write them, one a line or with commas, with or without @; each once.

    Raises ValueError with what is no handle, or with nothing where there are more than 50.
    """
    found = dict.fromkeys(part.strip().lstrip("@") for part in re.split(r"[\s,;]+", text) if part.strip())
    for handle in found:
        if not HANDLE.fullmatch(handle):
            raise ValueError(handle)
    if len(found) > AT_MOST:
        raise ValueError
    return list(found)


def change(organization: Organization, handles: Iterable[str], *, by: User | None, now: datetime) -> None:
    """Keeps the list; where it is another one, history is judged again by a worker."""
    wanted = list(handles)
    if {name.lower() for name in wanted} == {name.lower() for name in organization.also_ours}:
        return
    organization.also_ours = wanted
    organization.save(update_fields=["also_ours"])
    # A judge without a name is nobody's: beat finds the organization and has everything judged anew.
    organization.ownjudges.update(model="")
    audit.record(organization, "also_ours_changed", by=by, at=now)
