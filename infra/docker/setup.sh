#!/usr/bin/env bash
# Runs once before everything else in docker-compose.yml, and changes nothing when run again: makes every password, and puts
# into each container's own volume what that container needs and nothing more.
set -euo pipefail

# shellcheck source=infra/local/secrets.sh
source /local/secrets.sh
# shellcheck source=infra/local/rabbitmq.sh
source /local/rabbitmq.sh

APP=1654      # the user of the .NET images
POSTGRES=999  # of the PostgreSQL image
RABBITMQ=999  # of the RabbitMQ image
SECRETS=/volumes/postgres

give() { # owner path mode: content comes on standard input
  write_file "$2" "$3"
  chown "$1:$1" "$2"
}

# The volume with all database passwords is read by PostgreSQL and by the one that makes the databases only.
passwords=()
for service in gateway intake disclosures metrics; do passwords+=("$service=$(secret "$service.password")"); done
secret superuser.password >/dev/null
give "$POSTGRES" "$SECRETS/variables.sql" 400 <<END
\\set services 'gateway intake disclosures metrics'
\\set passwords '${passwords[*]}'
\\set own on
END
chown -R "$POSTGRES:$POSTGRES" "$SECRETS"

bus=$(SECRETS=/volumes/rabbitmq secret bus.password)
rabbitmq_definitions ketman "$bus" ketman "" | give "$RABBITMQ" /volumes/rabbitmq/definitions.json 400

for service in gateway intake disclosures metrics; do
  state=/volumes/$service
  install -d -o "$APP" -g "$APP" -m 700 "$state" "$state/keys"
  # The shared folder of public keys is mounted over this one.
  install -d -o "$APP" -g "$APP" -m 755 "$state/keys/public"
  echo "postgres://ketman_$service:$(secret "$service.password")@postgres:5432/ketman_$service" | give "$APP" "$state/database" 400
  [[ $service == gateway ]] || echo "amqp://ketman:$bus@rabbitmq:5672/ketman" | give "$APP" "$state/bus" 400
done
chown "$APP:$APP" /volumes/public-keys
