create table leads (
  -- The order in which they were written down; the list begins with the newest.
  seq         bigint generated always as identity,
  id          uuid   primary key,
  handle      text   collate "C" not null,
  summary     text   not null,
  company_id  uuid   null,
  -- As it was said: a day or an instant.
  opened_at   text   not null,
  -- The first event: tells whether a drawn handle was drawn for this very request.
  opened_by   uuid   not null,
  status      text   not null default 'open',
  merged_into uuid   null,
  constraint leads_handle_key unique (handle)
);

create unique index leads_by_seq on leads (seq);
create index leads_by_company on leads (company_id) where company_id is not null;
create index leads_by_merge on leads (merged_into) where merged_into is not null;

create table lead_accounts (
  lead_id    uuid not null,
  account_id uuid not null,
  primary key (lead_id, account_id)
);

create index lead_accounts_by_account on lead_accounts (account_id);

-- See merge_account.
create function merge_lead(merged uuid, target uuid) returns void language plpgsql as $$
begin
  perform 1 from leads where id in (merged, target) order by id for update;
  if exists (select from leads where id = target and merged_into is not null) then
    raise unique_violation using message = 'the lead to merge into was merged itself';
  end if;
  update leads set status = 'merged' where id = merged;
  update leads set merged_into = target where id = merged or merged_into = merged;
end
$$;
