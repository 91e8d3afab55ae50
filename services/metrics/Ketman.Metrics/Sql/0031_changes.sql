-- What changed, in the order in which it became visible here: for those who watch. It is written with the fold, whose transactions take
-- turns (each locks the consumer's row before it reads or writes anything), so the numbers come in the order of the commits and nobody
-- who has seen one can miss a smaller one. It is a tail, not history: old rows go, and a rebuild writes none.
do $script$
begin
  if current_setting('ketman.rebuild', true) is distinct from 'on' then
    create table changes (
      id      bigint generated always as identity primary key,
      subject uuid   not null,
      version bigint not null,
      event   uuid   not null,
      type    text   not null,
      noted_at timestamptz not null
    );
  end if;
end $script$;
