-- Every filter of the board stands in the indexes that have the cases in its order: whatever is asked for together, a page is found without reading a
-- single row but those that are shown. By what few cases have there is an index each, because the walk to them would be long.
drop index cases_by_urgency, cases_waiting, cases_reacting, cases_assigned, cases_kept_close;

create index cases_by_urgency on cases (status, urgency, opened_at, id)
  include (company_id, waiting_on, reaction, assignee, severity, policy, tags, marking, red_until, narrowest_fact, people, contact_at, company_key, handle);
create index cases_waiting on cases (waiting_on, urgency, opened_at, id)
  include (reaction, assignee, severity, policy, tags, marking, red_until, narrowest_fact, people) where status = 'open';
create index cases_assigned on cases (assignee, status, urgency, opened_at, id)
  include (waiting_on, reaction, severity, policy, tags, marking, red_until, narrowest_fact, people);
create index cases_reacting on cases (reaction, status, urgency, opened_at, id)
  include (waiting_on, assignee, severity, policy, tags, marking, red_until, narrowest_fact, people) where reaction is not null;
create index cases_severe on cases (severity, status, urgency, opened_at, id)
  include (waiting_on, reaction, assignee, policy, tags, marking, red_until, narrowest_fact, people) where severity is not null;
create index cases_marked on cases (marking, status, urgency, opened_at, id)
  include (waiting_on, reaction, assignee, severity, policy, tags, red_until, narrowest_fact, people) where marking <> 2;

-- Figures leave out the few that a reader may not know all of, instead of asking of each of the others whether he may: with their ids, from this alone.
create index cases_kept_close on cases (marking, red_until) include (people, id) where marking > 2 or red_until is not null or people is not null;
