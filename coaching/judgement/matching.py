"""Finding phrases and vocabulary terms among a post's tokens, all of them in one walk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coaching.judgement import lexicon
from coaching.judgement.tokens import BREAK, EMOJI, HANDLE, URL

OPENERS = frozenset({HANDLE, ",", "-", "–", "—", '"', "“", "(", "[", EMOJI, "*", ">", "«"})
ENDS = frozenset({".", "!", "?", "...", BREAK, URL, "|", ":"})
"""Tokens that may stand before a sentence, and those that end one."""

Signals = dict[int, tuple[int, int]]
"""Signals by number, with the first and last token of their first place."""
NOWHERE = (-1, -1)
"""The place of a sign that stands for the whole post."""


@dataclass(slots=True)
class Seen:
    """What one post shows: signals by number with their place, vocabulary terms by number."""

    signals: Signals
    terms: list[int]
    words: int


class Matcher:
    """Finds phrases and terms among tokens in one walk. Numbers from `first_term` on are terms."""

    def __init__(self, phrases: Mapping[str, str], numbers: Mapping[str, int], terms: Iterable[str]) -> None:
        anywhere: dict[str, Any] = {}
        opening: dict[str, Any] = {}
        for code, block in phrases.items():
            for pattern in lexicon.patterns(block):
                for opens, row in lexicon.expand(pattern):
                    _grow(opening if opens else anywhere, row, 0, numbers[code])
        for number, term in enumerate(terms):
            _grow(anywhere, term.split(" "), 1, len(numbers) + number)
        self._anywhere = _frozen(anywhere)
        self._opening = _frozen(opening)

    def find(self, words: list[str], seen: Seen) -> None:
        """Adds what is found to `seen`; of a phrase found twice the first place is kept."""
        signals = seen.signals
        terms: set[int] = set()
        count_term = terms.add
        anywhere, opening = self._anywhere.get, self._opening.get
        row = [*words, ""]  # no node follows "", so that walks end without counting
        fresh = True
        for position, word in enumerate(words):
            node = anywhere(word)
            if node is not None:
                at = position
                while node is not None:
                    told, counted, following = node
                    if counted is not None:
                        count_term(counted)
                    if told:
                        _mark(signals, told, position, at)
                    if following is None:
                        break
                    at += 1
                    node = following.get(row[at])
            if fresh:
                node = opening(word)
                at = position
                while node is not None:
                    told, _, following = node
                    if told:
                        _mark(signals, told, position, at)
                    if following is None:
                        break
                    at += 1
                    node = following.get(row[at])
                fresh = word in OPENERS or word in ENDS
            elif word in ENDS:
                fresh = True
        seen.terms = list(terms)


def _mark(signals: Signals, told: Iterable[int], first: int, last: int) -> None:
    """Keeps the first place of a sign, and there the longest phrase."""
    for number in told:
        place = signals.get(number)
        if place is None or (place[0] == first and place[1] < last):
            signals[number] = (first, last)


def _grow(root: dict[str, Any], row: Iterable[str], which: int, number: int) -> None:
    """Adds a row to a tree whose nodes are [signals, term, following]."""
    node: list[Any] = [[], None, root]
    for token in row:
        node = node[2].setdefault(token, [[], None, {}])
    if which:
        node[1] = number
    else:
        node[0].append(number)


def _frozen(root: dict[str, Any]) -> dict[str, Any]:
    """The tree with tuples for nodes, and None where nothing follows: quicker to walk."""
    return {
        token: (tuple(dict.fromkeys(told)), counted, _frozen(following) or None)
        for token, (told, counted, following) in root.items()
    }
