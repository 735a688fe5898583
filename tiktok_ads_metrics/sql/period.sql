-- The rows that count of a report by period: those of the periods that the account's last run read completely.
-- Nothing is summed: TikTok counts reach separately for each period.
select coalesce(report.currency, account.currency) as currency
from raw.report as report
join (
    select advertiser_id, start_date, end_date, synced_at, max(synced_at) over (partition by advertiser_id) as last_run
    from raw.sync_windows
    where report = 'report'
) as windows
    on windows.advertiser_id = report.advertiser_id
    and windows.start_date = report.start_date
    and windows.end_date = report.end_date
    and windows.synced_at = windows.last_run
    and report.synced_at >= windows.synced_at
left join views.tiktok_meta_advertiser as account on account.advertiser_id = report.advertiser_id
