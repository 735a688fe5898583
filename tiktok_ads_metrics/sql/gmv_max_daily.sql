-- GMV Max also counts organic orders and revenue, so it is kept apart from all other metrics.
select
    report.advertiser_id,
    report.store_id,
    store.store_name,
    report.campaign_id,
    coalesce(campaign.campaign_name, report.campaign_name) as campaign_name,
    report.promotion_type,
    report.currency,
    report.stat_time_day as date,
    report.cost,
    report.net_cost,
    report.orders,
    report.gross_revenue,
    report.gross_revenue / nullif(report.cost, 0) as roi
from views.tiktok_data_gmv_max as report
left join raw.gmv_max_stores as store
    on store.advertiser_id = report.advertiser_id and store.store_id = report.store_id
left join raw.gmv_max_campaigns as campaign
    on campaign.advertiser_id = report.advertiser_id and campaign.campaign_id = report.campaign_id
