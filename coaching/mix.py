"""The mix of kinds of talk, as pages show it."""

from dataclasses import dataclass

from coaching.judgement.verdict import Kind


@dataclass(frozen=True)
class KindShare:
    """One kind of talk in a mix: percent of the posts, and how many."""

    kind: str
    percent: int
    count: int


def kind_share(kind: Kind, share: float, count: int) -> KindShare:
    """A kind with its share (0 to 1) in whole percent."""
    return KindShare(kind.value, round(100 * share), count)
