-- The rows of a report that count: those whose day no later finished read covers. A day that is read again replaces
-- what was read before, also the rows that TikTok no longer returns, and also where the loader only appends.
--
-- PostgreSQL gets the last reads of an account as one array with a place for each day. It cannot know how many days
-- the windows have, and would rather sort all facts than join them to so uncertain a number of rows. The days of a
-- window are numbered along a dummy array for the same reason: it counts on ten there, on a thousand of
-- generate_series.
select coalesce(report.currency, account.currency) as currency
from raw.report as report
left join (
    select advertiser_id, min(day) as first_day, array_agg(synced_at order by day) as last_reads
    from (
        select windows.advertiser_id, windows.start_date + cast(days.number as int) - 1 as day, max(windows.synced_at) as synced_at
        from (
            select advertiser_id, start_date, end_date, synced_at
            from raw.sync_windows
            where report = 'report'
            union all
            -- For the days between windows.
            select advertiser_id, min(start_date), max(end_date), '-infinity'
            from raw.sync_windows
            where report = 'report'
            group by advertiser_id
        ) as windows
        cross join lateral
            unnest(array_fill(0, array[windows.end_date - windows.start_date + 1])) with ordinality as days (dummy, number)
        group by windows.advertiser_id, windows.start_date + cast(days.number as int) - 1
    ) as synced_days
    group by advertiser_id
) as synced
    on synced.advertiser_id = report.advertiser_id
left join views.tiktok_meta_advertiser as account on account.advertiser_id = report.advertiser_id
where coalesce(report.synced_at >= synced.last_reads[report.stat_time_day - synced.first_day + 1], true)
