-- What people decided about a month's statement, and what they wrote to it. None of it follows from the journal, so a rebuild leaves
-- these tables alone (the scripts run for it too, beside the live tables); and none of it is ever changed: what was published stays as it was, and says who let it out.
do $script$
begin
  if current_setting('ketman.rebuild', true) is distinct from 'on' then
    create table statement_steps (
      month       text        not null,
      -- Its place in the chain of the month, from 1 without gaps.
      number      integer     not null check (number > 0),
      kind        text        not null check (kind in ('reviewed', 'frozen')),
      -- What was frozen: 1, then a restatement with every number; of a review, what it was for.
      version     integer     not null check (version > 0),
      by_name     text        not null,
      -- The signed text has only digests of names and of what was reviewed; these make them unguessable.
      salt        bytea       not null,
      at          timestamptz not null,
      -- SHA-256 of everything that was reviewed.
      basis       bytea       not null,
      -- The text that is signed, with the hash of the one before it.
      statement   text        not null,
      signature   bytea       not null,
      key_pem     text        not null,
      request_key text        null,
      -- The ids of the facts from which a frozen version was counted, one after the other.
      facts       bytea       null,
      primary key (month, number),
      constraint statement_steps_request_key unique (month, request_key)
    );

    create unique index statement_steps_frozen on statement_steps (month, version) where kind = 'frozen';

    -- A frozen version as it is answered: for readers of every clearance, in every form.
    create table statement_contents (
      month   text    not null,
      version integer not null,
      -- E.g. clear.json
      name    text    not null,
      salt    bytea   not null,
      content bytea   not null,
      -- The cases of which something can be recognised in it.
      cases   uuid[]  not null,
      primary key (month, version, name)
    );

    create table statement_notes (
      month   text        not null,
      section text        not null,
      version integer     not null check (version > 0),
      text    text        not null,
      marking smallint    not null check (marking between 0 and 4),
      by_name text        not null,
      at      timestamptz not null,
      primary key (month, section, version)
    );

    create function statement_stays() returns trigger language plpgsql as $$
    begin
      raise exception '% is only ever added to', tg_table_name using errcode = 'KM031';
    end $$;

    create trigger statement_steps_stay before update or delete or truncate on statement_steps for each statement execute function statement_stays();
    create trigger statement_contents_stay before update or delete or truncate on statement_contents for each statement execute function statement_stays();
    create trigger statement_notes_stay before update or delete or truncate on statement_notes for each statement execute function statement_stays();
  end if;
end $script$;
