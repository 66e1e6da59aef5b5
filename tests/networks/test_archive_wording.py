"""Every refusal and warning of an archive has a sentence that says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coaching import import_wording, networks
from coaching.import_wording import explain, explain_warning

SOURCES = [
    path.read_text()
    for path in Path(networks.__path__[0]).glob("*.py")
    if path.stem.startswith("archive") or path.stem == "json_stream"
]
RAISED = {reason for source in SOURCES for reason in re.findall(r'(?:Unreadable|fail)\(\s*"(\w+)"', source)}
WARNED = {
    code
    for source in SOURCES
    for code in [
        *re.findall(r'"(\w+)": self\.', source),
        *re.findall(r'warnings\.append\(f?"(\w+)', source),
    ]
}
PARAMS = {"file": "data/tweets.js", "name": "Instagram", "limit": 200_000, "limit_mb": 2048, "broken": 7}


def test_all_reasons_are_found() -> None:
    assert len(RAISED) > 20
    assert {"truncated", "facebook_personal", "cut_off"} <= RAISED
    assert {"broken_posts", "partial_archive", "name_from_titles"} <= WARNED


@pytest.mark.parametrize("reason", sorted(RAISED))
def test_every_reason_has_its_own_sentence(reason: str) -> None:
    sentence = explain(reason, PARAMS)
    assert sentence != explain("no such reason", {})
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert not re.search(r"[{}]", sentence)


@pytest.mark.parametrize("reason", sorted(import_wording.SENTENCES))
def test_a_sentence_needs_no_parameter(reason: str) -> None:
    assert "{" not in explain(reason, {})


def test_what_is_no_zip_is_named() -> None:
    words = {
        "json": "single file",
        "html": "web page",
        "picture": "picture",
        "pdf": "PDF",
        "rar": "not a .zip",
    }
    for kind, word in words.items():
        assert word in explain("not_zip", {"kind": kind})
    assert explain("not_zip", {"kind": "other"}) == explain("not_zip", {})


@pytest.mark.parametrize("code", sorted(WARNED))
def test_every_warning_has_a_sentence(code: str) -> None:
    assert explain_warning(f"{code}:1") != f"{code}:1"
    assert explain_warning(f"{code}:1").endswith(".")
    many = explain_warning(f"{code}:3")
    assert many.endswith(".")
    assert "%" not in many


def test_a_personal_export_is_refused_with_the_steps_to_the_page() -> None:
    sentence = explain("facebook_personal", {})
    assert "personal profile" in sentence
    for step in ("switch to your Page", "Download your information", "Posts", "JSON"):
        assert step in sentence


def test_a_strangers_name_cannot_spoil_a_sentence() -> None:
    sentence = explain("unsafe_name", {"name": "..\n{again.__class__}\u202e" + "x" * 500})
    assert "\n" not in sentence
    assert "\u202e" not in sentence
    assert len(sentence) < 500


def test_another_account_is_refused_with_both_names() -> None:
    sentence = explain("another_account", {"archive": "LanternHouse", "connection": "mill_bakery"})
    assert "LanternHouse" in sentence
    assert "mill_bakery" in sentence


def test_too_big_names_the_limit() -> None:
    assert "512 MB" in explain("too_big", {"limit": 512 * 1024**2})
