#!/bin/sh
# Writes a backup of the database and deletes those that are older than BACKUP_DAYS, so that what was erased is
# gone from backups as well. Run it once a day, as the role that owns the tables:
#   MIGRATION_DATABASE_URL=… BACKUP_DIR=/srv/backups sh deploy/backup.sh
# with docker compose:
#   docker compose run --rm backup
set -eu

: "${MIGRATION_DATABASE_URL:?set it to the address of the database, with the role that owns the tables}"
: "${BACKUP_DIR:?set it to the folder for backups}"
days=${BACKUP_DAYS:-30}

umask 077
mkdir -p "$BACKUP_DIR"
name="$BACKUP_DIR/engage-$(date -u +%Y%m%dT%H%M%SZ).dump"
# Unfinished ones have another name, so that nobody restores from half a file.
pg_dump --format=custom --no-owner --file="$name.part" "$MIGRATION_DATABASE_URL"
mv "$name.part" "$name"
find "$BACKUP_DIR" -name 'engage-*.dump' -mtime "+$days" -delete
find "$BACKUP_DIR" -name 'engage-*.dump.part' -mtime +1 -delete
echo "$name"
