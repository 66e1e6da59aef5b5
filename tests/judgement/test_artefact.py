"""What is shipped: small, quick to read, numbers and words only, nobody's name."""

from __future__ import annotations

import csv
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from coaching.judgement import judge, messages, model
from coaching.judgement.training import named_words

ARTEFACTS = [model.FILE, messages.FILE]
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.parametrize("path", ARTEFACTS, ids=lambda path: path.name)
def test_it_is_small_plain_json_with_numbers_and_short_terms(path: Path) -> None:
    assert path.stat().st_size < 5_000_000
    body = json.loads(path.read_text(encoding="ascii"))
    for term, weights in body["terms"].items():
        assert 1 <= len(term.split(" ")) <= 3
        assert all(isinstance(weight, float) and math.isfinite(weight) for weight in weights)


@pytest.mark.parametrize("path", ARTEFACTS, ids=lambda path: path.name)
def test_it_names_nobody(path: Path) -> None:
    names = named_words()
    for term in json.loads(path.read_text(encoding="ascii"))["terms"]:
        assert not re.search(r"[@＠#＃]|https?:|www\.|\.(?:com|org|net)\b|t\.co", term), term
        assert names.isdisjoint(term.split(" ")), term


def test_brands_of_the_data_are_not_in_it() -> None:
    if not DATA.is_dir():
        pytest.skip("the shared data are not here")
    with (DATA / "labelled/corporate_messaging_train.csv").open(encoding="utf-8", errors="replace") as file:
        rows = list(csv.DictReader(file))
    known = {row["screenname"].lower() for row in rows}
    known |= {name.lower() for row in rows for name in re.findall(r"@(\w{4,})", row["text"]) if "_" in name}
    terms = json.loads(model.FILE.read_text(encoding="ascii"))["terms"]
    words = {word for term in terms for word in term.split(" ")}
    assert known.isdisjoint(words)


def test_versions_are_those_in_the_files() -> None:
    assert judge.VERSION == model.load().version == json.loads(model.FILE.read_text())["version"]
    assert json.loads(messages.FILE.read_text())["version"] == messages.VERSION


def test_reading_and_writing_is_the_same() -> None:
    text = model.FILE.read_text(encoding="ascii")
    assert model.read(text).to_json() == text


def test_judging_needs_no_scikit_learn_and_no_django() -> None:
    script = (
        "import sys\n"
        "from coaching.judgement.judge import judge\n"
        "from coaching.judgement.messages import judge_messages\n"
        "from coaching.judgement.verdict import Facts\n"
        "judge([('Thank you all', Facts())]); judge_messages(['when do you open?'])\n"
        "print([name for name in ('sklearn', 'scipy', 'django') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
