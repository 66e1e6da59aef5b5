"""Secrets at rest as JSON objects, encrypted as in accounts/sealing.py."""

import json
from typing import Any

from accounts import sealing
from accounts.sealing import Unsealable as Unsealable
from accounts.sealing import reseal as reseal


class Secrets(dict[str, Any]):
    """What was sealed; it does not show in a traceback or a log."""

    def __repr__(self) -> str:
        return f"<{len(self)} secrets>"

    __str__ = __repr__


def seal(told: dict[str, Any]) -> str:
    """The JSON object in a form that only our keys open."""
    return sealing.seal(json.dumps(told))


def unseal(sealed: str) -> Secrets:
    """What `seal` was given; nothing for an empty text. Raises Unsealable."""
    return Secrets(json.loads(sealing.unseal(sealed))) if sealed else Secrets()
