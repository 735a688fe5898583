-- The last read of each day: every finished window of a report, spread over its days.
select windows.report, windows.advertiser_id, windows.start_date + number.index as day, max(windows.synced_at) as synced_at
from raw.sync_windows as windows,
    lateral flatten(input => array_generate_range(0, windows.end_date - windows.start_date + 1)) as number
group by windows.report, windows.advertiser_id, windows.start_date + number.index
