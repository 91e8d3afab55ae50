-- What other services published, as it came: the truth that this service's read models are folded from.
create table journal (
  stream varchar not null,
  version bigint not null check (version > 0),
  event_id uuid not null,
  type varchar not null,
  occurred_at timestamptz not null,
  occurred_precision varchar not null check (occurred_precision in ('instant', 'day')),
  recorded_at timestamptz not null,
  recorded_by varchar not null,
  data jsonb not null,
  trace_parent varchar null,
  received_at timestamptz not null,
  constraint pkey_journal primary key (stream, version)
);

-- How far each stream is folded. What lies between folded_version and head_version waits: for a version that is missing, or
-- for a paused consumer.
create table journal_streams (
  stream varchar not null constraint pkey_journal_streams primary key,
  folded_version bigint not null,
  head_version bigint not null check (head_version >= folded_version),
  waiting_since timestamptz null
);
create index journal_streams_waiting on journal_streams (waiting_since) where waiting_since is not null;

-- One row per consumer. Whoever journals or folds holds it locked, so instances take turns and never fold side by side.
create table journal_consumers (
  name varchar not null constraint pkey_journal_consumers primary key,
  paused_at timestamptz null,
  paused_because varchar null
);

-- How far the log of each owner is known to have arrived, and who is looking.
create table journal_owners (
  owner varchar not null constraint pkey_journal_owners primary key,
  checkpoint bigint not null,
  leased_until timestamptz null,
  leased_by uuid null
);

-- Events that could not be folded, and events that came twice with different content. Nothing of their payload but in the journal.
create table journal_poison (
  stream varchar not null,
  version bigint not null,
  event_id uuid not null,
  kind varchar not null check (kind in ('fold', 'conflict')),
  type varchar not null,
  reason varchar not null,
  noted_at timestamptz not null,
  settled_at timestamptz null,
  settlement varchar null check (settlement in ('resumed', 'skipped')),
  constraint pkey_journal_poison primary key (stream, version, event_id, kind)
);
