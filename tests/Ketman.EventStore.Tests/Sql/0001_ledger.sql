-- A read model with everything that makes a switch hard: tables that refer to one another, an identity, a view, a function.
create table accounts (
  number  bigint  generated always as identity,
  stream  varchar not null primary key,
  entries bigint  not null
);

create table entries (
  seq     bigint  not null primary key,
  stream  varchar not null references accounts (stream),
  version bigint  not null,
  text    text    not null,
  constraint entries_version_key unique (stream, version)
);

create index entries_by_text on entries (text);

create view long_accounts as select stream, entries from accounts where entries > 1;

create function entries_of(wanted varchar) returns bigint language plpgsql as $$
begin
  return (select count(*) from entries where stream = wanted);
end
$$;
