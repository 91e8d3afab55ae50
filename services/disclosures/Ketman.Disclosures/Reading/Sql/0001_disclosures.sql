-- The list of cases, written in the transaction of the append, so it is never behind.
-- Only what a list shows and what opening needs: no event but those that open a case or move its status touches it.
create table disclosures (
  id uuid not null primary key,
  handle text not null unique,
  company_id uuid not null,
  title text,
  status text not null,
  opened_at timestamptz not null,
  opened_on_day boolean not null,   -- the time is known to the day only
  opening_id uuid not null          -- the opening's event id, which follows from its idempotency key
);

create index disclosures_opened on disclosures (opened_at desc, id desc);
create index disclosures_of_company on disclosures (company_id, opened_at desc, id desc);
