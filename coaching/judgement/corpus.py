"""Reads what the judge learns from: labelled posts, weakly labelled posts and our own written examples."""

from __future__ import annotations

import csv
import html
import json
import random
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from coaching.judgement.verdict import Facts, Kind

OWN = Path(__file__).parent / "examples"
LABELLED = "labelled/corporate_messaging_train.csv"
MUSEUM = "archives/twitter-sfomuseum.zip"
SUPPORT = "conversations/brand_support_twitter.json"
PAGES = "feeds/facebook"

OWN_WEIGHT, SUPPORT_WEIGHT, MUSEUM_WEIGHT, PAGES_WEIGHT, REPEATED_WEIGHT = 1.0, 0.1, 0.1, 0.05, 0.2
"""What an example of each source counts against a labelled one."""

_ADDRESS = re.compile(r"https?://\S+|[@＠]\w+")
_LEADING = re.compile(r"^[\s.]*(?:[@＠]\w+[\s,:]*)+")
_REPOST = re.compile(r"^\s*(?:RT|MT)\s?:?\s?[@＠]\w+")


@dataclass(frozen=True, slots=True)
class Example:
    """A post with what is believed of it. `kind` is None where only social or not is believed."""

    text: str
    social: bool
    kind: Kind | None
    brand: str
    source: str
    facts: Facts = field(default_factory=Facts)
    weight: float = 1.0
    label: str | None = None


def template(text: str) -> str:
    """The text without links and handles, letters and digits only: what copies of one text share."""
    return " ".join(re.findall(r"\w+", _ADDRESS.sub(" ", html.unescape(text)).lower()))


def without_leading_handles(text: str) -> str:
    """The text as if it were not addressed by handles in front."""
    return _LEADING.sub("", text)


def labelled(data: Path) -> list[Example]:
    """One example for each template of each brand with its majority label; Exclude left out."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with (data / LABELLED).open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            groups[row["screenname"], template(row["text"])].append(row)
    found = []
    for (brand, _), rows in groups.items():
        label = Counter(row["category"] for row in rows).most_common(1)[0][0]
        if label == "Exclude":
            continue
        first = next(row for row in rows if row["category"] == label)
        sure = sum(float(row["confidence"]) for row in rows if row["category"] == label) / len(rows)
        found.append(_labelled(html.unescape(first["text"]), label, brand, sure))
    return found


def _labelled(text: str, label: str, brand: str, sure: float) -> Example:
    kind = {"Dialogue": Kind.CONVERSE, "Action": Kind.PITCH}.get(label, Kind.ANNOUNCE)
    if label == "Information" and _REPOST.match(text):
        kind = Kind.SHARE
    social = kind in (Kind.CONVERSE, Kind.SHARE)
    return Example(text, social, kind, brand, "labelled", weight=0.4 + 0.6 * sure, label=label)


def own(folder: Path = OWN, name: str = "posts.jsonl") -> list[Example]:
    """The examples written for this project; those of other trades are held back from training."""
    found = []
    for row in _rows(folder / name):
        kind = Kind(row["kind"])
        facts = Facts(**row.get("facts", {}))
        social = kind in (Kind.CONVERSE, Kind.SHARE)
        sector = row.get("sector") or row.get("brand_type") or ""
        found.append(Example(row["text"], social, kind, f"own {sector}", "own", facts))
    return found


def own_messages(folder: Path = OWN, name: str = "messages.jsonl") -> list[dict[str, Any]]:
    """The messages written for this project: text, intent, wants_answer, sector."""
    return list(_rows(folder / name))


def customers(data: Path) -> list[str]:
    """What customers wrote to support accounts and got an answer to."""
    talks = json.loads((data / SUPPORT).read_text(encoding="utf-8"))
    first = (talk["dialogContent"][0] for talk in talks)
    return [html.unescape(turn["message"]) for turn in first if "agent" not in turn]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def support(data: Path) -> list[Example]:
    """What support accounts answered: they spoke to one person, so it is taken as conversation."""
    found = []
    for talk in json.loads((data / SUPPORT).read_text(encoding="utf-8")):
        brand = talk["dialogHeader"]["company"]
        texts = [turn["message"] for turn in talk["dialogContent"] if "agent" in turn]
        texts.append(talk["agentURL"]["url_utterance"])
        for text in texts:
            facts = Facts("twitter", "reply", True, False, False)
            found.append(Example(html.unescape(text), True, Kind.CONVERSE, brand, "support", facts))
    return _one_of_each(found)


def museum(data: Path, *, originals: int = 1500, shares: int = 200, threads: int = 200) -> list[Example]:
    """A museum's answers and comments (converse), bare reposts (share), originals and threads (telling)."""
    found: dict[str, list[Example]] = defaultdict(list)
    for tweet in _tweets(data / MUSEUM):
        text = _without_media(tweet)
        name = (tweet.get("in_reply_to_screen_name") or "").lower()
        if tweet.get("in_reply_to_user_id") or tweet.get("in_reply_to_status_id"):
            if name == "sfomuseum":
                facts = Facts("twitter", "thread", False, True, False)
                found["threads"].append(Example(text, False, None, "museum", "museum threads", facts))
            elif name:
                facts = Facts("twitter", "reply", True, False, False)
                found["answers"].append(Example(text, True, Kind.CONVERSE, "museum", "museum answers", facts))
        elif _REPOST.match(text):
            facts = Facts("twitter", "share", False, False, True)
            found["shares"].append(Example(text, True, Kind.SHARE, "museum", "museum shares", facts))
        elif re.search(r"\w.*\b(?:RT|MT) ?@", text, re.DOTALL):
            found["comments"].append(Example(text, True, Kind.CONVERSE, "museum", "museum comments"))
        elif not text.startswith("@"):
            facts = Facts("twitter", "timeline", False, False, False)
            found["originals"].append(Example(text, False, None, "museum", "museum originals", facts))
    draw = random.Random(7)  # noqa: S311 - a fixed draw, not a secret
    kept = found["answers"] + found["comments"]
    for name, most in (("shares", shares), ("originals", originals), ("threads", threads)):
        kept = kept + draw.sample(found[name], min(most, len(found[name])))
    return _one_of_each(kept)


