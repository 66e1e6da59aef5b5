"""Secrets at rest: encrypted with the first key of FIELD_ENCRYPTION_KEYS, readable with every one of them."""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unsealable(Exception):
    """None of the keys opens it: the keys were changed without `manage.py rotate_keys`."""


class Secrets(dict[str, Any]):
    """What was sealed; it does not show in a traceback or a log."""

    def __repr__(self) -> str:
        return f"<{len(self)} secrets>"

    __str__ = __repr__


def seal(told: dict[str, Any]) -> str:
    """The JSON object in a form that only our keys open."""
    return _keys().encrypt(json.dumps(told).encode()).decode()


def unseal(sealed: str) -> Secrets:
    """What `seal` was given; nothing for an empty text. Raises Unsealable."""
    if not sealed:
        return Secrets()
    try:
        opened = _keys().decrypt(sealed.encode())
    except InvalidToken:
        raise Unsealable from None
    return Secrets(json.loads(opened))


def reseal(sealed: str) -> str:
    """The same secret under the first key. Raises Unsealable."""
    try:
        return _keys().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise Unsealable from None


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in settings.FIELD_ENCRYPTION_KEYS])
