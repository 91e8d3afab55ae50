-- Rebuilds of read models that are made from the journal; ketman_rebuilds of the event store says what each column is.
create table journal_rebuilds (
  name         text        not null primary key,
  phase        text        not null check (phase in ('wanted', 'folding', 'done', 'failed')),
  wanted_by    text        not null,
  wanted_at    timestamptz not null,
  build        uuid        null,
  position     bigint      not null default 0,
  done         bigint      not null default 0,
  total        bigint      not null default 0,
  started_at   timestamptz null,
  finished_at  timestamptz null,
  failed_event text        null,
  error_type   text        null
);

-- Nothing is skipped silently.
alter table journal_poison add column settled_by varchar null;
