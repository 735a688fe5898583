select report, advertiser_id
from views.data_freshness
where last_day is null
order by report, advertiser_id
