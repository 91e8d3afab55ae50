-- Who was refused, who came and went, who changed keys and users. Rows are only ever added: ids count without a gap and each
-- hash covers the row and the hash before it, so what somebody with rights on the table takes out or alters shows.
create table audit_log (
  id bigint not null constraint pk_audit_log primary key,
  at timestamptz not null,
  kind text not null,
  actor text,
  actor_kind text,
  address text,
  method text,
  route text,
  status integer,
  subject text,
  detail text,
  times integer not null constraint ck_audit_log_times check (times > 0),
  trace text,
  hash bytea not null constraint ck_audit_log_hash check (octet_length(hash) = 32)
);

create index ix_audit_log_actor on audit_log (actor, id desc);
create index ix_audit_log_kind on audit_log (kind, id desc);

create function ketman_refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log only grows: % is refused', tg_op using errcode = 'KT002';
end
$$;

create trigger ketman_only_grows before update or delete or truncate on audit_log
  for each statement execute function ketman_refuse_audit_change();
