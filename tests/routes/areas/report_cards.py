"""Report cards: made by owners, seen by whoever has the link."""

from __future__ import annotations

from typing import Any

from coaching.models import Connection, ReportCard
from tests import make
from tests.routes.expecting import CONSULTANT, ENDED, OWNER, deed, mine, page, public
from tests.routes.stage import Place


def _card(place: Place) -> Any:
    place.row(Connection)
    return make.card(place.organization, by=place.owner)


NOBODYS, PUBLIC = ("nobody",), ("theatre", "nobody")

ROUTES = {
    "coaching:report_cards": page(),
    "coaching:report_card_preview": page(get=422),  # nobody has chosen a time
    "coaching:report_card_publish": deed(OWNER, post=422),
    "coaching:report_card_paper": page(get=422),
    "coaching:report_card_extend": deed(OWNER, ReportCard),
    "coaching:report_card_revoke": deed(OWNER, ReportCard),
    "coaching:all_client_papers": mine(
        get=404, but={(who, method): 200 for who in (CONSULTANT, ENDED) for method in ("GET", "HEAD")}
    ),
    "coaching:client_papers": mine(get=404),
    **{
        f"coaching:{kind}{name}": public(*arguments, get=404)
        for kind, arguments in (("", NOBODYS), ("public_", PUBLIC))
        for name in ("card", "card_picture", "card_badge", "card_paper")
    },
}
ROWS = {ReportCard: _card}
