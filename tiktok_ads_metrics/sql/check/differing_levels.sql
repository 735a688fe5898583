select level, lowest_level, advertiser_id, currency, count(*) as days, min(date) as first_day, max(date) as last_day,
    sum(unattributed_spend) as spend, sum(unattributed_impressions) as impressions, sum(unattributed_clicks) as clicks
from views.reconciliation_daily
where is_final and (unattributed_spend <> 0 or unattributed_impressions <> 0 or unattributed_clicks <> 0)
group by level, lowest_level, advertiser_id, currency
order by level, lowest_level, advertiser_id, currency
