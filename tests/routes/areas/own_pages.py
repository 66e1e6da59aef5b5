"""Pages of whoever is logged in, whichever organization they belong to."""

from __future__ import annotations

from tests.routes.expecting import (
    ANONYMOUS,
    CONSULTANT,
    EDITOR,
    ENDED,
    FORMER,
    OWNER,
    STAFF,
    STRANGER,
    VIEWER,
    for_each,
    mine,
)  # fmt: skip

ROUTES = {
    "accounts:me": mine(post=302),
    "accounts:me_delete": mine(get=302, post=302),  # to confirm the password first
    "coaching:home": mine(get=302),  # on to the only organization, to all clients or to a new one
    "coaching:clients": mine(),
    "coaching:practice_record": mine(),
    "coaching:practice_record_table": mine(
        get=404,
        but={(who, method): 200 for who in (CONSULTANT, ENDED) for method in ("GET", "HEAD")},
    ),
    "coaching:organization_new": mine(post=200),
    # Where networks send people back to: with an answer to a question of theirs.
    "coaching:connected_x": mine(get=400),
    "coaching:connected_facebook": mine(get=400),
    "coaching:styleguide": for_each(
        {
            (STAFF,): (200, 405),
            (OWNER, EDITOR, VIEWER, CONSULTANT, ENDED, FORMER, STRANGER): (403, 405),
            (ANONYMOUS,): (302, 302),
        },
        but={(ANONYMOUS, method): 302 for method in ("PUT", "PATCH", "DELETE", "OPTIONS")},
    ),
}
