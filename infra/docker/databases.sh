#!/usr/bin/env bash
# Makes the services' databases and roles as soon as PostgreSQL answers; run again, it changes nothing.
set -euo pipefail

PGPASSWORD=$(</run/postgres/superuser.password)
export PGPASSWORD
psql -X -q -v ON_ERROR_STOP=1 -h postgres -U postgres -d postgres -f /run/postgres/variables.sql -f /local/databases.sql
