-- API keys. Of a key only its hash is kept; a name is never given twice, because events say who by it.
create table api_keys (
  id uuid not null constraint pk_api_keys primary key,
  name text not null constraint uq_api_keys_name unique,
  hash bytea not null constraint uq_api_keys_hash unique constraint ck_api_keys_hash check (octet_length(hash) = 32),
  hint text not null,
  roles text[] not null constraint ck_api_keys_roles check (cardinality(roles) > 0),
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  last_used_at timestamptz
);
