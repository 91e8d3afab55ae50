-- Who may know of a case and how far it may go, so that lists leave out in SQL what is not for their reader.
alter table cases
  -- As it was marked: 0 clear, 1 green, 2 amber, 3 amber+strict, 4 red.
  add column mark smallint not null default 2,
  -- The company wishes privacy, in all its cases or in one of them.
  add column company_private boolean not null default true,
  -- An embargo stands until then.
  add column red_until timestamptz null,
  -- The highest mark among its facts; 0: none is marked.
  add column narrowest_fact smallint not null default 0,
  -- Who alone may know of it; null: whoever is cleared for it.
  add column people text[] null;

alter table cases add column marking smallint not null generated always as (case when company_private then 4 else mark end) stored;

-- What stands already: an embargo is taken to stand until the case is next read anew.
update cases c set
  company_private = coalesce((select o.private from companies o where o.id = c.company_id), true) or exists (select from cases p where p.company_id = c.company_id and p.private),
  red_until = case when exists (select from facts f where f.subject = c.id and f.type = 'ketman:embargo-set:v1') then 'infinity'::timestamptz end;

-- The few cases that somebody who is cleared for most may not know of are counted without reading the others.
create index cases_kept_close on cases (id) where marking > 2 or red_until is not null or people is not null;
create index cases_restricted on cases (id) where people is not null;

-- What stands for a company that is not to be named is made with this: its own id follows from its handle, and can be guessed.
create table disguise (secret bytea not null);
insert into disguise select decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
