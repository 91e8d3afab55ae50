# shellcheck shell=bash

command_version() {
  local version commit='' postgres rabbitmq='not installed'
  version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' "$ROOT/Directory.Build.props")
  if command -v git >/dev/null && commit=$(git -C "$ROOT" rev-parse --short HEAD 2>/dev/null); then
    [[ -z $(git -C "$ROOT" status --porcelain 2>/dev/null) ]] || commit+=", changed"
    commit=" ($commit)"
  fi
  echo "ketman $version$commit"
  echo ".NET SDK   $(command -v dotnet >/dev/null && (cd "$ROOT" && dotnet --version 2>/dev/null) || echo 'not installed')"
  postgres=$(find_postgres) && postgres=$("$postgres/postgres" --version) || postgres='not installed'
  echo "PostgreSQL ${postgres#postgres (PostgreSQL) }"
  if find_rabbitmq >/dev/null; then
    rabbitmq=$(printf '%s\n' /usr/lib/rabbitmq/lib/rabbitmq_server-* | head -n 1)
    rabbitmq=${rabbitmq##*-}
  fi
  echo "RabbitMQ   $rabbitmq"
}
