-- Each level's day beside the same day of the lowest level that was read for it: ads, if they are loaded. What a level
-- has beyond its ads is delivery that TikTok does not report by ad.
with read_day as (
    select
        replace(report, '_report_daily', '') as level,
        case report
            when 'ad_report_daily' then 4
            when 'adgroup_report_daily' then 3
            when 'campaign_report_daily' then 2
            else 1
        end as depth,
        advertiser_id,
        day,
        synced_at
    from views.synced_days
    where report in ('advertiser_report_daily', 'campaign_report_daily', 'adgroup_report_daily', 'ad_report_daily')
),

lowest as (
    select advertiser_id, day, max(depth) as depth
    from read_day
    group by advertiser_id, day
),

pair as (
    select
        above.level,
        below.level as lowest_level,
        above.advertiser_id,
        above.day,
        least(above.synced_at, below.synced_at) as synced_at
    from read_day as above
    join lowest on lowest.advertiser_id = above.advertiser_id and lowest.day = above.day
    join read_day as below
        on below.advertiser_id = lowest.advertiser_id and below.day = lowest.day and below.depth = lowest.depth
    where above.depth < lowest.depth
),

fact as (
    select 'advertiser' as level, advertiser_id, stat_time_day, currency, spend, impressions, clicks
    from views.tiktok_data_advertiser
    union all
    select 'campaign', advertiser_id, stat_time_day, currency, spend, impressions, clicks
    from views.tiktok_data_campaign
    union all
    select 'adgroup', advertiser_id, stat_time_day, currency, spend, impressions, clicks
    from views.tiktok_data_adgroup
    union all
    select 'ad', advertiser_id, stat_time_day, currency, spend, impressions, clicks
    from views.tiktok_data_ad
),

level_day as (
    select level, advertiser_id, stat_time_day, currency,
        sum(spend) as spend, sum(impressions) as impressions, sum(clicks) as clicks
    from fact
    group by level, advertiser_id, stat_time_day, currency
),

compared as (
    select
        pair.level,
        pair.lowest_level,
        pair.advertiser_id,
        pair.day as date,
        level_day.currency,
        pair.synced_at,
        max(case when level_day.level = pair.level then level_day.spend end) as spend,
        max(case when level_day.level = pair.lowest_level then level_day.spend end) as lowest_spend,
        max(case when level_day.level = pair.level then level_day.impressions end) as impressions,
        max(case when level_day.level = pair.lowest_level then level_day.impressions end) as lowest_impressions,
        max(case when level_day.level = pair.level then level_day.clicks end) as clicks,
        max(case when level_day.level = pair.lowest_level then level_day.clicks end) as lowest_clicks
    from pair
    join level_day
        on level_day.advertiser_id = pair.advertiser_id
        and level_day.stat_time_day = pair.day
        and level_day.level in (pair.level, pair.lowest_level)
    group by pair.level, pair.lowest_level, pair.advertiser_id, pair.day, level_day.currency, pair.synced_at
)

select
    level,
    lowest_level,
    advertiser_id,
    date,
    currency,
    spend,
    lowest_spend,
    coalesce(spend, 0) - coalesce(lowest_spend, 0) as unattributed_spend,
    impressions,
    lowest_impressions,
    coalesce(impressions, 0) - coalesce(lowest_impressions, 0) as unattributed_impressions,
    clicks,
    lowest_clicks,
    coalesce(clicks, 0) - coalesce(lowest_clicks, 0) as unattributed_clicks,
    synced_at >= cast(date as timestamp) at time zone 'UTC' + interval '36 hours' as is_final
from compared
