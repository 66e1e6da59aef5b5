"""What people who write to the organization want: an answer, help, to complain, to thank, to praise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from coaching.judgement.answering import WANTS_ANSWER, Intent
from coaching.judgement.language import ENGLISH, language
from coaching.judgement.matching import Matcher, Seen
from coaching.judgement.message_lexicon import MESSAGE_PHRASES
from coaching.judgement.model import Array, stored_version
from coaching.judgement.tokens import BREAK, EMOJI, HANDLE, HASHTAG, NUMBER, SMILE, URL, cut

FILE = Path(__file__).parent / "model" / "messages.json"
VERSION = stored_version(FILE)
"""The version of the judge of messages, stored with every message."""
INTENTS = tuple(Intent)
BATCH = 1024

SIGNS = (
    "question_mark",
    "ends_with_question",
    "exclaims",
    "smiles",
    "warm_emoji",
    "cross_emoji",
    "emoji",
    "only_marks",
    "link",
    "number",
    "hashtag",
    "names_friends",
    "very_short",
    "short",
    "long",
    "shouts",
    "several_sentences",
    "no_words",
)
"""Signs that mean the same in every language."""
SIGNALS = (*SIGNS, *MESSAGE_PHRASES)
INDEX = {code: number for number, code in enumerate(SIGNALS)}
LANGUAGE_FREE = frozenset(INDEX[code] for code in SIGNS)
_WARM = frozenset("😍🥰❤💕💖💙💚💛💜🧡👏🙌🎉🔥😊😀😃😄😁🤩👍💯✨🥳🎊♥")
_CROSS = frozenset("😡😠🤬😤🙄👎😞😢😭🤮🤢😒😑💩🤦")


@dataclass(frozen=True, slots=True)
class MessageVerdict:
    """What a message is after, whether it wants an answer, and how likely each intent is."""

    intent: Intent
    wants_answer: bool
    probabilities: dict[str, float]
    language: str | None
    by_structure_only: bool = False


@dataclass(frozen=True)
class MessageModel:
    """Weights with a row for each intent and a column for each signal, term and foreign signal."""

    version: str
    terms: tuple[str, ...]
    weights: Array
    bias: Array
    """Two columns: the language is understood, or not."""


class Ear:
    """Finds signs and terms in messages."""

    def __init__(self, terms: Sequence[str] = ()) -> None:
        self._matcher = Matcher(MESSAGE_PHRASES, INDEX, terms)

    def listen(self, text: str) -> tuple[Seen, str | None, bool]:
        """What is heard in a message, its language, and whether that was understood."""
        _, words = cut(text)
        spoken_in = language(words)
        understood = spoken_in in (ENGLISH, None)
        seen = Seen({}, [], 0)
        _signs(text, words, seen)
        if understood:
            # Handles in front only say whom the message is for.
            lead = 0
            while lead < len(words) and words[lead] in (HANDLE, ".", ",", ":"):
                lead += 1
            self._matcher.find(words[lead:], seen)
        return seen, spoken_in, understood


def _signs(text: str, words: list[str], seen: Seen) -> None:
    codes: list[str] = []
    spoken = sum(1 for word in words if word.isalpha() or "'" in word)
    seen.words = spoken
    if "?" in words:
        codes.append("question_mark")
        tail = [word for word in words if word not in (HASHTAG, EMOJI, SMILE, BREAK, HANDLE, URL)]
        if tail and tail[-1] == "?":
            codes.append("ends_with_question")
    if "!" in words:
        codes.append("exclaims")
    for word, code in ((SMILE, "smiles"), (URL, "link"), (NUMBER, "number"), (HASHTAG, "hashtag")):
        if word in words:
            codes.append(code)
    if EMOJI in words:
        marks = set(text[:2000])
        codes.append("emoji")
        if not _WARM.isdisjoint(marks):
            codes.append("warm_emoji")
        if not _CROSS.isdisjoint(marks):
            codes.append("cross_emoji")
    if HANDLE in words[1:] and spoken <= 6:
        codes.append("names_friends")
    if not spoken:
        codes.append("only_marks" if words else "no_words")
    elif spoken <= 4:
        codes.append("very_short")
    elif spoken <= 9:
        codes.append("short")
    elif spoken > 25:
        codes.append("long")
    if sum(word in (".", "!", "?", BREAK) for word in words[:-1]) > 1:
        codes.append("several_sentences")
    if spoken >= 3 and text[:500].isupper():
        codes.append("shouts")
    for code in codes:
        seen.signals[INDEX[code]] = (-1, -1)


@cache
def _bench() -> tuple[MessageModel, Ear]:
    model = read(FILE.read_text(encoding="ascii"))
    return model, Ear(model.terms)


def read(text: str) -> MessageModel:
    """A model from the artefact's text."""
    body: dict[str, Any] = json.loads(text)
    nothing = [0.0] * len(INTENTS)
    columns = [body["signals"].get(code, nothing) for code in SIGNALS]
    columns.extend(body["terms"].values())
    columns.extend(body["foreign"].get(code, nothing) for code in SIGNALS)
    weights = np.ascontiguousarray(np.array(columns, dtype=np.float64).T)
    return MessageModel(body["version"], tuple(body["terms"]), weights, np.array(body["bias"]))


def judge_messages(texts: Sequence[str]) -> list[MessageVerdict]:
    """A verdict for every message, in order; never raises, whatever the text."""
    found: list[MessageVerdict] = []
    for start in range(0, len(texts), BATCH):
        found.extend(_judge_batch(texts[start : start + BATCH]))
    return found


def weigh(model: MessageModel, heard: Sequence[tuple[Seen, bool]]) -> Array:
    """Chances of every intent, a row for each message."""
    columns: list[int] = []
    values: list[float] = []
    sizes: list[int] = []
    foreign = len(SIGNALS) + len(model.terms)
    for seen, understood in heard:
        columns += seen.signals if understood else [foreign + number for number in seen.signals]
        values += [1.0] * len(seen.signals)
        if seen.terms:
            columns += seen.terms
            values += [len(seen.terms) ** -0.5] * len(seen.terms)
        sizes.append(len(seen.signals) + len(seen.terms))
    parts = model.weights[:, np.array(columns, dtype=np.intp)] * np.array(values)
    owner = np.repeat(np.arange(len(heard)), np.array(sizes, dtype=np.intp))
    sums = np.array([np.bincount(owner, row, minlength=len(heard)) for row in parts], dtype=np.float64)
    sums += model.bias[:, [0 if understood else 1 for _, understood in heard]]
    sums -= sums.max(axis=0)
    chances: Array = np.exp(sums)
    return (chances / chances.sum(axis=0)).T


def _judge_batch(texts: Sequence[str]) -> list[MessageVerdict]:
    model, ear = _bench()
    heard = [ear.listen(text) for text in texts]
    chances = weigh(model, [(seen, understood) for seen, _, understood in heard])
    found = []
    for (seen, spoken_in, understood), row in zip(heard, chances.tolist(), strict=True):
        if not seen.words and not seen.signals.keys() - {INDEX["no_words"], INDEX["only_marks"]}:
            row = [1.0 if intent is Intent.OTHER else 0.0 for intent in INTENTS]
        wants = sum(chance for intent, chance in zip(INTENTS, row, strict=True) if intent in WANTS_ANSWER)
        best = INTENTS[row.index(max(row))]
        found.append(
            MessageVerdict(
                intent=best,
                wants_answer=wants >= 0.5,
                probabilities={intent.value: chance for intent, chance in zip(INTENTS, row, strict=True)},
                language=spoken_in,
                by_structure_only=seen.words > 0 and not understood,
            )
        )
    return found
