"""Reads again what is here already: counts, edits and deletions, ever more rarely as posts age."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice

from accounts.tenancy import scope
from coaching import budget, pull
from coaching.models import Connection, Message, Post, Sweep
from coaching.networks.contract import Batch, Reader, Refused
from coaching.networks.facebook import FacebookReader
from coaching.networks.twitter import TwitterReader

COUNT_ON_DAYS = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)
"""Ages in days at which the counts of a post of ours at X are read again."""
ROUND = 28
"""In so many days every text of others that we keep is asked for once: is it still there?"""
MOST_A_DAY = 200
SHARE_OF_BUDGET = 10
"""Percent of the month's remainder at most that a day's rereading may cost."""

Beside = Callable[[Batch, pull.Pulled], None]


def watch_again(connection: Connection, external_ids: Iterable[str]) -> None:
    """Has the Facebook reader look at once under posts about which something was pushed."""
    watch = (connection.cursor or {}).get("watch")
    for one in external_ids:
        if watch and one in watch:
            watch[one][1] = 0


def reread(
    connection: Connection, reader: Reader, changed: list[str], *, now: datetime, beside: Beside
) -> None:
    """What was pushed as changed; and at X once a day the posts whose turn it is, within the budget."""
    today = now.astimezone(UTC).date()
    removed = 0
    if isinstance(reader, FacebookReader):
        watched = (connection.cursor or {}).get("watch") or {}
        wanted = [one for one in changed if one not in watched]
    elif isinstance(reader, TwitterReader):
        wanted = list(changed)
        if connection.reread_on != today and connection.caught_up_at:
            wanted += islice(_turn(connection, now=now), _affordable(connection, now=now))
    else:
        return
    if wanted:
        try:
            for batch in reader.recheck(wanted, now=now):
                removed += pull.store(connection, batch, now=now, beside=beside).removed
        except Refused as refused:
            # Rereading stops at the budget or for want of a permission; reading what is new goes on.
            if refused.reason not in ("budget", "permission"):
                raise
    with scope([connection.organization_id]):
        Connection.across_organizations.filter(pk=connection.pk).update(reread_on=today)
        if wanted and isinstance(reader, TwitterReader) and connection.reread_on != today:
            Sweep.across_organizations.create(
                organization=connection.organization,
                duty=Sweep.Duty.REREAD,
                at=now,
                looked_at=len(wanted),
                removed=removed,
            )
    connection.reread_on = today


def _affordable(connection: Connection, *, now: datetime) -> int:
    with scope([connection.organization_id]):
        so_far = budget.spent(connection.organization, connection.network, now=now)
    most = MOST_A_DAY
    prices = budget.prices()
    if so_far.most_dollars is not None:
        share = (so_far.most_dollars - so_far.dollars) * SHARE_OF_BUDGET / 100
        each = prices.post + prices.user
        most = min(most, int(share / each)) if each else most
    if so_far.most_reads is not None:
        most = min(most, (so_far.most_reads - so_far.reads) * SHARE_OF_BUDGET // 200)
    return max(0, most)


def _turn(connection: Connection, *, now: datetime) -> list[str]:
    """Ids whose turn is today: posts of certain ages, and a twenty-eighth of what others wrote."""
    with scope([connection.organization_id]):
        posts = Post.across_organizations.filter(
            organization=connection.organization_id, connection=connection,
            created_at__gt=now - timedelta(days=COUNT_ON_DAYS[-1] + 1),
        ).order_by("-created_at").values_list("external_id", "created_at")  # fmt: skip
        messages = Message.across_organizations.filter(
            organization=connection.organization_id, connection=connection
        ).order_by("-created_at").values_list("external_id", flat=True)  # fmt: skip
        aged = [one for one, at in posts if (now - at).days in COUNT_ON_DAYS]
        part = now.toordinal() % ROUND
        kept = [one for one in messages if one.isdigit() and (int(one) >> 22) % ROUND == part]
        return aged + kept
