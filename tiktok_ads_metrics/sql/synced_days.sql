-- The last read of each day: every finished window of a report, spread over its days.
select
    windows.report,
    windows.advertiser_id,
    cast(days.day as date) as day,
    max(windows.synced_at) as synced_at
from raw.sync_windows as windows
cross join lateral generate_series(windows.start_date, windows.end_date, interval '1 day') as days (day)
group by windows.report, windows.advertiser_id, cast(days.day as date)
