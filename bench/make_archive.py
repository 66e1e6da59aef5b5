"""Writes an X archive of N invented posts, about 2.4 kB each, always the same for the same N and seed.

    python bench/make_archive.py archive.zip --tweets 100000 [--part 60000] [--seed 7]

The account is an invented theatre. Of its posts some 15% are reposts, 20% replies to others, 15% threads,
the rest stand alone; four in ten carry a picture. It is written as a stream: memory does not grow with N.
"""

from __future__ import annotations

import argparse
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

OWN_ID, OWN_HANDLE, OWN_NAME = "700000001", "LanternHouse", "Lantern House Theatre"
FIRST_DAY = datetime(2014, 1, 6, 9, 0, tzinfo=UTC)
EPOCH_MS = 1_288_834_974_657

PLAYS = [
    "The Salt Road",
    "Winter Orchard",
    "Nine Doors",
    "A Map of Rain",
    "The Clockmaker's Niece",
    "Low Tide",
]
PLACES = ["the foyer", "the river stage", "Studio 2", "the workshop", "the old ropeworks", "the balcony bar"]
CRAFTS = ["lighting", "costume", "sound", "prop", "puppet", "set"]
PEOPLE = [
    "our ushers",
    "the youth company",
    "the choir",
    "our volunteers",
    "the front of house team",
    "Mina and Jo",
]
FRIENDS = [
    "mill_bakery",
    "riverside_lib",
    "TomPlaysCello",
    "northgate_fm",
    "ada_reads",
    "cityhalltweets",
    "o_kwame",
]
DAYS = ["Tuesday", "Wednesday", "Thursday", "Friday night", "Saturday", "Sunday afternoon"]
TAGS = ["theatre", "backstage", "newwriting", "communityarts", "openrehearsal"]

QUESTIONS = [
    "Which scene of {play} stayed with you on the way home? Tell us, we read every answer out in {place}.",
    "We are choosing music for {play}. What was the first song you danced to? The best end up on stage!",
    "Who should we invite to talk after the {day} performance of {play}? Tag them below.",
    "{people} are asking: what would bring you to {place} on a {day}? Be honest, we can take it.",
]
STORIES = [
    "How the {craft} team built the storm in {play}: two fans, forty metres of silk, {n} cups of tea.",
    "Today {people} found a programme from 1961 in {place}. A ticket cost less than our biscuits do.",
    "Thank you to {people}, who stayed until midnight so that {play} could open on {day}. We saw it & "
    "we owe you",
    "Watch how our {craft} workshop turns {n} old umbrellas into a forest. Pictures from {place}.",
]
NOTICES = [
    "{play} moves to {place} this {day}. Doors open at {n}:30, the lift is working again.",
    "The box office closes at {n} on {day}. Everything else stays open. Details: {link}",
    "Our annual report is out: {n},000 visitors, {n} new plays and one tired boiler. Read it here {link}",
    "Road works near {place} on {day}: please allow {n} extra minutes. The bus stop has moved to the bridge.",
]
PITCHES = [
    "Last {n} tickets for {play} on {day}! Book now and save 20% {link}",
    "Become a member today: {n} shows, one price, free cake in {place}. Join here {link}",
    "Only until {day}: two seats for the price of one at {play}. Don't wait, buy here {link}",
    "Gift vouchers for {play} are back in stock. Order yours before {day} {link}",
]
ANSWERS = [
    "@{friend} Thank you! {people} will be very happy to hear that. Which seat did you have?",
    "@{friend} So sorry about the queue in {place}. Could you tell us what time you arrived on {day}?",
    "@{friend} Yes, {play} has captions on {day}. Shall we keep {n} places for you?",
    "@{friend} Ha, you noticed! The {craft} in {play} really is {n} years old. Come and say hello.",
]
CHAINS = [
    "{n}/ And then {people} walked in with the {craft} from {play}, and nobody said a word for a minute.",
    "More about {play}: the idea came on a {day}, in {place}, over {n} bowls of soup. Would you have stayed?",
]
PASSED_ON = [
    "RT @{friend}: What an evening at {play}. Get to {place} this {day}, and bring somebody who never goes.",
    "RT @{friend}: {people} are looking for {n} more hands for the {craft} workshop. Curiosity is enough…",
]


