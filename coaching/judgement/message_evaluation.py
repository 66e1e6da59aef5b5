"""How good the judge of messages is, on trades it has not seen. Needs SciPy (development)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coaching.judgement import corpus
from coaching.judgement.answering import WANTS_ANSWER
from coaching.judgement.evaluation import f1
from coaching.judgement.message_training import Message, train, written
from coaching.judgement.messages import INTENTS, Ear, MessageModel, weigh
from coaching.judgement.model import Array

_WANTING = [number for number, intent in enumerate(INTENTS) if intent in WANTS_ANSWER]


def chances(model: MessageModel, texts: Sequence[str]) -> Array:
    """A row of chances for each message."""
    ear = Ear(model.terms)
    return weigh(model, [(seen, understood) for seen, _, understood in map(ear.listen, texts)])


def figures(messages: Sequence[Message], chance: Array) -> dict[str, Any]:
    """F1 of each intent, their mean, and how well it is seen whether an answer is wanted."""
    said = np.array([INTENTS[i] for i in chance.argmax(axis=1)])
    was = np.array([message.intent for message in messages])
    wants = chance[:, _WANTING].sum(axis=1) >= 0.5
    wanted = np.array([message.wants_answer for message in messages])
    found = {f"f1_{intent}": round(f1(said == intent, was == intent), 4) for intent in INTENTS}
    return {
        "messages": len(messages),
        "macro_f1": round(float(np.mean(list(found.values()))), 4),
        **found,
        "f1_wants_answer": round(f1(wants, wanted), 4),
    }


def sectors_left_out(messages: Sequence[Message]) -> Array:
    """Chances of every message from a fit without its trade."""
    chance = np.zeros((len(messages), len(INTENTS)))
    for sector in sorted({message.sector for message in messages}):
        where = [i for i, message in enumerate(messages) if message.sector == sector]
        model = train([message for message in messages if message.sector != sector])
        chance[where] = chances(model, [messages[i].text for i in where])
    return chance


def report(data: Path) -> dict[str, Any]:
    """Our own messages trade by trade, those held back, and real customers' first messages."""
    messages = written()
    held = written("messages_heldout.jsonl")
    model = train(messages)
    real = chances(model, corpus.customers(data))
    return {
        "own_by_trade": figures(messages, sectors_left_out(messages)),
        "own_held_back": figures(held, chances(model, [message.text for message in held])),
        "answered_customers": {
            "messages": len(real),
            "said_to_want_an_answer": round(float(np.mean(real[:, _WANTING].sum(axis=1) >= 0.5)), 4),
        },
    }
