"""What the stand checks requests against are Meta's own lists, and checking finds what is wrong."""

from __future__ import annotations

import pytest

from coaching.networks.facebook import COMMENT_FIELDS, WALL_FIELDS

from .stand.facebook_spec import GraphSpec, top_names

ABSENT = (
    "Meta's lists may not be copied into the project, and their folder is not here: requests go unchecked"
)


@pytest.fixture
def spec() -> GraphSpec:
    """Meta's lists."""
    found = GraphSpec()
    if not found.lists:
        pytest.skip(ABSENT)
    return found


def test_names_at_the_top_of_a_field_list() -> None:
    assert top_names("id,a{b,c{d}},e.limit(0).summary(true),f") == ["id", "a", "e", "f"]
    assert "comments" in top_names(WALL_FIELDS)
    assert "subattachments" not in top_names(WALL_FIELDS)


def test_what_we_ask_for_is_known(spec: GraphSpec) -> None:
    assert spec.complaints("Page", "published_posts", {"fields": WALL_FIELDS, "limit": "100"}, "GET") == []
    asked = {"fields": COMMENT_FIELDS, "filter": "stream", "order": "chronological"}
    assert spec.complaints("PagePost", "comments", asked, "GET") == []


@pytest.mark.parametrize(
    ("kind", "edge", "query"),
    [
        ("Page", "published_posts", {"fields": "id,likes_count"}),
        ("Page", "published_posts", {"order": "newest"}),
        ("PagePost", "comments", {"filter": "all"}),
        ("PagePost", "comments", {"fields": "id,shares"}),
        ("PagePost", "ratings", {}),
        ("Comment", None, {"fields": "shares"}),
    ],
)
def test_it_complains(spec: GraphSpec, kind: str, edge: str | None, query: dict[str, str]) -> None:
    assert spec.complaints(kind, edge, query, "GET")
