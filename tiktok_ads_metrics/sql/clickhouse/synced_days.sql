-- The last read of each day: every finished window of a report, spread over its days.
select report, advertiser_id, start_date + number as day, max(read_at) as synced_at
from (
    select
        windows.report as report,
        windows.advertiser_id as advertiser_id,
        windows.start_date as start_date,
        windows.synced_at as read_at,
        arrayJoin(range(toUInt32(windows.end_date - windows.start_date + 1))) as number
    from raw.sync_windows as windows
) as numbered
group by report, advertiser_id, start_date + number
