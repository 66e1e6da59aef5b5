"""Lines as odd editors and programs write them: every answer is JSON that anybody can read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coaching.scoring import score_posts

TEXT = "What would you like to hear next?"


def refuse(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


def answered(line: bytes) -> dict[str, Any]:
    (answer,) = score_posts([line])
    found: dict[str, Any] = json.loads(answer, parse_constant=refuse)
    return found


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"  ", b"\t"])
@pytest.mark.parametrize("behind", [b"", b"\r", b" \r"])
def test_marks_of_an_editor_do_not_matter(before: bytes, behind: bytes) -> None:
    line = json.dumps({"id": 1, "text": TEXT}).encode()
    assert answered(before + line + behind)["kind"] == "converse"


@pytest.mark.parametrize("identity", ["NaN", "Infinity", "1e999", "[-1e999]", '{"a": NaN}'])
def test_an_id_that_json_does_not_know_is_an_error(identity: str) -> None:
    found = answered(f'{{"id": {identity}, "text": "{TEXT}"}}'.encode())
    assert found == {"id": None, "error": "id cannot be given back as JSON"}


@pytest.mark.parametrize("identity", [0, -1, 2**70, "a", None, True, ["x", None], {"a": [None]}, "\ud800"])
def test_any_other_id_comes_back(identity: Any) -> None:
    assert answered(json.dumps({"id": identity, "text": TEXT}).encode())["id"] == identity
