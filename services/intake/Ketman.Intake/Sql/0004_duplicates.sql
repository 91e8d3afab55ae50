-- What two things have in common when they may be one. Those that share a key are a group.

create view account_keys as
  select id as account_id, 'handle' as reason, loose_handle as key from accounts where loose_handle is not null
  union
  select id, 'email', 'email:' || loose_email from accounts where loose_email is not null
  union
  select id, 'wallet', ref from accounts where platform = 'wallet'
  union
  -- Whoever is bound to a wallet or an address has it, whichever way round the link was written down.
  select link.account_id, hub.platform, case when hub.platform = 'email' then 'email:' || hub.loose_email else hub.ref end
  from (
    select account_id, other_id, kind from account_links
    union all
    select other_id, account_id, kind from account_links
  ) link
  join accounts hub on hub.id = link.other_id and hub.platform in ('wallet', 'email')
  where link.kind in ('same-actor', 'same-wallet', 'same-email');

create view company_keys as
  select id as company_id, 'domain' as reason, domain as key from companies where domain is not null
  union
  select company_id, 'repository-owner', owner from company_repositories;

create view lead_keys as
  select named.lead_id, 'account' as reason, stands.ref as key
  from lead_accounts named
  join accounts account on account.id = named.account_id
  join accounts stands on stands.id = coalesce(account.merged_into, account.id)
  union
  select named.lead_id, keys.reason, keys.key from lead_accounts named join account_keys keys on keys.account_id = named.account_id
  union
  select lead.id, 'company', company.handle from leads lead join companies company on company.id = lead.company_id
  union
  select lead.id, keys.reason, keys.key from leads lead join company_keys keys on keys.company_id = lead.company_id;

-- Every group of things that may be one, the one to keep first, and which of them could be merged into it (a lead that was
-- disclosed cannot, companies have no merging). What was merged is settled; accounts of one named actor are no news.
create view duplicate_groups as
  select 'account' collate "C" as kind, keys.reason collate "C" as reason, keys.key collate "C" as key,
    array_agg(account.ref order by account.id) as refs, array_agg(account.ref order by account.id) as mergeable
  from account_keys keys
  join accounts account on account.id = keys.account_id
  where account.merged_into is null
  group by keys.reason, keys.key
  having count(*) > 1 and not (count(account.actor) = count(*) and count(distinct account.actor) = 1)
  union all
  select 'company', keys.reason, keys.key, array_agg(company.handle order by company.handle), array[]::text[]
  from company_keys keys
  join companies company on company.id = keys.company_id
  group by keys.reason, keys.key
  having count(*) > 1
  union all
  select 'lead', keys.reason, keys.key,
    array_agg(lead.handle order by lead.status <> 'disclosed', lead.seq),
    array_agg(lead.handle order by lead.seq) filter (where lead.status = 'open')
  from lead_keys keys
  join leads lead on lead.id = keys.lead_id
  where lead.status in ('open', 'disclosed')
  group by keys.reason, keys.key
  having count(*) > 1 and bool_or(lead.status = 'open');
