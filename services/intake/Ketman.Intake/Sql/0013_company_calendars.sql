-- A company's own calendar as JSON; who opens a case asks for it with the company's id.
alter table companies add column calendar text null;
