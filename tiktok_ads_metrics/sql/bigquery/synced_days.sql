-- The last read of each day: every finished window of a report, spread over its days.
select windows.report, windows.advertiser_id, day, max(windows.synced_at) as synced_at
from raw.sync_windows as windows
cross join unnest(generate_date_array(windows.start_date, windows.end_date)) as day
group by windows.report, windows.advertiser_id, day
