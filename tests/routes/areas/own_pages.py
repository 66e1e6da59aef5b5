"""Pages of whoever is logged in, whichever organization they belong to."""

from __future__ import annotations

from tests.routes.expecting import CONSULTANT, ENDED, mine

ROUTES = {
    "coaching:home": mine(),
    "coaching:clients": mine(),
    "coaching:practice_record": mine(),
    "coaching:practice_record_table": mine(get=404),
    "coaching:organization_new": mine(),
    # Where networks send people back to: with an answer to a question of theirs.
    "coaching:connected_x": mine(get=400),
    "coaching:connected_facebook": mine(get=400),
    "coaching:styleguide": mine(),
}
