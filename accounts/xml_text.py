"""Words for mails and pictures that are laid out in XML, which does not take every sign."""

import re

_REFUSED = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def allowed(text: str) -> str:
    """The text without signs that XML refuses, such as the line break that words from a slide bring along."""
    return _REFUSED.sub("", text)
