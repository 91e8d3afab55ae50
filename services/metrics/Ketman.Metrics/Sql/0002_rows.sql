-- Rows that are derived from the facts of their subject, for lists and for looking up names.
create table companies (
  id       uuid    primary key,
  handle   text    collate "C" not null,
  name     text    not null,
  tvl_rank integer null,
  private  boolean not null,
  version  bigint  not null
);

create index companies_by_handle on companies (handle);

create table accounts (
  id          uuid   primary key,
  ref         text   null,
  actor       text   null,
  merged_into uuid   null,
  version     bigint not null
);

create index accounts_by_actor on accounts (actor) where actor is not null;
create index accounts_by_merge on accounts (merged_into) where merged_into is not null;

-- The board: one row per case, with what it shows.
create table cases (
  id                    uuid        primary key,
  handle                text        collate "C" not null,
  company_id            uuid        not null,
  title                 text        null,
  status                text        not null,
  private               boolean     not null,
  opened_at             timestamptz not null,
  opened_exact          boolean     not null,
  reaction              text        null,
  attempts              integer     not null,
  channels              text[]      not null,
  last_outreach_at      timestamptz null,
  last_outreach_exact   boolean     null,
  last_outreach_channel text        null,
  waiting_on            text        not null,
  owed                  text        not null,
  owed_what             text        null,
  owed_due              timestamptz null,
  owed_due_exact        boolean     null,
  -- When what is owed is overdue: of a day, its end in the team's zone.
  overdue_at            timestamptz null,
  urgency               timestamptz not null generated always as (coalesce(overdue_at, 'infinity')) stored,
  version               bigint      not null
);

create index cases_by_handle on cases (handle);
create index cases_by_company on cases (company_id);
-- The board's order: what ran out longest ago first, then the oldest.
create index cases_by_urgency on cases (status, urgency, opened_at, id);
