"""The figures the judge is measured with, on cases worked out by hand; and training that repeats itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coaching.judgement import corpus, evaluation, message_training, messages, model, training
from coaching.judgement.corpus import Example
from coaching.judgement.evaluation import Guess
from coaching.judgement.verdict import Facts, Kind

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")


def test_auc_counts_ties_half() -> None:
    truth = np.array([0.0, 0.0, 1.0, 1.0])
    assert evaluation.auc(truth, np.array([0.1, 0.4, 0.4, 0.9])) == pytest.approx(0.875)
    assert np.isnan(evaluation.auc(np.zeros(3), np.arange(3)))


def test_calibration_error_is_the_distance_of_said_and_seen() -> None:
    truth = np.array([0.0] * 5 + [1.0] * 5)
    assert evaluation.calibration_error(truth, truth, bins=2) == 0
    assert evaluation.calibration_error(truth, np.full(10, 0.5), bins=1) == 0
    assert evaluation.calibration_error(truth, np.full(10, 0.8), bins=1) == pytest.approx(0.3)


def test_f1_of_a_small_table() -> None:
    truth = np.array(["Dialogue", "Action", "Information", "Information"])
    said = np.array(["Dialogue", "Information", "Information", "Information"])
    guess = Guess(said, np.array([0.9, 0.1, 0.2, 0.1]), np.array([0.9, 0.1, 0.2, 0.1]))
    found = evaluation.figures(truth, guess, draws=20)
    assert found["f1_dialogue"]["value"] == 1
    assert found["f1_action"]["value"] == 0
    assert found["f1_information"]["value"] == pytest.approx(0.8)
    assert found["auc_dialogue"]["value"] == 1
    assert found["macro_f1"]["low"] <= found["macro_f1"]["value"] <= found["macro_f1"]["high"]


def test_kinds_become_the_labels_of_the_data() -> None:
    chance = np.array([[0.9, 0.9, 0.2, 0.2, 0.9], [0.9, 0.02, 0.5, 0.5, 0.45], [0.5, 0.5, 0.9, 0.1, 0.5]])
    labels = evaluation.as_labels(chance).labels
    assert list(labels) == ["Dialogue", "Information", "Action", "Information", "Dialogue"]


def test_templates_ignore_links_and_handles() -> None:
    assert corpus.template("@ana Our soup is safe: https://example.org/a") == corpus.template(
        "Our soup is safe!"
    )
    assert corpus.without_leading_handles(".@ana @ben, hello @cy") == "hello @cy"


def test_posts_with_handles_and_facts_are_learned_both_ways_at_the_same_weight() -> None:
    told = Facts(reply_to_other=True)
    example = Example("@ana thank you", True, Kind.CONVERSE, "own theatre", "own", told)
    variants = [e for e in corpus.prepared([example]) if e.source == "own"]
    assert {(e.text, e.facts) for e in variants} == {
        (text, facts) for text in ("@ana thank you", "thank you") for facts in (told, Facts())
    }
    assert sum(e.weight for e in variants) == pytest.approx(1)


def test_fitting_recovers_a_known_slope_and_keeps_to_its_bounds() -> None:
    truth = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0] * 20)
    logits = np.array([-2.0, -1.0, 0.5, -0.5, 1.0, 2.0] * 20)
    slope, shift = training.platt(logits, truth, np.ones(len(truth)))
    assert slope > 0
    assert shift == pytest.approx(0, abs=0.05)
    wrong, _ = training.platt(-logits, truth, np.ones(len(truth)))
    assert wrong == pytest.approx(0.05)


def test_training_messages_gives_the_shipped_bytes() -> None:
    fitted = message_training.train(message_training.written())
    assert message_training.to_json(fitted) == messages.FILE.read_text(encoding="ascii")


@pytest.mark.slow
@needs_data
def test_training_posts_gives_the_shipped_bytes() -> None:
    fitted = training.train(corpus.everything(DATA))
    assert fitted.to_json() == model.FILE.read_text(encoding="ascii")


@needs_data
def test_no_template_of_one_brand_is_there_twice() -> None:
    examples = corpus.labelled(DATA)
    assert {example.label for example in examples} == set(evaluation.LABELS)
    assert len({(e.brand, corpus.template(e.text)) for e in examples}) == len(examples)