def text_of(chance: random.Random, templates: list[str], friend: str, link: str) -> str:
    """One of the templates with its gaps filled."""
    return chance.choice(templates).format(
        play=chance.choice(PLAYS),
        place=chance.choice(PLACES),
        craft=chance.choice(CRAFTS),
        people=chance.choice(PEOPLE),
        day=chance.choice(DAYS),
        n=chance.randint(2, 48),
        friend=friend,
        link=link,
    )


def short_link(chance: random.Random) -> str:
    return "https://t.co/" + "".join(
        chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789", k=10)
    )


def span(text: str, part: str) -> list[str]:
    """Where `part` stands in `text`, as the strings that an archive holds."""
    start = text.find(part)
    return [str(start), str(start + len(part))]


def picture(chance: random.Random, text: str, link: str, status: str) -> dict[str, Any]:
    number = str(chance.randrange(10**18, 2 * 10**18))
    sizes = {
        name: {"w": str(width), "h": str(height), "resize": resize}
        for name, width, height, resize in (
            ("small", 680, chance.randrange(380, 680), "fit"),
            ("thumb", 150, 150, "crop"),
            ("medium", 1200, chance.randrange(670, 1200), "fit"),
            ("large", 2048, chance.randrange(1100, 2048), "fit"),
        )
    }
    file = f"pbs.twimg.com/media/{number}.jpg"
    return {
        "expanded_url": f"https://twitter.com/{OWN_HANDLE}/status/{status}/photo/1",
        "indices": span(text, link),
        "url": link,
        "media_url": f"http://{file}",
        "id_str": number,
        "id": number,
        "media_url_https": f"https://{file}",
        "sizes": sizes,
        "type": "photo",
        "display_url": link.replace("https://t.co/", "pic.twitter.com/"),
    }


def kind_and_text(chance: random.Random, friend: str, link: str) -> tuple[str, str]:
    """What sort of post comes next, and its words."""
    draw = chance.random()
    for limit, kind, templates in (
        (0.15, "share", PASSED_ON),
        (0.35, "reply", ANSWERS),
        (0.50, "thread", CHAINS),
        (0.62, "post", QUESTIONS),
        (0.76, "post", STORIES),
        (0.88, "post", NOTICES),
        (1.00, "post", PITCHES),
    ):
        if draw < limit:
            return kind, text_of(chance, templates, friend, link)
    raise AssertionError("a draw is below 1")


