-- The event log in exactly Marten's layout (checked against Marten 9), so that either opens what the other wrote. Names,
-- types, nullability and constraint names are theirs; a column, index, foreign key or unique constraint of ours on these
-- tables would be dropped by Marten's schema check, or fail it. What is ours stands in 0002.

create table mt_streams (
  id          varchar                  not null,
  type        varchar                  null,
  version     bigint                   null,
  timestamp   timestamp with time zone not null default (now()),
  created     timestamp with time zone not null default (now()),
  tenant_id   varchar                  null default '*DEFAULT*',
  is_archived boolean                  null default false,
  constraint pkey_mt_streams_id primary key (id)
);

create table mt_events (
  seq_id         bigint                   not null,
  id             uuid                     not null,
  stream_id      varchar                  null,
  version        bigint                   not null,
  data           jsonb                    not null,
  bdata          bytea                    null,
  type           varchar(500)             not null,
  timestamp      timestamp with time zone not null default (now()),
  tenant_id      varchar                  null default '*DEFAULT*',
  mt_dotnet_type varchar                  null,
  correlation_id varchar                  null,
  causation_id   varchar                  null,
  headers        jsonb                    null,
  user_name      varchar                  null,
  is_archived    boolean                  null default false,
  constraint pkey_mt_events_seq_id primary key (seq_id),
  constraint fkey_mt_events_stream_id foreign key (stream_id) references mt_streams (id) on delete cascade
);

create unique index pk_mt_events_stream_and_version on mt_events using btree (stream_id, version);

-- "cache 1" is what the reader's fence stands on: with more, a session could commit a number it drew long before.
create sequence mt_events_sequence cache 1;
alter sequence mt_events_sequence owned by mt_events.seq_id;

create table mt_event_progression (
  name         varchar                  not null,
  last_seq_id  bigint                   null,
  last_updated timestamp with time zone null default (transaction_timestamp()),
  constraint pk_mt_event_progression primary key (name)
);
