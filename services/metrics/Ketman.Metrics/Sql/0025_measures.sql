-- What figures are worked out from: one narrow row per case, with nothing in it that depends on when it is looked at.
create table measures (
  id                  uuid        primary key,
  opened_at           timestamptz not null,
  first_attempt_at    timestamptz null,
  first_delivered_at  timestamptz null,
  acknowledged_at     timestamptz null,
  company_word_at     timestamptz null,
  triaged_at          timestamptz null,
  classified_at       timestamptz null,
  first_revocation_at timestamptz null,
  access_revoked_at   timestamptz null,
  resolved_at         timestamptz null,
  ended_at            timestamptz null,
  -- A bit for each of these times in their order: set where the instant is known, otherwise it is a day, as its first instant in UTC.
  exact               integer     not null,
  -- What the window of reaction times goes by; without a delivery the opening, so that such a case is counted apart in its window.
  anchored_at         timestamptz not null generated always as (coalesce(first_delivered_at, opened_at)) stored,
  first_channel       text        null,
  tries_to_answer     integer     null,
  policy_name         text        null,
  policy_version      integer     null,
  -- What there are several of stands together, an array for each: a row of its own would have to be written anew with every event of its case.
  attempts            json        not null,
  attempted_from      timestamptz null,
  attempted_until     timestamptz null,
  promises            json        not null,
  promised_from       timestamptz null,
  promised_until      timestamptz null,
  payments            json        not null,
  paid_from           timestamptz null,
  paid_until          timestamptz null,
  clocks              json        not null,
  reactions           json        not null,
  workers             uuid[]      not null
);

create index measures_by_anchor on measures (anchored_at);
create index measures_by_opening on measures (opened_at);
create index measures_by_attempt on measures (attempted_until, attempted_from) where attempted_until is not null;
create index measures_by_promise on measures (promised_until, promised_from) where promised_until is not null;
create index measures_by_payment on measures (paid_until, paid_from) where paid_until is not null;

-- Which cases somebody has learnt something of since a day that is asked about. Facts are written in the order of recording, so this stays tiny.
create index facts_by_recording on facts using brin (recorded_at) with (pages_per_range = 32);

-- What stands already is folded anew, beside the live tables: until then figures are empty.
do $$
begin
  if current_setting('ketman.rebuild', true) is distinct from 'on' and exists (select from facts) then
    insert into journal_rebuilds (name, phase, wanted_by, wanted_at) values ('read-models', 'wanted', 'migration', now())
    on conflict (name) do update set phase = 'wanted', wanted_by = 'migration', wanted_at = now(), build = null, position = 0, done = 0, total = 0,
      started_at = null, finished_at = null, failed_event = null, error_type = null;
  end if;
end
$$;
