-- The rows of a report that count: those whose day no later finished read covers. A day that is read again replaces
-- what was read before, also the rows that TikTok no longer returns, and also where the loader only appends.
select coalesce(report.currency, account.currency) as currency
from raw.report as report
left join views.synced_days as synced
    on synced.report = 'report' and synced.advertiser_id = report.advertiser_id and synced.day = report.stat_time_day
left join views.tiktok_meta_advertiser as account on account.advertiser_id = report.advertiser_id
where coalesce(report.synced_at >= synced.synced_at, true)
