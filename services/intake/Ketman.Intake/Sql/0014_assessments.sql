-- Which accounts are or were assessed, to find an assessment by its account and to list them.
create table assessments (
  id           uuid    primary key,
  account_id   uuid    not null,
  catalogue    integer not null,
  -- As they were said: days or instants.
  opened_at    text    not null,
  concluded_at text    null,
  status       text    not null default 'open',
  advice       text    null
);

create unique index assessments_by_account on assessments (account_id);
