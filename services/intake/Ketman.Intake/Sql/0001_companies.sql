-- What lists, references and duplicates ask of companies. Written in the transaction of the append, so it is never behind.

create table companies (
  id       uuid    primary key,
  handle   text    collate "C" not null,
  name     text    not null,
  domain   text    null,
  tvl_rank integer null,
  zone     text    null,
  privacy  text    not null default 'none',
  constraint companies_handle_key unique (handle)
);

create index companies_by_domain on companies (domain) where domain is not null;

create table company_repositories (
  company_id uuid not null references companies (id),
  repository text not null,
  -- host/owner: another company with the same owner may be the same company.
  owner      text not null,
  primary key (company_id, repository)
);

create index company_repositories_by_owner on company_repositories (owner);
