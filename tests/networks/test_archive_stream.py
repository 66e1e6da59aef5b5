"""The list reader gives what json gives, however the list is written and however it is cut into chunks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.networks.contract import Unreadable
from coaching.networks.json_stream import clean, elements

TEXT = st.text(alphabet=st.sampled_from('ab{}[],:"\\ \n\té☕\x00'), max_size=12)
OBJECTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


def chunks(raw: bytes, size: int) -> list[bytes]:
    return [raw[start : start + size] for start in range(0, len(raw), size)]


@settings(deadline=None)
@given(
    value=st.lists(
        st.dictionaries(st.sampled_from(["tweet", "id", 'a"]},{']), OBJECTS, min_size=1), max_size=12
    ),
    size=st.integers(1, 300),
    indent=st.sampled_from([None, 0, 2]),
    prefix=st.sampled_from(
        ["", "window.YTD.tweets.part0 = ", "\ufeffmodule.exports=", " \n YTD.a_b.part12\t="]
    ),
    ascii_only=st.booleans(),
)
def test_any_list_in_any_writing(
    value: list[Any], size: int, indent: int | None, prefix: str, ascii_only: bool
) -> None:
    raw = (prefix + json.dumps(value, indent=indent, ensure_ascii=ascii_only) + " ;\n").encode()
    assert list(elements(chunks(raw, size), file="x")) == clean(value)


@pytest.mark.parametrize("size", [1, 7, 1000, 200_000, 10**7])
@pytest.mark.parametrize("odd", ["plain", "half a pair \ud83c", "nothing \x00", 'looks like }, {"tweet": {'])
def test_long_lists_are_read_in_runs(size: int, odd: str) -> None:
    value = [
        {"tweet": {"id": number, "text": odd if number % 500 == 7 else "plain"}} for number in range(3000)
    ]
    raw = b"window.YTD.tweets.part0 = " + json.dumps(value).encode()
    assert list(elements(chunks(raw, size), file="x")) == clean(value)


def test_spacing_may_change_on_the_way() -> None:
    value = [{"tweet": {"id": number}} for number in range(50)]
    tight = ",".join(json.dumps(each, separators=(",", ":")) for each in value)
    wide = ",\n\n".join(json.dumps(each, indent=1) for each in value)
    assert list(elements([f"[{tight} , {wide}]".encode()], file="x")) == value * 2


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not_a_list"),
        (b"nothing", "not_a_list"),
        (b'{"a": 1}', "not_a_list"),
        (b"[", "cut_off"),
        (b'[{"a": "', "cut_off"),
        (b"[{}", "cut_off"),
        (b"[{}}]", "broken_json"),
        (b"[{]}]", "broken_json"),
        (b"[{},,{}]", "broken_json"),
        (b"[{}] [{}]", "broken_json"),
        (b"[" + b"[" * 100 + b"]" * 101, "broken_json"),
        (b'[{"a": "' + b"x" * 6_000_000 + b'"}]', "too_long"),
        (b"[" + b" " * 6_000_000 + b"]", "too_long"),
    ],
)
@pytest.mark.parametrize("size", [1, 4096, 10**7])
def test_what_is_no_list_is_refused(raw: bytes, reason: str, size: int) -> None:
    if len(raw) > 10**6 and size == 1:
        size = 65_536  # byte by byte would only take long
    with pytest.raises(Unreadable) as refused:
        list(elements(chunks(raw, size), file="data/tweets.js"))
    assert refused.value.reason == reason
    assert refused.value.params == {"file": "data/tweets.js"}


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert list(elements([b'[{"a": "\xff\xfe!"}]'], file="x")) == [{"a": "\ufffd\ufffd!"}]
