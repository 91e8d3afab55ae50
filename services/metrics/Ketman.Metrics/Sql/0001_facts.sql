-- What the other services published, one row per event, never changed: everything else here can be derived from it again.
create table facts (
  id          uuid        primary key,
  -- The case, account or company that it tells of.
  subject     uuid        not null,
  version     bigint      not null,
  -- The contract's URN.
  type        text        not null,
  happened_at timestamptz not null,
  -- False: only the day is known, and happened_at is its first instant in UTC.
  exact       boolean     not null,
  recorded_at timestamptz not null,
  recorded_by text        not null,
  -- The account that it tells of, where it tells of one.
  account_id  uuid        null,
  data        jsonb       not null,
  constraint facts_subject_version_key unique (subject, version)
);

create index facts_by_time on facts (happened_at);
create index facts_by_account on facts (account_id) where account_id is not null;
