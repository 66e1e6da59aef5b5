"""What a checkout keeps in var/: secrets that stay the same and that nobody else can read."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from engage import embedded
from engage.embedded import place

ADDRESSES = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL")


def test_a_secret_stays_the_same_and_is_its_own(tmp_path: Path) -> None:
    first = embedded.secret("web", tmp_path)
    assert embedded.secret("web", tmp_path) == first
    assert embedded.secret("mail", tmp_path) != first
    assert len(first) >= 32


def test_secrets_can_be_read_by_nobody_else(tmp_path: Path) -> None:
    embedded.secret("web", tmp_path)
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


@pytest.mark.parametrize("content", ["", "{", '{"port": 12', "[1, 2]", "\x00\x00"])
def test_a_note_that_was_cut_off_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "note.json").write_text(content)
    assert place.read_json(tmp_path / "note.json") == {}


def test_addresses_in_the_environment_win_and_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ADDRESSES:
        monkeypatch.setenv(name, f"{name.lower()}://elsewhere")
    urls = embedded.ensure(tmp_path / "var")
    assert urls == embedded.Urls(*(f"{name.lower()}://elsewhere" for name in ADDRESSES))
    assert not (tmp_path / "var").exists()


def test_one_database_address_serves_both_roles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://one")
    monkeypatch.setenv("REDIS_URL", "redis://one")
    monkeypatch.delenv("MIGRATION_DATABASE_URL", raising=False)
    assert embedded.ensure(tmp_path / "var").migration_database == "postgresql://one"


@pytest.mark.parametrize(("switch", "expected"), [("off", False), ("0", False), ("", True), ("on", True)])
def test_local_servers_can_be_refused(monkeypatch: pytest.MonkeyPatch, switch: str, expected: bool) -> None:
    for name in ADDRESSES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENGAGE_EMBEDDED", switch)
    assert embedded.wanted() is expected


def test_what_runs_goes_to_var_or_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGE_VAR", "/somewhere/else")
    assert embedded.var_folder() == Path("/somewhere/else")
    monkeypatch.delenv("ENGAGE_VAR")
    assert embedded.var_folder() == place.REPOSITORY / "var"
