-- The board with everything that it is asked by: who is in charge, tags, and what is due (docs/boards.md).

-- Typing errors in names are found by trigrams. The extension is trusted, so the database's owner may create it; where the server does not
-- have it, searching goes on by whole words. In a rebuild it is never created: it would go with the rebuild's schema.
do $$
begin
  if current_setting('ketman.rebuild', true) is distinct from 'on' then
    create extension if not exists pg_trgm;
  end if;
exception when insufficient_privilege or undefined_file or feature_not_supported then
  raise warning 'pg_trgm is not to be had: the search of the board finds no names with typing errors';
end
$$;

drop index cases_by_urgency, cases_by_company, cases_kept_close;

alter table cases
  drop column urgency,
  -- As the company is called now, so that a page needs no other table.
  add column company_handle   text        null collate "C",
  add column company_name     text        null,
  add column assignee         text        null collate "C",
  add column tags             text[]      not null default '{}',
  add column severity         text        null,
  add column policy           text        null collate "C",
  -- Of what is owed by promise: which, and since when.
  add column owed_id          uuid        null,
  add column owed_since       timestamptz null,
  add column owed_since_exact boolean     null,
  -- Of what Disclosures says is due: the clock or step that ran out or runs out first, and what comes after it.
  add column due_at           timestamptz null,
  add column due_kind         text        null,
  add column due_name         text        null,
  add column due_title        text        null,
  add column due_owed_by      text        null,
  add column due_since        timestamptz null,
  add column due_since_exact  boolean     null,
  add column due_paused       boolean     null,
  add column due_paused_until timestamptz null,
  add column then_at          timestamptz null,
  add column then_kind        text        null,
  add column then_title       text        null,
  add column then_owed_by     text        null,
  -- When the first clock that still runs is breached, or was.
  add column breach_at        timestamptz null,
  -- The version of the case that these follow from; 0: they were never asked for.
  add column timetable_version bigint     not null default 0;

alter table cases
  add column urgency     timestamptz not null generated always as (coalesce(least(overdue_at, due_at), 'infinity')) stored,
  add column contact_at  timestamptz not null generated always as (coalesce(last_outreach_at, '-infinity')) stored,
  add column company_key text        collate "C" not null generated always as (lower(coalesce(company_name, ''))) stored;

-- A case is written anew with every event, mostly with the same values in the indexed columns: room on the page spares the indexes.
alter table cases set (fillfactor = 80);

update cases c set company_handle = o.handle, company_name = o.name from companies o where o.id = c.company_id;

create index cases_by_urgency on cases (status, urgency, opened_at, id);
create index cases_by_opening on cases (status, opened_at, id);
create index cases_by_contact on cases (status, contact_at, id);
create index cases_by_company_key on cases (status, company_key, id);
create index cases_by_company on cases (company_id, status, urgency, opened_at, id);
create index cases_private on cases (company_id) where private;
-- Those that a reader may not know of are counted beside every page: from this alone.
create index cases_kept_close on cases (marking, red_until) include (people) where marking > 2 or red_until is not null or people is not null;
-- The pages that are looked at all day, in their order. From the first of these alone the open cases are counted by all filters.
create index cases_waiting on cases (waiting_on, urgency, opened_at, id)
  include (reaction, assignee, severity, tags, marking, red_until, narrowest_fact, people) where status = 'open';
create index cases_assigned on cases (assignee, urgency, opened_at, id) where status = 'open';
create index cases_reacting on cases (reaction, urgency, opened_at, id) where status = 'open';
create index cases_tagged on cases using gin (tags) with (fastupdate = off) where tags <> '{}';
-- Of these few some members are withheld from some readers; they come after the others.
create index cases_with_marked_facts on cases (status, opened_at, id) where narrowest_fact > 0;

-- What is due, one row for each thing: Disclosures works it out, this is what it last said.
create table dues (
  case_id      uuid        not null,
  kind         text        not null,
  name         text        collate "C" not null,
  title        text        not null,
  subject_id   uuid        null,
  owed_by      text        not null,
  due_at       timestamptz null,
  since        timestamptz not null,
  since_exact  boolean     not null,
  paused       boolean     not null,
  paused_until timestamptz null,
  constraint dues_pkey primary key (case_id, kind, name)
);

create index dues_by_time on dues (due_at, case_id, kind, name) where due_at is not null;
create index cases_promised on cases (overdue_at, id) where overdue_at is not null and status = 'open';

-- Cases of which Disclosures is to be asked what is due, as they were at this version at least.
create table timetables_wanted (
  case_id      uuid        primary key,
  version      bigint      not null,
  leased_until timestamptz null
);

insert into timetables_wanted (case_id, version) select id, version from cases where status = 'open';

-- What the words of a case are, for readers cleared from one level up to another: where no fact is marked there is one row for all.
create table case_words (
  case_id uuid     not null,
  level   smallint not null,
  top     smallint not null,
  -- Most searches are for open cases, a tenth of all after some years.
  open    boolean  not null,
  words   tsvector not null,
  names   text     not null,
  constraint case_words_pkey primary key (case_id, level)
);

-- Without a list of what is still to be sorted in, which every search would have to read through: nobody waits for what is written here.
create index case_words_by_word on case_words using gin (words) with (fastupdate = off);
create index case_words_open on case_words using gin (words) with (fastupdate = off) where open;

do $$
begin
  if exists (select from pg_extension where extname = 'pg_trgm') then
    create index case_words_by_name on case_words using gin (names gin_trgm_ops) with (fastupdate = off);
  end if;
end
$$;

-- Cases whose words are to be gathered anew.
create table words_wanted (case_id uuid primary key);

insert into words_wanted select id from cases;

-- The table from which the two above were last filled whole: a rebuild puts another in its place.
create table boards_filled_from (cases oid not null);
insert into boards_filled_from values ('cases'::regclass);

-- Saved views of the board. They follow from no event: whoever saved one may change it.
create table board_views (
  -- '' for a view that is shared.
  owner      text        collate "C" not null,
  name       text        collate "C" not null,
  title      text        null,
  query      text        not null,
  -- Up to whom a shared one goes.
  marking    smallint    not null,
  saved_by   text        not null,
  version    bigint      not null,
  saved_at   timestamptz not null,
  constraint board_views_pkey primary key (owner, name)
);
