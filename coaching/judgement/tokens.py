"""Cuts a post into the words, marks, names and links that everything else looks at."""

from __future__ import annotations

import re

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
_TOKEN = re.compile(
    rf"""
    ((?!https?://|www\.)[{_LETTER}]+                                                # 1 word …
      (?:(?:['’`´]|&\#0?39;|&apos;|&rsquo;|[\u0300-\u036f]+)[{_LETTER}]+)*
      (@[\w-]+(?:\.[\w-]+)+                                                         # 2 … that is an address
        |\.(?:com|org|net|edu|gov|info|io|co|uk|ly|tv|me|eu|de|fr|biz)(?:\.[a-z]{{2}})?(?![\w@])(?:/\S*)?)?)
  | ([.,:;"“”«»()\[\]*^/|>~–—-](?![.)(DpP]))                                        # 3 simple punctuation
  | ((?:https?://|www\.)\S+)                                                        # 4 link
  | ((?<![\w@＠])[@＠]\w+)                                                           # 5 handle
  | ([\#＃]\w+)                                                                      # 6 hashtag
  | ([£$€]\s?\d[\d,.]*[kKmM]?|\d[\d,.]*\s?[€£])                                      # 7 money
  | (\d{{1,2}}(?:[:.]\d\d)?\s?[aApP]\.?[mM]\b|\d{{1,2}}[:h]\d\d\b)                   # 8 time of day
  | (\d[\d,.]*(?:%|st\b|nd\b|rd\b|th\b)?)                                           # 9 number
  | ([?？]+[?!？！]*|[!！]+\??)                                                        # 10 mark
  | ([:;]['-]?[)D(pP](?!\w)|<3(?!\d))                                               # 11 smile
  | ([\U0001F000-\U0001FAFF\u2600-\u27BF\u2B50\u2B06\uFE0F\u200D]+)                 # 12 emoji
  | (\n\s*)                                                                         # 13 line break
  | (&(?:amp|lt|gt|quot|nbsp);?|\.{{2,}}|[….,:;"“”«»()\[\]&*^/|>~–—-])                # 14 punctuation
    """,
    re.VERBOSE,
)
_ENTITY = {"&amp": "&", "&lt": "<", "&gt": ">", "&quot": '"', "&nbsp": " "}
_APOSTROPHE = re.compile(r"[’`´]|&#0?39;|&apos;|&rsquo;")
_PLAIN = {4: URL, 5: HANDLE, 6: HASHTAG, 7: MONEY, 8: TIME, 9: NUMBER, 11: SMILE, 12: EMOJI, 13: BREAK}


Cut = tuple[list[str], list[int], list[int]]
"""Tokens, and where each starts and ends."""


def tokens(text: str) -> Cut:
    """The tokens of a text in lower case with their starts and ends in code points.

    Links, handles, hashtags, amounts and numbers become placeholders, so that nothing here depends on
    who is named or where a link leads.
    """
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    plain = _PLAIN
    for found in _TOKEN.finditer(text, 0, LONGEST):
        which = found.lastindex
        start, end = found.span()
        if which == 1:
            # Group 2 closes inside group 1, so lastindex stays 1 with and without an address behind the word.
            word = text[start:end].lower() if found.start(2) < 0 else URL
            if not word.isalpha() and word != URL:
                word = _APOSTROPHE.sub("'", word)
        elif which == 3:
            word = text[start]
        elif which in plain:
            word = plain[which]
        else:
            word = text[start:end]
            if which == 10:
                word = "?" if word[0] in "?？" else "!"
            elif word[0] == "&":
                word = _ENTITY.get(word.rstrip(";"), "&")
            elif word[0] in "….":
                word = "..." if word != "." else "."
        words.append(word)
        starts.append(start)
        ends.append(end)
    return words, starts, ends
