"""The database's own lock between tenants: rows of other organizations do not exist for a query."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.migrations import RunSQL

ROWS_IN_SCOPE = (
    "organization_id = ANY(string_to_array("
    "NULLIF(current_setting('engage.organizations', true), ''), ',')::bigint[])"
)


@contextmanager
def scope(organization_ids: Iterable[int]) -> Iterator[None]:
    """Within it, rows of these organizations are visible and writable; outside of it none are.

    Opens a transaction, since the setting lives and dies with one. Scopes nest: the inner one rules
    until it ends. An exception rolls back what was done inside.
    """
    wanted = ",".join(str(int(pk)) for pk in organization_ids)
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        before = ""
        if nested:
            cursor.execute("SELECT current_setting('engage.organizations', true)")
            before = cursor.fetchone()[0] or ""
        _set(wanted)
        yield
        if nested and not connection.needs_rollback:  # a rollback restores the setting by itself
            _set(before)


def _set(organizations: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('engage.organizations', %s, true)", [organizations])


def isolate(table: str, **parents: str) -> RunSQL:
    """A migration step that puts a tenant table under row-level security.

    `parents` names, per foreign-key column, the tenant table it points to: the pair (column,
    organization_id) then references that table, so a child cannot belong to another organization than
    its parent. Deleting the parent deletes the child.
    """
    statements: list[Any] = [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_organization UNIQUE (organization_id, id)",
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} USING ({ROWS_IN_SCOPE}) WITH CHECK ({ROWS_IN_SCOPE})",
    ]
    statements += [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_organization "
        f"FOREIGN KEY (organization_id, {column}) REFERENCES {parent} (organization_id, id) "
        f"ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
        for column, parent in parents.items()
    ]
    return RunSQL(statements, reverse_sql=RunSQL.noop)
