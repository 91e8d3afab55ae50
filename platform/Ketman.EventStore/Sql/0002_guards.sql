-- What is ours beside Marten's tables: triggers, functions and views, which its schema check leaves alone.

-- The log is only ever added to. Statement-level, so that an append pays nothing and even an update of no row is refused;
-- archiving and cleaning by Marten are refused with it.
create function ketman_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the event log is immutable: % on % is refused', tg_op, tg_table_name using errcode = 'KT002';
end
$$;

create trigger ketman_immutable before update or delete or truncate on mt_events
  for each statement execute function ketman_refuse_change();

-- Of a stream only version and timestamp move.
create trigger ketman_immutable before delete or truncate or update of id, type, created, tenant_id, is_archived on mt_streams
  for each statement execute function ketman_refuse_change();

-- Called by an append that found its stream at another version: the whole transaction ends, inline rows included. The
-- error's constraint field carries the stream, since drivers hide the detail of an error and a message is for people.
create function ketman_wrong_version(stream text, expected bigint) returns bigint language plpgsql as $$
begin
  raise exception 'stream % is not at version %', stream, expected using errcode = 'KT001', constraint = stream;
end
$$;

-- A Marten that is configured without metadata would drop these columns, hash chain included. While a view reads them
-- it cannot: its migration fails instead and says why.
create view ketman_event_metadata as
  select seq_id, user_name, causation_id, correlation_id, headers from mt_events;
