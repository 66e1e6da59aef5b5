"""Cuts a post into the words, marks, names and links that everything else looks at."""

from __future__ import annotations

import re
from collections.abc import Sequence

URL, HANDLE, HASHTAG, MONEY, TIME, NUMBER, SMILE, EMOJI = (
    "<url>",
    "<at>",
    "<tag>",
    "<money>",
    "<time>",
    "<num>",
    "<smile>",
    "<emoji>",
)
BREAK = "<br>"
LONGEST = 6000
"""Code points that are looked at; what follows in a longer text is not read."""

_LETTER = (
    "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u02af\u0370-\u1fff\u2c00-\u2dff\u3005-\ud7ff\uf900-\ufdff\ufe70-\uffdc"
)
_ADDRESS = (
    r"@[\w-]+(?:\.[\w-]+)+"
    r"|\.(?:com|org|net|edu|gov|info|io|co|uk|ly|tv|me|eu|de|fr|biz)(?:\.[a-z]{2})?(?![\w@])(?:/\S*)?"
)
_APOSTROPHES = r"['’`´]|&\#0?39;|&apos;|&rsquo;"
_PARTS = {
    "word": (
        rf"(?!https?://|www\.)[{_LETTER}]++(?:(?:{_APOSTROPHES}|[\u0300-\u036f]+)[{_LETTER}]++)*+(?:{_ADDRESS})?"
    ),
    "mark": r"""[.,:;"“”«»()\[\]*^/|>~–—-](?![.)(DpP])""",
    "url": r"(?:https?://|www\.)\S+",
    "handle": r"(?<![\w@＠])[@＠]\w+",
    "hashtag": r"[\#＃]\w+",
    "money": r"[£$€]\s?\d[\d,.]*[kKmM]?|\d[\d,.]*\s?[€£]",
    "time": r"\d{1,2}(?:[:.]\d\d)?\s?[aApP]\.?[mM]\b|\d{1,2}[:h]\d\d\b",
    "number": r"\d[\d,.]*(?:%|st\b|nd\b|rd\b|th\b)?",
    "question": r"[?？]+[?!？！]*",
    "exclamation": r"[!！]+\??",
    "smile": r"[:;]['-]?[)D(pP](?!\w)|<3(?!\d)",
    "emoji": r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B50\u2B06\uFE0F\u200D]+",
    "line": r"\n\s*",
    "entity": r"&(?:amp|lt|gt|quot|nbsp);?",
    "dots": r"\.{2,}|…+",
    "other": r"""[.,:;"“”«»()\[\]&*^/|>~–—-]""",
}
_TOKEN = re.compile("|".join(f"(?P<{name}>{part})" for name, part in _PARTS.items()))
_WHOLE = re.compile("[^\\S\\n]*+(" + "|".join(_PARTS.values()) + ")")
"""The same with blanks in front and a single group: so a text is cut as fast as can be."""
_FIXED = {
    "url": URL,
    "handle": HANDLE,
    "hashtag": HASHTAG,
    "money": MONEY,
    "time": TIME,
    "number": NUMBER,
    "question": "?",
    "exclamation": "!",
    "smile": SMILE,
    "emoji": EMOJI,
    "line": BREAK,
    "dots": "...",
}
_FEW = frozenset({"word", "mark", "other", "entity", "smile"})
"""Kinds of tokens of which there are so few different ones that they are remembered."""
_ENTITY = {"&amp": "&", "&lt": "<", "&gt": ">", "&quot": '"', "&nbsp": " "}
_APOSTROPHE = re.compile(_APOSTROPHES)
_ADDRESSED = re.compile(rf"(?:{_ADDRESS})$")


Cut = tuple[list[str], list[str]]
"""The tokens of a text as they stand there, and as they are compared."""
_KNOWN = 50_000
"""Words whose comparison form is remembered; then the memory starts anew."""


class _Forms(dict[str, str]):
    """Comparison forms of tokens, worked out at first sight."""

    def __missing__(self, raw: str) -> str:
        first = raw[0]
        if first == "@" and len(raw) > 1:
            return HANDLE
        if first == "#" and len(raw) > 1:
            return HASHTAG
        if first == "h" and raw.startswith(("https://", "http://")):
            return URL
        form, lasting = _form(raw)
        if lasting:
            if len(self) >= _KNOWN:
                self.clear()
            self[raw] = form
        return form


_FORMS = _Forms()


def _form(raw: str) -> tuple[str, bool]:
    """The comparison form of a token, and whether it is worth remembering."""
    found = _TOKEN.match(raw)
    kind = found.lastgroup if found else None
    if kind is None:
        return raw, False
    if kind == "word":
        if _ADDRESSED.search(raw):
            return URL, False
        word = raw.lower()
        return (word if word.isalpha() else _APOSTROPHE.sub("'", word)), len(raw) < 30
    if kind == "entity":
        return _ENTITY.get(raw.rstrip(";"), "&"), True
    return _FIXED.get(kind, raw), kind in _FEW


def cut(text: str) -> Cut:
    """The tokens of a text, as they stand and in lower case.

    Links, handles, hashtags, amounts and numbers become placeholders, so that nothing here depends on
    who is named or where a link leads.
    """
    raws = _WHOLE.findall(text, 0, LONGEST)
    return raws, list(map(_FORMS.__getitem__, raws))


def places(text: str, raws: Sequence[str]) -> list[tuple[int, int]]:
    """Where each of the first tokens of a text, as `cut` gives them, starts and ends, in code points."""
    found = []
    end = 0
    for raw in raws:
        # What lies between tokens begins none, so the next place of its letters is the token's own.
        start = text.index(raw, end)
        end = start + len(raw)
        found.append((start, end))
    return found
