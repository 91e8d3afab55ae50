-- Rebuilds of read models that are made from the log. Whoever works at one holds its row locked, so any instance can go on
-- where another was killed; the batch that was folded and the row commit together.
create table ketman_rebuilds (
  name         text        not null primary key,
  phase        text        not null check (phase in ('wanted', 'folding', 'done', 'failed')),
  wanted_by    text        not null,
  wanted_at    timestamptz not null,
  -- The build that folds: half a history folded by one and half by another would be the work of neither.
  build        uuid        null,
  -- How far the history is folded, and of how many events; the total grows with what is recorded meanwhile.
  position     bigint      not null default 0,
  done         bigint      not null default 0,
  total        bigint      not null default 0,
  started_at   timestamptz null,
  finished_at  timestamptz null,
  -- The event that could not be folded, and the kind of error only: its message may hold personal data.
  failed_event text        null,
  error_type   text        null
);

-- Who paused it; absent where an event did.
alter table ketman_subscriptions add column paused_by text null;
