-- The keys under which the personal texts of events are encrypted, one for each subject. The log itself is never changed:
-- deleting a key is what erases. The row stays, so that nothing is ever encrypted for that subject again.
create table ketman_subject_keys (
  subject    text        collate "C" not null primary key,
  key        bytea       null,
  created_at timestamptz not null default now(),
  erased_at  timestamptz null,
  -- The event that says who had it erased.
  erased_by  uuid        null,
  constraint ketman_subject_keys_key check (octet_length(key) = 32),
  constraint ketman_subject_keys_erased check ((key is null) = (erased_at is not null))
);