def tweets(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """`count` posts over ten years, oldest first."""
    chance = random.Random(seed)
    step, previous = timedelta(days=3650) / max(count, 1), ""
    for place in range(count):
        at = FIRST_DAY + step * place
        status = str(((int(at.timestamp() * 1000) - EPOCH_MS) << 22) + place % 4096)
        friend, link, photo = chance.choice(FRIENDS), short_link(chance), short_link(chance)
        kind, words = kind_and_text(chance, friend, link)
        text = words.replace("&", "&amp;")
        if kind != "share" and chance.random() < 0.5:
            text += f" #{chance.choice(TAGS)}"
        pictured = kind != "reply" and chance.random() < 0.5
        if pictured:
            text += " " + photo
        yield {
            "tweet": tweet(chance, at, status, kind, text, friend, link, photo if pictured else "", previous)
        }
        previous = status


def entities_of(text: str, friend: str, link: str) -> dict[str, Any]:
    """The hashtags, the mention and the link of a text, with their places."""
    number = number_of(friend)
    mention = {
        "name": friend.title(),
        "screen_name": friend,
        "indices": span(text, f"@{friend}"),
        "id_str": number,
        "id": number,
    }
    url = {
        "url": link,
        "expanded_url": f"https://lanternhouse.example/whats-on/{link[-10:]}?utm_source=twitter",
        "display_url": "lanternhouse.example/whats-on/…",
        "indices": span(text, link),
    }
    return {
        "hashtags": [{"text": tag, "indices": span(text, f"#{tag}")} for tag in TAGS if f"#{tag}" in text],
        "symbols": [],
        "user_mentions": [mention] if f"@{friend}" in text else [],
        "urls": [url] if link in text else [],
    }


def number_of(friend: str) -> str:
    return str(200_000_000 + FRIENDS.index(friend))


def tweet(
    chance: random.Random,
    at: datetime,
    status: str,
    kind: str,
    text: str,
    friend: str,
    link: str,
    photo: str,
    previous: str,
) -> dict[str, Any]:
    """One post with the fields and the types that an archive has."""
    shared = kind == "share"
    entities = entities_of(text, friend, link)
    made: dict[str, Any] = {
        "edit_info": {
            "initial": {
                "editTweetIds": [status],
                "editableUntil": (at + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "editsRemaining": "5",
                "isEditEligible": kind == "post",
            }
        },
        "retweeted": False,
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "entities": entities,
        "display_text_range": ["0", str(len(text))],
        "favorite_count": "0" if shared else str(int(chance.expovariate(1 / 9))),
        "id_str": status,
        "truncated": False,
        "retweet_count": "0" if shared else str(int(chance.expovariate(1 / 2))),
        "id": status,
        "possibly_sensitive": False,
        "created_at": at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "favorited": False,
        "full_text": text,
        "lang": "en",
    }
    if photo:
        entities["media"] = [picture(chance, text, photo, status)]
        made["extended_entities"] = {"media": entities["media"] * chance.choice((1, 1, 1, 2))}
    if kind == "thread" and previous:
        made |= in_reply_to(previous, OWN_ID, OWN_HANDLE)
    elif kind == "reply":
        before = str(int(status) - (chance.randrange(10**6, 10**9) << 22))
        made |= in_reply_to(before, number_of(friend), friend)
    return made


def in_reply_to(status: str, user: str, name: str) -> dict[str, Any]:
    """The fields of a post that answers another one."""
    return {
        "in_reply_to_status_id_str": status,
        "in_reply_to_status_id": status,
        "in_reply_to_user_id": user,
        "in_reply_to_user_id_str": user,
        "in_reply_to_screen_name": name,
    }


def script(name: str, value: Any) -> bytes:
    return f"{name} = ".encode() + orjson.dumps(value, option=orjson.OPT_INDENT_2)


def write_archive(path: Path, count: int, *, part: int = 60_000, seed: int = 7) -> Path:
    """Writes the zip and returns its path."""
    made = tweets(count, seed)
    files = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for index, start in enumerate(range(0, max(count, 1), part)):
            size = min(part, count - start)
            name, known_as = f"data/tweets{f'-part{index}' if index else ''}.js", f"YTD.tweets.part{index}"
            files.append({"fileName": name, "globalName": known_as, "count": str(size)})
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(f"window.{known_as} = [".encode())
                for place in range(size):
                    text = orjson.dumps(next(made), option=orjson.OPT_INDENT_2).replace(b"\n", b"\n  ")
                    stream.write((b",\n  " if place else b"\n  ") + text)
                stream.write(b"\n]")
        account = {"username": OWN_HANDLE, "accountId": OWN_ID, "accountDisplayName": OWN_NAME}
        archive.writestr("data/account.js", script("window.YTD.account.part0", [{"account": account}]))
        manifest = {
            "userInfo": {"accountId": OWN_ID, "userName": OWN_HANDLE, "displayName": OWN_NAME},
            "archiveInfo": {"isPartialArchive": False},
            "dataTypes": {"tweets": {"files": files}},
        }
        archive.writestr("data/manifest.js", script("window.__THAR_CONFIG", manifest))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path)
    parser.add_argument("--tweets", type=int, default=100_000)
    parser.add_argument("--part", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    write_archive(given.path, given.tweets, part=given.part, seed=given.seed)


if __name__ == "__main__":
    main()
