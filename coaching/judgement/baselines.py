"""The simpler judges that ours is measured against. Needs scikit-learn (development)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from coaching.judgement.corpus import Example
from coaching.judgement.evaluation import LABELS, Guess, Judge


def majority(train: Sequence[Example], test: Sequence[Example]) -> Guess:
    """Always the most frequent label."""
    labels = [example.label for example in train]
    best = max(LABELS, key=labels.count)
    rate = np.full(len(test), labels.count("Dialogue") / len(labels))
    return Guess(np.array([best] * len(test)), rate, rate)


def starts_with_handle(train: Sequence[Example], test: Sequence[Example]) -> Guess:
    """Dialogue where the text starts with @, else the most frequent label."""

    def opens(example: Example) -> bool:
        return example.text.lstrip().startswith("@")

    rates = {}
    for answer in (True, False):
        group = [example.label == "Dialogue" for example in train if opens(example) is answer]
        rates[answer] = float(np.mean(group)) if group else 0.0
    labels = np.array(["Dialogue" if opens(example) else "Information" for example in test])
    rate = np.array([rates[opens(example)] for example in test])
    return Guess(labels, rate, rate)


def sklearn_judge(make: Callable[[], Any]) -> Judge:
    """A judge of words alone, from scikit-learn."""

    def judge(train: Sequence[Example], test: Sequence[Example]) -> Guess:
        pipeline = make().fit([example.text for example in train], [example.label for example in train])
        chance = pipeline.predict_proba([example.text for example in test])
        dialogue = chance[:, list(pipeline.classes_).index("Dialogue")]
        return Guess(pipeline.classes_[chance.argmax(axis=1)], dialogue, dialogue)

    return judge


def random_forest() -> Any:
    """CountVectorizer, TF-IDF and a random forest: the usual tutorial on this data."""
    return make_pipeline(CountVectorizer(), TfidfTransformer(), RandomForestClassifier(random_state=0))


def tfidf_regression() -> Any:
    """Word and character TF-IDF with a balanced logistic regression: the reference to beat."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    regression = LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000)
    return make_pipeline(make_union(words, characters), regression)
