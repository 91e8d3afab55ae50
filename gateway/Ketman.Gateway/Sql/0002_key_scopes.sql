-- A key may be held to a part of what its roles allow (by scope and by clearance), and be exchanged for a new one without a moment in which none is valid.
alter table api_keys
  add column scope text[] not null default '{}',
  add column clearance text constraint ck_api_keys_clearance check (clearance in ('clear', 'green', 'amber', 'amber-strict', 'red')),
  add column rotated_at timestamptz,
  add column previous_hash bytea constraint uq_api_keys_previous_hash unique constraint ck_api_keys_previous_hash check (octet_length(previous_hash) = 32),
  add column previous_until timestamptz;
