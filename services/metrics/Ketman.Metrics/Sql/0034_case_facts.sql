-- What a month's statement needs of a case, packed: one row for each case instead of some thirty facts in the order of recording, most of which
-- are text. It is made of the facts with every fold and holds nothing that they do not.
create table case_facts (
  id       uuid    primary key,
  -- Who may know of it and what counts in a month. Null: facts of it are marked by themselves, so all of them are needed.
  facts    bytea   null,
  -- How the company took it, which is told of cases opened in the month.
  contact  bytea   not null,
  -- Nothing was taken back in it, no fact is marked, and nobody was ever kept from it by name or by an embargo: what it tells stands for everybody.
  plain    boolean not null
);

-- Written anew with every event of its case.
alter table case_facts set (fillfactor = 80);

-- In which cases an account worked. Nothing else is looked up by account. The list is that of MonthFacts; a test compares them.
create index facts_of_work on facts (account_id) include (subject) where type in (
  'ketman:code-merged:v1',
  'ketman:engagement-established:v1',
  'ketman:access-revoked:v1',
  'ketman:payment-recorded:v1',
  'ketman:payment-corrected:v1',
  'ketman:worker-confirmed:v1');

drop index facts_by_account;

-- Who was confirmed before is not new, wherever that was.
create index facts_of_confirmation on facts (account_id, happened_at) include (subject) where type = 'ketman:worker-confirmed:v1';

-- What stands already is folded anew, beside the live tables: until then statements read the facts of cases that have no row.
do $$
begin
  if current_setting('ketman.rebuild', true) is distinct from 'on' and exists (select from facts) then
    insert into journal_rebuilds (name, phase, wanted_by, wanted_at) values ('read-models', 'wanted', 'migration', now())
    on conflict (name) do update set phase = 'wanted', wanted_by = 'migration', wanted_at = now(), build = null, position = 0, done = 0, total = 0,
      started_at = null, finished_at = null, failed_event = null, error_type = null;
  end if;
end
$$;
