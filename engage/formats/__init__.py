"""How dates and times are written in a language, where we differ from Django; see docs/translate.md."""
