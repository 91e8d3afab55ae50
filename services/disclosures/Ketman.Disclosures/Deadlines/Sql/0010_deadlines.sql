-- When time next brings something about in a case: one row for each, written in the transaction of every append that changes it.
-- It follows from the case's own history and can be made anew from it (recomputed) at any time.
create table deadlines (
  disclosure_id uuid not null primary key,
  due_at timestamptz,        -- null: nothing is coming; or, while claimable_at is set, it is still to be found out
  claimable_at timestamptz,  -- from when on an instance of the deadline clock may take it up; null: never
  settles_by timestamptz,    -- past due times wait for the case to be quiet, but not beyond this
  leased_until timestamptz,  -- somebody works on it; who died is not waited for longer than this
  claim uuid,                -- which taking-up that is
  tries integer not null default 0,
  error_type text,           -- why the last try failed; never a message, which may hold personal data
  parked_at timestamptz      -- tried too often: it waits for an operator
) with (fillfactor = 70);    -- leases and tries are written in place, beside no index

create index deadlines_claimable on deadlines (claimable_at) where claimable_at is not null;
create index deadlines_parked on deadlines (parked_at, disclosure_id) where parked_at is not null;

-- What people are told. Written in the transaction of what it tells of.
create table notices (
  id uuid not null primary key,   -- that of the event; of a collected notice, its own
  kind text not null,
  disclosure_id uuid,             -- null: a collected notice
  subject text,                   -- the clock or the step
  due_at timestamptz not null,    -- of a collected notice, when the earliest of it came
  noticed_at timestamptz not null,
  deliver_at timestamptz not null,
  text text not null,
  due_until timestamptz,          -- from here on of a collected notice only: when the latest came
  breaches bigint,
  steps bigint,
  warnings bigint,
  cases bigint,
  disclosures uuid[]              -- those of the earliest, at most a thousand
);

create index notices_newest on notices (noticed_at desc, id desc);

-- What was noticed long after its time: it waits here until all of it is, and one notice tells of it.
create table late_notices (
  event_id uuid not null primary key,
  disclosure_id uuid not null,
  kind text not null,
  came_at timestamptz not null,
  deliver_at timestamptz not null
);
