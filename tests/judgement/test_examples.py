"""The examples written for the judge: whole, balanced, without copies, held-out ones about other trades."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz, process

import coaching.judgement
from coaching.judgement.verdict import Facts, Kind

FOLDER = Path(coaching.judgement.__file__).parent / "examples"
FILES = ["posts", "posts_heldout", "messages", "messages_heldout"]
INTENTS = {"question", "request", "complaint", "thanks", "praise", "other"}
WANTING = {"question", "request", "complaint"}
REAL = re.compile(
    r"\b(adidas|airbnb|aldi|amazon|amtrak|apple|asos|barclays|bbc|boeing|citi|citigroup|coca.?cola|"
    r"danone|disney|easyjet|ebay|etsy|facebook|fedex|github|google|greggs|gucci|h&m|hsbc|hilton|"
    r"ibm|ikea|instagram|iphone|itv|kickstarter|kraft|lidl|linkedin|lloyds|lufthansa|lyft|marriott|mcdonald'?s|"
    r"mastercard|microsoft|nasa|national trust|natwest|nespresso|nestl[eé]|netflix|nike|oxfam|paypal|pepsi|"
    r"pfizer|pinterest|reddit|royal mail|ryanair|sainsbury'?s|salesforce|samsung|sfomuseum|snapchat|sony|"
    r"spotify|starbucks|telegram|tesco|tiktok|twitter|uber|unicef|unilever|verizon|virgin|"
    r"walmart|waitrose|whatsapp|wikipedia|xerox|youtube|zara)\b",
    re.IGNORECASE,
)


def rows(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def bare(text: str) -> str:
    """Letters and digits without links and handles."""
    return " ".join(re.findall(r"\w+", re.sub(r"https?://\S+|@\w+", " ", text.lower())))


@pytest.mark.parametrize("name", ["posts", "posts_heldout"])
def test_posts_hold_what_training_reads(name: str) -> None:
    for row in rows(name):
        assert row.keys() <= {"text", "kind", "sector", "facts"}
        assert row["text"].strip()
        assert Kind(row["kind"])
        facts = Facts(**row.get("facts", {}))
        if facts.link is not None:
            assert facts.link == ("http" in row["text"])


@pytest.mark.parametrize("name", ["messages", "messages_heldout"])
def test_messages_hold_what_training_reads(name: str) -> None:
    for row in rows(name):
        assert row.keys() == {"text", "intent", "wants_answer", "sector"}
        assert row["text"].strip()
        assert row["intent"] in INTENTS
        assert isinstance(row["wants_answer"], bool)
        if row["intent"] in WANTING:
            assert row["wants_answer"]


def test_there_are_enough_and_no_kind_or_trade_rules() -> None:
    posts, messages = rows("posts"), rows("messages")

    assert len(posts) >= 900
    assert len(messages) >= 600
    kinds = Counter(row["kind"] for row in posts)
    assert min(kinds.values()) > 0.17 * len(posts)
    assert max(kinds.values()) < 0.36 * len(posts)
    intents = Counter(row["intent"] for row in messages)
    assert min(intents.values()) > 0.09 * len(messages)
    assert max(intents.values()) < 0.26 * len(messages)
    for some in (posts, messages):
        trades = Counter(row["sector"] for row in some)
        assert len(trades) == 12
        assert min(trades.values()) > 0.05 * len(some)


def test_a_leading_handle_or_a_question_mark_does_not_tell_the_kind() -> None:
    posts = rows("posts")
    addressed = Counter(row["kind"] for row in posts if row["text"].startswith("@"))
    asking = Counter(row["kind"] for row in posts if "?" in row["text"])
    talk = [row for row in posts if row["kind"] == Kind.CONVERSE]

    assert addressed[Kind.PITCH] >= 15
    assert asking[Kind.PITCH] >= 40
    assert asking[Kind.ANNOUNCE] >= 15
    assert sum("@" not in row["text"] for row in talk) > 0.5 * len(talk)
    passed_on = [row for row in posts if re.match(r"(RT|MT) @", row["text"])]
    assert all(row["kind"] != Kind.CONVERSE or "<" in row["text"] for row in passed_on)


@pytest.mark.parametrize("pair", [("posts", "posts_heldout"), ("messages", "messages_heldout")])
def test_held_out_examples_are_about_other_trades_in_other_words(pair: tuple[str, str]) -> None:
    train, held = rows(pair[0]), rows(pair[1])

    assert 0.1 < len(held) / len(train) < 0.25
    assert not {row["sector"] for row in train} & {row["sector"] for row in held}
    known = [bare(row["text"]) for row in train]
    for row in held:
        text = bare(row["text"])
        if len(text) > 20:
            assert process.extractOne(text, known, scorer=fuzz.ratio, score_cutoff=88) is None, row["text"]


@pytest.mark.parametrize("name", FILES)
def test_no_text_is_there_twice(name: str) -> None:
    texts = [bare(row["text"]) or row["text"] for row in rows(name)]

    assert [text for text, times in Counter(texts).items() if times > 1] == []
    long = [text for text in texts if len(text) > 20]
    for index, text in enumerate(long):
        assert process.extractOne(text, long[:index], scorer=fuzz.ratio, score_cutoff=90) is None, text


@pytest.mark.parametrize("name", FILES)
def test_no_real_company_is_named(name: str) -> None:
    assert [row["text"] for row in rows(name) if REAL.search(row["text"])] == []
