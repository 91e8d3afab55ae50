-- A rebuild goes through the log by its numbers. Of two merges at once, the one that took the rows first may have drawn its number
-- second; it was right when it was made, so it is followed to where it leads now instead of being refused.

create or replace function merge_account(merged uuid, target uuid) returns void language plpgsql as $$
declare
  stands uuid;
begin
  perform 1 from accounts where id in (merged, target) order by id for update;
  select merged_into into stands from accounts where id = target and merged_into is not null;
  if stands is not null and current_setting('ketman.rebuild', true) is distinct from 'on' then
    raise unique_violation using message = 'the account to merge into was merged itself';
  end if;
  update accounts set merged_into = coalesce(stands, target) where id = merged or merged_into = merged;
end
$$;

create or replace function merge_lead(merged uuid, target uuid) returns void language plpgsql as $$
declare
  stands uuid;
begin
  perform 1 from leads where id in (merged, target) order by id for update;
  select merged_into into stands from leads where id = target and merged_into is not null;
  if stands is not null and current_setting('ketman.rebuild', true) is distinct from 'on' then
    raise unique_violation using message = 'the lead to merge into was merged itself';
  end if;
  update leads set status = 'merged' where id = merged;
  update leads set merged_into = coalesce(stands, target) where id = merged or merged_into = merged;
end
$$;
