-- What a case is called by: its handle, company, title, tags and who has it. Who searches mostly means one of these, and they are a third of its
-- words: so they are looked through first, and notes and findings only where they do not fill the page.
alter table case_words add column head tsvector not null generated always as (ts_filter(words, '{a,b}')) stored;

create index case_words_by_head on case_words using gin (head) with (fastupdate = off);
create index case_words_open_head on case_words using gin (head) with (fastupdate = off) where open;

do $$
begin
  if exists (select from pg_extension where extname = 'pg_trgm') then
    create index case_words_open_name on case_words using gin (names gin_trgm_ops) with (fastupdate = off) where open;
  end if;
end
$$;
