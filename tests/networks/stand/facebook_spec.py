"""Checks requests against Meta's own lists of fields, edges and parameters at Graph v25.0.

The lists may not be copied, so they are read from beside the repository; without them nothing is checked,
and one test says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LISTS = Path(__file__).resolve().parents[4] / "shared/data/contracts/facebook/spec/graph_v25_page_fields.json"

# Every Graph call takes these; the lists only hold what is special to an edge.
EVERYWHERE = {"access_token", "appsecret_proof", "fields"}
# Paging by cursor or by time, which Meta documents once for all lists.
PAGING = {"limit", "after", "before", "since", "until", "__paging_token"}
# Documented with /me/accounts and the business edges, whose rows are Pages with the person's own tasks.
OF_A_PERSONS_PAGES = {"tasks"}

KINDS = {
    "published_posts": "PagePost",
    "visitor_posts": "PagePost",
    "tagged": "PagePost",
    "comments": "Comment",
    "accounts": "Page",
    "owned_pages": "Page",
    "client_pages": "Page",
}
# Edges of a person or a business, of which the lists hold none.
UNLISTED = {"accounts", "owned_pages", "client_pages", "businesses", "permissions"}


class GraphSpec:
    """What Meta's lists allow to ask; knows nothing where they are absent."""

    def __init__(self) -> None:
        self.lists: dict[str, Any] = json.loads(LISTS.read_text()) if LISTS.exists() else {}

    def complaints(
        self, owner_kind: str, edge: str | None, query: Mapping[str, str], method: str
    ) -> list[str]:
        """What the lists do not know of a request. `owner_kind` is Page, PagePost or Comment."""
        if not self.lists:
            return []
        kind = KINDS.get(edge or "", owner_kind)
        found = self._fields(kind, query.get("fields", ""), extra=edge in UNLISTED)
        if edge is None or edge in UNLISTED:
            return found
        known = {
            one["edge"]: one["params"] for one in self.lists[owner_kind]["edges"] if one["method"] == method
        }
        if edge not in known:
            return [*found, f"{owner_kind} has no edge {edge} for {method}"]
        for name, value in query.items():
            if name in EVERYWHERE | PAGING:
                continue
            if name not in known[edge]:
                found.append(f"{owner_kind}/{edge}: unknown parameter {name}")
                continue
            allowed = self.lists["enums"].get(known[edge][name])
            if allowed and value not in allowed:
                found.append(f"{owner_kind}/{edge}: {name}={value} is not known")
        return found

    def _fields(self, kind: str, asked: str, *, extra: bool) -> list[str]:
        if kind not in self.lists:
            return []
        listed = self.lists[kind]
        known = set(listed["fields"]) | {one["edge"] for one in listed["edges"]}
        known |= OF_A_PERSONS_PAGES if extra else set()
        return [f"{kind} has no field {name}" for name in top_names(asked) if name not in known]


def top_names(asked: str) -> list[str]:
    """The names at the top of a field list, without what is asked of each."""
    while re.search(r"\{[^{}]*\}|\([^()]*\)", asked):
        asked = re.sub(r"\{[^{}]*\}|\([^()]*\)", "", asked)
    return [name.split(".")[0] for name in asked.split(",") if name]
