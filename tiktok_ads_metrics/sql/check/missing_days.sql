select report, advertiser_id, missing_days, first_day, last_day
from views.data_freshness
where missing_days > 0
order by report, advertiser_id
