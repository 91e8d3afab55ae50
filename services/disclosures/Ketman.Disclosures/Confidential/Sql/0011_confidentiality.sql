-- Who may know of a case and how far it may go: one row for each, written in the transaction of every append that changes it, so
-- that lists need not read histories. It follows from the case's own history; cases that are older get theirs at the start.
create table confidentiality (
  disclosure_id uuid not null primary key,
  marking smallint not null,      -- as it was marked: 0 clear, 1 green, 2 amber, 3 amber+strict, 4 red
  private boolean not null,       -- the company asked for privacy in this case
  red_until timestamptz,          -- red by itself until then: an embargo, or (for ever) privacy
  narrowest_fact smallint not null, -- the highest mark among its facts; 0: none is marked
  people text[]                   -- who alone may know of it; null: whoever is cleared for it
);

-- The few cases that somebody who is cleared for most may not know of are found without reading the others.
create index confidentiality_kept_close on confidentiality (disclosure_id) where marking > 2 or red_until is not null or people is not null;
create index confidentiality_restricted on confidentiality (disclosure_id) where people is not null;
create index confidentiality_private on confidentiality (disclosure_id) where private;

-- Which companies asked for privacy in all their cases, as Intake tells it.
create table private_companies (
  company_id uuid not null primary key
);
