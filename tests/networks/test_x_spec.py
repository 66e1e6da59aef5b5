"""What the stand checks requests against is X's own document, and checking finds what is wrong."""

from __future__ import annotations

import json

import pytest

from .stand.x_spec import FULL, REDUCED, XSpec, reduce


def test_our_part_of_the_document_is_the_document() -> None:
    if not FULL.exists():
        pytest.skip("X's full document is not here; only our part of it is")
    assert json.loads(REDUCED.read_text()) == reduce(json.loads(FULL.read_text()))


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/2/users/1/tweets", {"tweet.fields": "id,likes"}),
        ("/2/users/1/tweets", {"max_results": "4"}),
        ("/2/users/1/tweets", {"max_results": "101"}),
        ("/2/users/1/tweets", {"since": "4"}),
        ("/2/users/ana/tweets", {}),
        ("/2/tweets/search/recent", {}),
        ("/2/tweets/search/recent", {"query": "x", "max_results": "5"}),
        ("/2/tweets", {"ids": ",".join(str(n) for n in range(101))}),
        ("/2/nothing", {}),
    ],
)
def test_it_complains(path: str, query: dict[str, str]) -> None:
    assert XSpec().complaints(path, query)


def test_it_has_nothing_to_say_about_a_good_question() -> None:
    assert XSpec().complaints("/2/users/1/tweets", {"since_id": "12", "tweet.fields": "text,lang"}) == []
