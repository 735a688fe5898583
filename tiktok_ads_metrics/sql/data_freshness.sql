-- A day's delivery is final once it was read after TikTok's correction of the day, at 12:00 UTC of the next one.
-- Conversions keep growing until their attribution window ends, after 28 days at most.
with loaded as (
    select distinct report
    from views.synced_days
),

wanted as (
    select loaded.report, account.advertiser_id, account.name as advertiser_name
    from views.tiktok_meta_advertiser as account
    cross join loaded
),

-- Periods such as the last 7 and the last 28 days overlap within a run: days between them are not missing.
of_periods as (
    select distinct windows.report
    from raw.sync_windows as windows
    join raw.sync_windows as wider
        on wider.report = windows.report
        and wider.advertiser_id = windows.advertiser_id
        and wider.synced_at = windows.synced_at
        and wider.start_date < windows.start_date
        and wider.end_date >= windows.start_date
),

cut as (
    select distinct synced.report, synced.advertiser_id, synced.day
    from views.synced_days as synced
    join raw.sync_windows as windows
        on windows.report = synced.report
        and windows.advertiser_id = synced.advertiser_id
        and windows.synced_at = synced.synced_at
        and synced.day between windows.start_date and windows.end_date
    where windows.truncated
),

read_report as (
    select
        synced.report,
        synced.advertiser_id,
        min(synced.day) as first_day,
        max(synced.day) as last_day,
        max(synced.synced_at) as last_run,
        max(
            case
                when synced.synced_at >= cast(synced.day as timestamp) at time zone 'UTC' + interval '36 hours'
                    then synced.day
            end
        ) as final_until,
        case
            when count(of_periods.report) = 0 then days_between(min(synced.day), max(synced.day)) + 1 - count(*)
            else 0
        end as missing_days,
        count(cut.day) as truncated_days
    from views.synced_days as synced
    left join cut
        on cut.report = synced.report and cut.advertiser_id = synced.advertiser_id and cut.day = synced.day
    left join of_periods on of_periods.report = synced.report
    group by synced.report, synced.advertiser_id
)

select
    coalesce(read_report.report, wanted.report) as report,
    coalesce(read_report.advertiser_id, wanted.advertiser_id) as advertiser_id,
    wanted.advertiser_name,
    read_report.first_day,
    read_report.last_day,
    read_report.last_run,
    read_report.final_until,
    coalesce(read_report.final_until = read_report.last_day, false) as is_final,
    read_report.missing_days,
    read_report.truncated_days
from read_report
full join wanted
    on wanted.report = read_report.report and wanted.advertiser_id = read_report.advertiser_id
