-- What an operator sees and does. Checkpoints stand in mt_event_progression, where Marten has them too.

create table ketman_subscriptions (
  name        text        not null primary key,
  paused      boolean     not null default false,
  -- Of the event that could not be handled; absent when an operator paused it.
  event_seq   bigint      null,
  event_type  text        null,
  -- The kind of error only: its message may hold personal data.
  error_type  text        null,
  attempts    int         null,
  changed_at  timestamptz not null
);

-- Nothing is skipped silently.
create table ketman_skipped_events (
  name        text        not null,
  event_seq   bigint      not null,
  event_type  text        null,
  error_type  text        null,
  skipped_by  text        not null,
  skipped_at  timestamptz not null,
  primary key (name, event_seq)
);
