-- Signed statements over stretches of the log, made by the sealer. Each covers the places first_seq to last_seq and follows
-- the one before without a gap, so the last one is also the sealer's checkpoint.

create table ketman_seal_keys (
  -- SHA-256 of the SubjectPublicKeyInfo.
  key_id        text        not null primary key,
  -- The 32 bytes of RFC 8032.
  public_key    bytea       not null,
  first_used_at timestamptz not null
);

create table ketman_seals (
  number    bigint      not null primary key,
  service   text        not null,
  first_seq bigint      not null unique,
  last_seq  bigint      not null,
  events    bigint      not null,
  root      bytea       not null,
  previous  bytea       not null,
  sealed_at timestamptz not null,
  key_id    text        not null references ketman_seal_keys,
  signature bytea       not null,
  -- The leaves of the tree, event by event. The root covers them; with them it can be said which event was changed or removed.
  seqs      bigint[]    not null,
  streams   varchar[]   not null,
  versions  bigint[]    not null,
  links     bytea       not null,
  constraint ketman_seals_stretch check (first_seq >= 1 and last_seq >= first_seq)
);

-- Which seals speak of a stream: its rows cannot be asked, they may be what is gone.
create index ketman_seals_streams on ketman_seals using gin (streams);

create trigger ketman_immutable before update or delete or truncate on ketman_seals
  for each statement execute function ketman_refuse_change();

create trigger ketman_immutable before update or delete or truncate on ketman_seal_keys
  for each statement execute function ketman_refuse_change();
