-- The last read of each day: every finished window of a report, spread over its days.
select report, advertiser_id, day, max(synced_at) as synced_at
from (
    select windows.report, windows.advertiser_id, windows.synced_at, explode(sequence(windows.start_date, windows.end_date)) as day
    from raw.sync_windows as windows
) as spread
group by report, advertiser_id, day
