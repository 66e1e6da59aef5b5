"""New voices among the people who talk with an account, and who brought whom along."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from coaching.judgement.people_figures import Person, Word

NEW_FOR = timedelta(weeks=4)
BROUGHT_WITHIN = timedelta(days=14)
_HANDLE = re.compile(r"(?<![\w@])@(\w{1,30})")


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who spoke to us: when first, when last, and when we last spoke to them."""

    person: Person
    first_at: datetime
    last_at: datetime
    answered_at: datetime | None

    @property
    def answered(self) -> bool:
        """Whether we have said something since their last words."""
        return self.answered_at is not None and self.answered_at >= self.last_at


def voices(words: Iterable[Word], now: datetime) -> dict[Person, Voice]:
    """Everybody who spoke to us up to now."""
    theirs: dict[Person, list[datetime]] = {}
    ours: dict[Person, datetime] = {}
    for word in words:
        if word.at > now:
            continue
        if word.ours:
            ours[word.person] = max(word.at, ours.get(word.person, word.at))
        else:
            theirs.setdefault(word.person, []).append(word.at)
    return {
        person: Voice(person, min(moments), max(moments), ours.get(person))
        for person, moments in theirs.items()
    }


def new_voices(found: Mapping[Person, Voice], now: datetime) -> tuple[Voice, ...]:
    """People who spoke to you for the first time in the last four weeks, the latest first.

    Only as far back as `found` reaches: somebody who spoke before that looks new.
    """
    fresh = [voice for voice in found.values() if now - voice.first_at <= NEW_FOR]
    return tuple(sorted(fresh, key=lambda voice: (voice.first_at, str(voice.person)), reverse=True))


def named_in(text: str) -> frozenset[str]:
    """The handles that a text names, in lower case and without @."""
    return frozenset(name.lower() for name in _HANDLE.findall(text))


def introductions(
    said: Iterable[tuple[Person, datetime, str]], found: Mapping[Person, Voice], keys: Mapping[str, Person]
) -> dict[Person, Person]:
    """Who brought whom along: newcomer → the person who first named them to us.

    Somebody was brought along if another person named their handle in a message to us before their own
    first words, and those came within 14 days. `said` are messages as (person, moment, text), `keys` says
    which person a handle belongs to.
    """
    brought: dict[Person, tuple[datetime, Person]] = {}
    for person, at, text in said:
        for name in named_in(text) if "@" in text else ():
            other = keys.get(name)
            if other is None or other == person or other not in found:
                continue
            if timedelta() < found[other].first_at - at <= BROUGHT_WITHIN:
                brought[other] = min(brought.get(other, (at, person)), (at, person), key=lambda one: one[0])
    return {newcomer: by for newcomer, (_, by) in brought.items()}
