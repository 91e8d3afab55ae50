# shellcheck shell=bash

command_help() {
  cat <<'END'
ketman: the Ketman Platform on this machine, and its command line client

Running it
  up [--fresh] [--embedded] [--port N]   start what is not running yet (installs and builds what is missing)
       --fresh      from nothing: deletes all data, keys and passwords of this checkout first
       --embedded   all services in one process, without RabbitMQ
       --port N     base port (default 7400, or KETMAN_PORT); kept for later commands
  down [--services]                      stop everything, or the services alone; data stays
  status                                 processes, memory, readiness, queues
  logs [service] [-f]                    gateway, dashboard, intake, disclosures, metrics, embedded, postgres, rabbitmq, build, install
  demo                                   up, the sample month February 2025, its board and its statement

Working on it
  test [--no-format] [dotnet test args]  all tests against real, throwaway servers
  test --env | --env-stop                leave those servers up and print their variables | end them
  bench [name] [--json]                  the benchmarks: store, road, gateway, clocks, deadlines
  chaos [store|road|leaders|fuzz] [--seed N]  kill -9 of everything under load, and whether all is there once;
                                         fuzz: every endpoint asked for with what nobody should send (--requests N)
  version                                this checkout, and what it runs on
  help                                   this text

Anything else goes to the client, as in
  ./ketman board
  ./ketman statement 2025-02 --json
  ./ketman import samples/2025-02 --dry-run
  ./ketman --help                        this text;  ./ketman outreach --help  the client's

Servers that are there already: KETMAN_POSTGRES=postgres://admin:password@host:5432/postgres
                                KETMAN_RABBITMQ=amqp://admin:password@host:5672
More: README.md and docs/operations.md
END
}
