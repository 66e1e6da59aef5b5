"""The API. A browser's login opens nothing here; tests/coaching/test_api.py sends tokens."""

from __future__ import annotations

from coaching.models import Suggestion
from tests.routes.expecting import EVERYBODY, METHODS, Route, for_each, public

NAMED = "theatre"


def asked(*arguments: object) -> Route:
    """Something to read."""
    return for_each({EVERYBODY: {"GET": 401}}, *arguments)


def sent(*arguments: object) -> Route:
    """Something to do."""
    return for_each({EVERYBODY: {"POST": 401}}, *arguments)


ROUTES = {
    "api:openapi-json": public(post=200, others=200),
    "api:openapi-view": public(post=200, others=200),
    "api:api-root": for_each({EVERYBODY: dict.fromkeys(METHODS, 404)}),
    "api:list_organizations": asked(),
    "api:get_organization": asked(NAMED),
    "api:list_connections": asked(NAMED),
    "api:list_posts": asked(NAMED),
    "api:list_conversations": asked(NAMED),
    "api:get_figures": asked(NAMED),
    "api:list_suggestions": asked(NAMED),
    "api:take_suggestion": sent(NAMED, Suggestion),
    "api:dismiss_suggestion": sent(NAMED, Suggestion),
    "api:judge_draft": sent(NAMED),
}
