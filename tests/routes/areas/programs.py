"""The API. A browser's login opens nothing here; tests/routes/programs.py has the cast with tokens."""

from __future__ import annotations

from coaching.models import Suggestion
from tests.routes.expecting import public

ROUTES = {
    "api:openapi-json": public(),
}
