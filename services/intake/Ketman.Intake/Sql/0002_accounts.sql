-- The id of an account is random, so this table is what finds it. Its unique key is what makes one account of two
-- registrations at once: the later append fails, is decided again, and finds the first.

create table accounts (
  id                uuid        primary key,
  platform          text        not null,
  handle            text        collate "C" not null,
  ref               text        collate "C" not null generated always as (platform || ':' || handle) stored,
  -- The handle without what people vary from platform to platform; null: it says nothing.
  loose_handle      text        null,
  -- An e-mail address without its +tag.
  loose_email       text        null,
  first_active_year integer     null,
  actor             text        null,
  confidence        text        not null default 'unrated',
  active            boolean     null,
  active_at         timestamptz null,
  active_exact      boolean     null,
  employed_at       text[]      null,
  employed_at_at    timestamptz null,
  employed_at_exact boolean     null,
  -- The account that stands for this one, however many merges away.
  merged_into       uuid        null,
  constraint accounts_platform_handle_key unique (platform, handle)
);

create unique index accounts_by_ref on accounts (ref);
create index accounts_by_loose_handle on accounts (loose_handle) where loose_handle is not null;
create index accounts_by_loose_email on accounts (loose_email) where loose_email is not null;
create index accounts_by_merge on accounts (merged_into) where merged_into is not null;

-- No foreign keys: a batch writes stream by stream, so what binds two new accounts may come before the second of them.
create table account_links (
  account_id uuid not null,
  other_id   uuid not null,
  kind       text not null,
  primary key (account_id, other_id, kind)
);

create index account_links_by_other on account_links (other_id);

-- Two merges at once could each find the other's account standing and close a ring. Both rows are taken, always in the
-- same order; whoever comes second finds the first's merge, fails like a taken handle, and is decided again.
create function merge_account(merged uuid, target uuid) returns void language plpgsql as $$
begin
  perform 1 from accounts where id in (merged, target) order by id for update;
  if exists (select from accounts where id = target and merged_into is not null) then
    raise unique_violation using message = 'the account to merge into was merged itself';
  end if;
  update accounts set merged_into = target where id = merged or merged_into = merged;
end
$$;
