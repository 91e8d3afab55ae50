-- Every version of every policy, written in the transaction of the append: opening a case finds the one that holds in one step.
-- The document is text, not jsonb: its digest is over these very bytes.
create table policies (
  name text collate "C" not null,
  version integer not null,
  title text not null,
  digest text not null,
  document text not null,
  note text,
  applied_at timestamptz not null,
  applied_by text not null,
  primary key (name, version)
);
