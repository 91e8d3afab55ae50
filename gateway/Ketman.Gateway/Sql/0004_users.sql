-- Local users, how they come in, and how they stay in. Of every secret only a hash is kept, except the second factor's key, which
-- must be readable and is encrypted with a key that is not in the database.
create table users (
  id uuid not null constraint pk_users primary key,
  name text not null constraint uq_users_name unique,
  roles text[] not null,
  clearance text constraint ck_users_clearance check (clearance in ('clear', 'green', 'amber', 'amber-strict', 'red')),
  password_hash text not null,
  security_stamp text not null,
  version bigint not null,
  created_at timestamptz not null,
  created_by text not null,
  locked_at timestamptz,
  removed_at timestamptz,
  totp_key bytea,
  totp_confirmed boolean not null,
  totp_step bigint not null,
  recovery_codes bytea[] not null
);

create table invitations (
  hash bytea not null constraint pk_invitations primary key constraint ck_invitations_hash check (octet_length(hash) = 32),
  name text,
  roles text[] not null,
  clearance text constraint ck_invitations_clearance check (clearance in ('clear', 'green', 'amber', 'amber-strict', 'red')),
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- By the hash of the name that was typed, whether there is such a user or not: so the answers do not tell. Browsers in which the
-- user came in before count for themselves, so that a stranger's guesses do not keep the user out; without one it is empty.
create table sign_in_attempts (
  name_hash bytea not null,
  known_by bytea not null,
  failed integer not null,
  last_at timestamptz not null,
  locked_until timestamptz,
  constraint pk_sign_in_attempts primary key (name_hash, known_by)
);

create table sessions (
  id uuid not null constraint pk_sessions primary key,
  hash bytea not null constraint uq_sessions_hash unique constraint ck_sessions_hash check (octet_length(hash) = 32),
  user_id uuid not null constraint fk_sessions_user references users (id),
  stamp text not null,
  address text,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);

create index ix_sessions_user on sessions (user_id);

-- Events say by the name who recorded them, so a user and a key never bear the same. The lock lets the check of one see the row
-- of the other.
create function ketman_one_name_for_one() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('ketman names', 0));
  if (tg_table_name = 'users' and exists (select from api_keys where name = new.name))
    or (tg_table_name = 'api_keys' and exists (select from users where name = new.name)) then
    raise exception 'the name is given already' using errcode = 'unique_violation', constraint = 'ketman_one_name_for_one';
  end if;
  return new;
end
$$;

create trigger ketman_one_name_for_one before insert on users for each row execute function ketman_one_name_for_one();
create trigger ketman_one_name_for_one before insert on api_keys for each row execute function ketman_one_name_for_one();
