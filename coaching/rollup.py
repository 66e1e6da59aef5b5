"""Counts the weeks of a connection; counting again gives the same rows."""

from datetime import date, timedelta

from django.db import connection as database

from coaching.judgement.figures import Group, WeekCounts
from coaching.models import Connection, WeekRollup


def count_weeks(connection: Connection, *, since: date | None = None, until: date | None = None) -> None:
    """Counts every week of the connection anew, or those from the week of `since` to that of `until`.

    Weeks begin on Monday in the organization's time zone, so a post at half past midnight on a summer
    Monday belongs to the new week whatever UTC says.
    """
    if since is not None:
        since -= timedelta(days=since.weekday())
    if until is not None:
        until += timedelta(days=6 - until.weekday())
    with database.cursor() as cursor:
        cursor.execute(
            "DELETE FROM coaching_weekrollup "
            "WHERE organization_id = %s AND connection_id = %s AND monday BETWEEN %s AND %s",
            [connection.organization_id, connection.pk, since or date.min, until or date.max],
        )
        cursor.execute(
            """
            INSERT INTO coaching_weekrollup (organization_id, connection_id, monday, timeline,
                converse, share, announce, pitch, unjudged, score_sum,
                best_post, best_score, worst_post, worst_score, first_at, last_at, judge)
            SELECT organization_id, connection_id,
                date_trunc('week', created_at AT TIME ZONE %(zone)s)::date AS monday,
                surface IN ('timeline', 'share')
                    OR (surface = 'thread' AND %(network)s = 'twitter') AS timeline,
                count(*) FILTER (WHERE kind = 'converse'), count(*) FILTER (WHERE kind = 'share'),
                count(*) FILTER (WHERE kind = 'announce'), count(*) FILTER (WHERE kind = 'pitch'),
                count(*) FILTER (WHERE kind IS NULL),
                -- A corrected post is certain: 100 where staff say that it is social, 0 where they say not.
                COALESCE(sum(CASE WHEN kind IS NOT DISTINCT FROM judged_kind THEN score
                                  WHEN kind IN ('converse', 'share') THEN 100 ELSE 0 END), 0),
                (array_agg(id ORDER BY score DESC, id DESC) FILTER (WHERE kind = judged_kind))[1],
                max(score) FILTER (WHERE kind = judged_kind),
                (array_agg(id ORDER BY score, id DESC) FILTER (WHERE kind = judged_kind))[1],
                min(score) FILTER (WHERE kind = judged_kind),
                min(created_at), max(created_at),
                CASE WHEN min(judge) = max(judge) THEN max(judge) ELSE 'mixed' END
            FROM coaching_post
            WHERE organization_id = %(organization)s AND connection_id = %(connection)s
              AND (%(since)s::date IS NULL
                   OR created_at >= (%(since)s::timestamp AT TIME ZONE %(zone)s))
              AND (%(until)s::date IS NULL
                   OR created_at < ((%(until)s::date + 1)::timestamp AT TIME ZONE %(zone)s))
            GROUP BY organization_id, connection_id, monday, timeline
            """,
            {
                "network": connection.network,
                "zone": connection.organization.timezone,
                "organization": connection.organization_id,
                "connection": connection.pk,
                "since": since,
                "until": until,
            },
        )


def week_counts(week: WeekRollup, *, replies_known: bool) -> WeekCounts:
    """A stored week as the figures take it."""
    judged = week.converse + week.share + week.announce + week.pitch
    return WeekCounts(
        connection=week.connection_id,
        week=week.monday,
        group=Group.TIMELINE if week.timeline else Group.REPLIES,
        replies_known=replies_known,
        posts=judged + week.unjudged,
        judged=judged,
        converse=week.converse,
        share=week.share,
        announce=week.announce,
        pitch=week.pitch,
        score_sum=week.score_sum,
        judge=week.judge,
    )
