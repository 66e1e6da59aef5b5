"""One file an area: what its routes answer (ROUTES), and a row of each of its models (ROWS)."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any


def collected(name: str) -> dict[Any, Any]:
    """The tables of this name in all files here, as one; nothing may stand in two of them."""
    found: dict[Any, Any] = {}
    for module in pkgutil.iter_modules(__path__):
        table = getattr(importlib.import_module(f"{__name__}.{module.name}"), name, {})
        twice = found.keys() & table.keys()
        assert not twice, f"{module.name} tells again what {twice} do"
        found |= table
    return found
