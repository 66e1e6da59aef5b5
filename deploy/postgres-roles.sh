#!/bin/sh
# Run by the postgres image when its data folder is new: the two roles and the database of Engage.
# engage_owner owns the tables and runs migrations; engage_app uses them, and row-level security binds it.
set -eu

: "${ENGAGE_OWNER_PASSWORD:?}" "${ENGAGE_APP_PASSWORD:?}"

psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet \
    --set owner_password="$ENGAGE_OWNER_PASSWORD" --set app_password="$ENGAGE_APP_PASSWORD" \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE engage_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE engage_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
CREATE DATABASE engage OWNER engage_owner;
REVOKE ALL ON DATABASE engage FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE engage TO engage_app;
\connect engage
ALTER SCHEMA public OWNER TO engage_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO engage_app;
ALTER DEFAULT PRIVILEGES FOR ROLE engage_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO engage_app;
ALTER DEFAULT PRIVILEGES FOR ROLE engage_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO engage_app;
SQL
