-- Where a company reads the clock, so that what is due can be told in its hours too. In the row of a case, as its name is.
alter table companies add column zone text null;
alter table cases add column company_zone text null;

update companies o set zone = (
  select f.data ->> 'zone' from facts f
  where f.subject = o.id and f.type in ('ketman:company-registered:v1', 'ketman:company-changed:v1') order by f.version desc limit 1);
update cases c set company_zone = o.zone from companies o where o.id = c.company_id and o.zone is not null;
