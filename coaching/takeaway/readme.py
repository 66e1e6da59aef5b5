"""The page of plain text that lies in the file and says what is in it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from accounts.models import Organization
from coaching.takeaway.parts import HELD_BACK, Part

TEXT = """Everything {name} has in Engage, made on {made} (UTC).

Each table is here twice: csv/<name>.csv to open in a spreadsheet, json/<name>.json for programs.

Moments are ISO 8601. Ids of posts, messages and people are those of the network; columns that end in _id
point to the id column of another table here. In CSV files lists and objects are JSON in one cell, and a cell
that a spreadsheet could take for a formula begins with an apostrophe; the JSON files have it as it is.

Your own posts are here with their words. A bare repost has none: they are somebody else's. Of what other
people wrote on X there are ids, times, labels and links, because X allows no more; what they wrote on your
Facebook Page is here with its words, both without names. Guests of meetups are here as they signed up,
without their passes, for as long as their names are kept.

Not here: keys and tokens (nobody may read them), and {held_back}.

Tables, with the number of rows and the columns:

{tables}
"""


def text(
    organization: Organization, wanted: Sequence[Part], counts: Mapping[str, int], *, made_at: datetime
) -> str:
    """The README of one file."""
    tables = "\n".join(
        f"{part.name} ({counts[part.name]:,})\n    {', '.join(part.columns)}" for part in wanted
    )
    held_back = "; ".join(f"{model._meta.model_name} ({why})" for model, why in HELD_BACK.items())
    made = f"{made_at.astimezone(UTC):%Y-%m-%d %H:%M}"
    return TEXT.format(name=organization.name, made=made, held_back=held_back, tables=tables)
