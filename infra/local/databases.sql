-- One database and one role for each service: the role owns its database and can connect to no other.
-- psql reads this with the variables `services` (names, blank-separated), `passwords` (name=password,
-- blank-separated) and `own` (whether the server is Ketman's alone). It can be run any number of times; the local runner and
-- docker-compose.yml both do so at every start.
-- A failing statement must not write a password into the server's log.
-- (Only a superuser may say so; anyone else's server keeps its own rule.)
select 'set log_min_error_statement = panic' from pg_roles where rolname = current_user and rolsuper
\gexec

select format('create role %I login password %L', 'ketman_' || split_part(p, '=', 1), split_part(p, '=', 2))
from regexp_split_to_table(:'passwords', ' ') p
where not exists (select from pg_roles where rolname = 'ketman_' || split_part(p, '=', 1))
\gexec

-- Who is no superuser must be a member of a role to give it a database.
select format('grant %I to current_user', 'ketman_' || s)
from regexp_split_to_table(:'services', ' ') s
where not (select rolsuper from pg_roles where rolname = current_user)
\gexec

select format('create database %1$I owner %1$I encoding ''UTF8'' template template0', 'ketman_' || s)
from regexp_split_to_table(:'services', ' ') s
where not exists (select from pg_database where datname = 'ketman_' || s)
\gexec

select format('revoke all on database %I from public', 'ketman_' || s)
from regexp_split_to_table(:'services', ' ') s
\gexec

-- On a server of its own nothing is anybody's but the owner's; one that was given may have other tenants.
\if :own
revoke all on database postgres, template1 from public;
\endif
