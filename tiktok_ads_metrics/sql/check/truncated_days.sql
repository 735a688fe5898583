select report, advertiser_id, truncated_days
from views.data_freshness
where truncated_days > 0
order by report, advertiser_id
