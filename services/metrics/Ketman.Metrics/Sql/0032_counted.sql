-- What a month's statement begins with: the facts that count in the month in which they happened. The others are most of them.
-- The list is that of MonthFacts; a test compares them.
create index facts_counted on facts (happened_at) include (subject, type, account_id) where type in (
  'ketman:payment-recorded:v1',
  'ketman:payment-corrected:v1',
  'ketman:worker-confirmed:v1',
  'ketman:implant-assessed:v1',
  'ketman:post-exploitation-help-engaged:v1',
  'ketman:escalation-step-due:v1',
  'ketman:escalation-step-taken:v1',
  'ketman:escalation-step-cancelled:v1',
  'ketman:sla-breached:v1',
  'ketman:final-notice-given:v1',
  'ketman:publication-proposed:v1',
  'ketman:publication-approved:v1',
  'ketman:company-named:v1',
  'ketman:publication-stopped:v1',
  'ketman:publication-withdrawn:v1',
  'ketman:account-indexed:v1',
  'ketman:account-confirmed:v1',
  'ketman:account-activity-observed:v1',
  'ketman:account-employment-observed:v1',
  'ketman:disclosure-opened:v1');

-- Nothing asks for all facts of a time.
drop index facts_by_time;

-- The cases of a company of which not everybody may know who may know of most.
create index cases_close on cases (company_id) where private or people is not null or red_until is not null or mark <> 2;
