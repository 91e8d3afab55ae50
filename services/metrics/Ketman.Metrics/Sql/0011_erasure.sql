-- An erased account has no actor any more. Another account of the same actor keeps the two counting as one worker.
alter table accounts add column same_as uuid null;

create index accounts_by_same on accounts (same_as) where same_as is not null;