def _without_media(tweet: dict[str, Any]) -> str:
    """The text without the links that stand for the tweet's own pictures."""
    text = tweet["full_text"]
    for medium in tweet.get("entities", {}).get("media", ()):
        text = text.replace(medium["url"], "")
    return html.unescape(text).strip()


def _tweets(path: Path) -> list[dict[str, Any]]:
    tweets: list[dict[str, Any]] = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if re.search(r"/tweets(-part\d+)?\.js$", name):
                body = archive.read(name).decode("utf-8")
                tweets += [row["tweet"] for row in json.loads(body[body.index("=") + 1 :])]
    return sorted(tweets, key=lambda tweet: int(tweet["id_str"]))


def pages(data: Path, *, each: int = 350) -> list[Example]:
    """Posts of five Pages: nearly all of them tell, sell or ask for something."""
    found = []
    for path in sorted((data / PAGES).glob("*.csv")):
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            texts = sorted({row["status_message"] or "" for row in csv.DictReader(file)})
        texts = [text for text in texts if len(text) > 20]
        draw = random.Random(7)  # noqa: S311 - a fixed draw, not a secret
        brand = path.name.split("_")[0]
        for text in draw.sample(texts, min(each, len(texts))):
            found.append(Example(html.unescape(text), False, None, brand, "pages"))
    return found


def _one_of_each(examples: Iterable[Example]) -> list[Example]:
    return list({(example.brand, template(example.text)): example for example in examples}.values())


def with_and_without_handles(examples: Iterable[Example]) -> list[Example]:
    """Posts that open with handles twice, once without them, so that the handle does not decide all."""
    found = []
    for example in examples:
        bare = without_leading_handles(example.text)
        if bare != example.text and bare.strip():
            found.append(replace(example, weight=example.weight / 2))
            found.append(replace(example, text=bare, weight=example.weight / 2))
        else:
            found.append(example)
    return found


def with_and_without_facts(examples: Iterable[Example]) -> list[Example]:
    """Posts whose network told something twice, once as if it had told nothing."""
    found = []
    for example in examples:
        if example.facts == Facts():
            found.append(example)
        else:
            found.append(replace(example, weight=example.weight / 2))
            found.append(replace(example, weight=example.weight / 2, facts=Facts()))
    return found


def sent_again_and_again(examples: Iterable[Example]) -> list[Example]:
    """Social posts as if each were one of many copies: then they are broadcast, whatever they say."""
    found = []
    for number, example in enumerate(examples):
        if example.social and example.source in ("own", "labelled", "museum answers"):
            often = replace(example.facts, repeats=(3, 5, 12, 30)[number % 4])
            found.append(replace(example, facts=often, social=False, kind=Kind.ANNOUNCE, source="repeated"))
    return found


def everything(data: Path) -> list[Example]:
    """All that the judge of posts learns from, weighted by how far each source can be believed."""
    believed = [
        *labelled(data),
        *_weighted(own(), OWN_WEIGHT),
        *_weighted(support(data), SUPPORT_WEIGHT),
        *_weighted(museum(data), MUSEUM_WEIGHT),
        *_weighted(pages(data), PAGES_WEIGHT),
    ]
    return prepared(believed)


def prepared(examples: Sequence[Example]) -> list[Example]:
    """The examples in the variants the fit needs: with and without facts, handles and repetition."""
    variants = with_and_without_handles(with_and_without_facts(examples))
    return variants + _weighted(sent_again_and_again(variants), REPEATED_WEIGHT)


def _weighted(examples: Iterable[Example], weight: float) -> list[Example]:
    return [replace(example, weight=example.weight * weight) for example in examples]
