-- Only days that both reports have read are compared. What a level has beyond its ads is delivery that TikTok does
-- not report by ad.
with above as (
    select 'adgroup' as level, advertiser_id, stat_time_day, currency, spend, impressions, clicks
    from views.tiktok_data_adgroup
    union all
    select 'campaign', advertiser_id, stat_time_day, currency, spend, impressions, clicks
    from views.tiktok_data_campaign
    union all
    select 'advertiser', advertiser_id, stat_time_day, currency, spend, impressions, clicks
    from views.tiktok_data_advertiser
),

level_day as (
    select level, advertiser_id, stat_time_day, currency,
        sum(spend) as spend, sum(impressions) as impressions, sum(clicks) as clicks
    from above
    group by level, advertiser_id, stat_time_day, currency
),

ad_day as (
    select advertiser_id, stat_time_day, currency,
        sum(spend) as spend, sum(impressions) as impressions, sum(clicks) as clicks
    from views.tiktok_data_ad
    group by advertiser_id, stat_time_day, currency
),

read_day as (
    select
        replace(of_level.report, '_report_daily', '') as level,
        of_level.advertiser_id,
        of_level.day,
        least(of_level.synced_at, of_ads.synced_at) as synced_at
    from views.synced_days as of_level
    join views.synced_days as of_ads
        on of_ads.report = 'ad_report_daily'
        and of_ads.advertiser_id = of_level.advertiser_id
        and of_ads.day = of_level.day
    where of_level.report in ('adgroup_report_daily', 'campaign_report_daily', 'advertiser_report_daily')
),

ad_side as (
    select read_day.level, ad_day.*
    from read_day
    join ad_day on ad_day.advertiser_id = read_day.advertiser_id and ad_day.stat_time_day = read_day.day
)

select
    read_day.level,
    read_day.advertiser_id,
    read_day.day as date,
    coalesce(level_day.currency, ad_side.currency) as currency,
    level_day.spend,
    ad_side.spend as ad_spend,
    coalesce(level_day.spend, 0) - coalesce(ad_side.spend, 0) as unattributed_spend,
    level_day.impressions,
    ad_side.impressions as ad_impressions,
    coalesce(level_day.impressions, 0) - coalesce(ad_side.impressions, 0) as unattributed_impressions,
    level_day.clicks,
    ad_side.clicks as ad_clicks,
    coalesce(level_day.clicks, 0) - coalesce(ad_side.clicks, 0) as unattributed_clicks,
    read_day.synced_at >= cast(read_day.day as timestamp) at time zone 'UTC' + interval '36 hours' as is_final
from ad_side
full join level_day
    on level_day.level = ad_side.level
    and level_day.advertiser_id = ad_side.advertiser_id
    and level_day.stat_time_day = ad_side.stat_time_day
    and coalesce(level_day.currency, '') = coalesce(ad_side.currency, '')
join read_day
    on read_day.level = coalesce(level_day.level, ad_side.level)
    and read_day.advertiser_id = coalesce(level_day.advertiser_id, ad_side.advertiser_id)
    and read_day.day = coalesce(level_day.stat_time_day, ad_side.stat_time_day)
