-- Whose case a disclosure is, and in which cases a company asked for privacy, as Disclosures tells it.
create table disclosed_cases (
  id         uuid primary key,
  company_id uuid not null
);

create table case_privacy (
  -- The request; when it is retracted the row goes.
  fact_id    uuid primary key,
  company_id uuid not null
);

create index case_privacy_by_company on case_privacy (company_id);
