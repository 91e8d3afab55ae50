-- Whose personal texts are erased here, and by which event. Whatever comes later of what was said before is journaled without them.
create table journal_erased (
  subject varchar collate "C" not null constraint pkey_journal_erased primary key,
  stream varchar not null,
  version bigint not null,
  event_id uuid not null,
  erased_at timestamptz not null
);

-- Whether two payloads say the same but for what is erased in one of them: an owner that is asked again after an erasure
-- answers without the texts that the journal may still have, and the other way round.
create function journal_same(a jsonb, b jsonb) returns boolean language sql immutable as $$
  select case when jsonb_typeof(a) = 'object' and jsonb_typeof(b) = 'object' then (
    select a - erased.names = b - erased.names
    from (
      select coalesce(array_agg(member.key), '{}') as names
      from (select * from jsonb_each(a) union all select * from jsonb_each(b)) member
      where member.value = '"[erased]"'
    ) erased
  ) else a = b end
$$;
