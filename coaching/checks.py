"""Five posts a week, drawn at random and looked at without the verdict: how often judge and staff agree."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.db import connection as database

from accounts.models import Organization, User
from coaching import judge_wording, labels, own_judge
from coaching.judgement.intervals import Share, TooFew, share
from coaching.judgement.verdict import SOCIAL
from coaching.judgement.weeks import week_bounds, week_of
from coaching.models import Check, OwnJudge, Post
from coaching.post_card import PostCard, card

PER_WEEK = 5
WEEKS = 12
ENOUGH_TO_SAY = 10
UNCLEAR = "unclear"
"""The answer of staff who cannot tell; it counts in no figure."""

# Posts that staff have corrected stay in: leaving out where they disagreed would flatter the judge.
_DRAWN = """
    FROM coaching_post AS post
    JOIN coaching_connection AS source
        ON source.organization_id = post.organization_id AND source.id = post.connection_id
    WHERE post.organization_id = %(organization)s AND post.judged_kind IS NOT NULL
      AND post.created_at >= %(since)s AND post.created_at < %(until)s
      AND NOT EXISTS (
          SELECT FROM coaching_check AS done
          WHERE done.organization_id = post.organization_id AND done.network = source.network
            AND done.account = source.external_id AND done.post = post.external_id)
"""


@dataclass(frozen=True)
class Answered:
    """A post that was looked at this week: what staff said, None for unclear, and what the judge had said."""

    post: PostCard
    said: str | None
    judged: str

    @property
    def same(self) -> bool:
        """Whether both gave it the same kind."""
        return self.said == self.judged


@dataclass(frozen=True)
class Agreement:
    """How often the judge in use gives checked posts the kind, and the side, that staff gave them."""

    kind: Share | TooFew
    side: Share | TooFew
    judge: str


@dataclass(frozen=True)
class ChecksPage:
    """The next post to look at, without its verdict; those of this week with it; and the agreement."""

    next: PostCard | None
    number: int
    of: int
    answered: tuple[Answered, ...]
    agreement: Agreement
    own: OwnJudge
    changing: bool
    clear: int
    kinds: tuple[str, ...] = tuple(Post.Kind.values)

    @property
    def kind_percent(self) -> tuple[int, int, int] | None:
        """How often the kind was the same, with its interval, in whole percent."""
        return _percent(self.agreement.kind)

    @property
    def side_percent(self) -> tuple[int, int, int] | None:
        """The same for the side."""
        return _percent(self.agreement.side)

    @property
    def judge_sentence(self) -> str:
        """Which judge is in use, and why."""
        return judge_wording.why(self.own, self.clear)


def waiting(organization: Organization, *, now: datetime) -> int:
    """How many posts of this week's draw nobody has looked at yet. Three queries at most."""
    left = PER_WEEK - organization.checks.filter(monday=week_of(now, organization.zone)).count()
    if left <= 0:
        return 0
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 {_DRAWN} LIMIT %(left)s) AS drawn",  # noqa: S608 — constants
            {**_period(organization, now), "left": left},
        )
        return int(cursor.fetchone()[0])


def draw(organization: Organization, *, now: datetime) -> list[int]:
    """The posts of this week that still wait to be looked at: the same ones however often one asks.

    From the judged posts of the twelve weeks before this one, or of an archive's last twelve. Their order is
    that of a hash of organization, week and post.
    """
    monday = week_of(now, organization.zone)
    left = PER_WEEK - organization.checks.filter(monday=monday).count()
    if left <= 0:
        return []
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT post.id {_DRAWN} ORDER BY "
            "md5(concat_ws('/', %(seed)s::text, source.network, source.external_id, post.external_id)) "
            "LIMIT %(left)s",
            {
                **_period(organization, now),
                "seed": f"{organization.pk}/{monday.isoformat()}",
                "left": left,
            },
        )
        return [pk for (pk,) in cursor.fetchall()]


def answer(organization: Organization, pk: int, said: str, *, by: User, now: datetime) -> None:
    """Keeps what staff say of a drawn post, with the verdict of this moment; the first answer stays.

    Raises BadRequest for a kind that there is not and for a post that was not drawn: posts that somebody
    chose would say nothing about the judge.
    """
    if said not in (*Post.Kind.values, UNCLEAR):
        raise BadRequest("Choose one of the four kinds of talk, or say that you cannot tell.")
    post = organization.posts.select_related("connection").get(pk=pk)
    if organization.checks.filter(**labels.names(post)).exists():
        return
    if post.judged_kind is None or pk not in draw(organization, now=now):
        raise BadRequest("This post is not one of this week's; go back and look at the next one.")
    organization.checks.get_or_create(
        **labels.names(post),
        defaults={
            "monday": week_of(now, organization.zone),
            "kind": None if said == UNCLEAR else said,
            "judged_kind": post.judged_kind,
            "judge": post.judge,
            "by": by,
            "at": now,
        },
    )


def page(organization: Organization, *, now: datetime) -> ChecksPage:
    """The page of checks. A fixed number of queries."""
    monday = week_of(now, organization.zone)
    drawn = draw(organization, now=now)
    following = organization.posts.select_related("connection").filter(pk__in=drawn[:1]).first()
    found = labels.with_posts(organization, organization.checks.order_by("-at", "-pk"))
    own = own_judge.of(organization)
    answered = tuple(
        Answered(card(post), check.kind, check.judged_kind) for check, post in found if check.monday == monday
    )
    return ChecksPage(
        next=card(following) if following else None,
        number=len(answered) + 1,
        of=len(answered) + len(drawn),
        answered=answered,
        agreement=agreement(found, own.version),
        own=own,
        changing=own.number != own.wanted_number,
        clear=sum(check.kind is not None for check, _ in found),
    )


def agreement(found: list[tuple[Check, Post]], version: str) -> Agreement:
    """The judge in use against what staff said, on every check whose post is here.

    Never two judges in one figure: an older judge's words are not asked, the answers of staff stay true.
    """
    pairs = [
        (check.kind, post.judged_kind) for check, post in found if check.kind and post.judged_kind is not None
    ]
    return Agreement(
        kind=share(sum(said == judged for said, judged in pairs), len(pairs), needed=ENOUGH_TO_SAY),
        side=share(
            sum((said in SOCIAL) == (judged in SOCIAL) for said, judged in pairs),
            len(pairs),
            needed=ENOUGH_TO_SAY,
        ),
        judge=version,
    )


def _percent(figure: Share | TooFew) -> tuple[int, int, int] | None:
    if isinstance(figure, TooFew):
        return None
    return round(100 * figure.value), round(100 * figure.low), round(100 * figure.high)


def _period(organization: Organization, now: datetime) -> dict[str, Any]:
    """Twelve weeks that are over, so that the week's draw does not change as posts come in."""
    monday: date = week_of(now, organization.zone)
    until = week_bounds(monday, organization.zone)[0]
    newest = organization.posts.order_by("-created_at", "-pk").values_list("created_at", flat=True).first()
    if newest is not None and newest < until - timedelta(weeks=WEEKS):
        until = newest + timedelta(microseconds=1)
    return {
        "organization": organization.pk,
        "since": until - timedelta(weeks=WEEKS),
        "until": until,
    }
