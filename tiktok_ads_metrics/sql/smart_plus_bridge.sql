-- Reports of Upgraded Smart+ campaigns count each creative as an ad; this leads from the creative to the ad.
select
    creative.advertiser_id,
    creative.campaign_id,
    creative.adgroup_id,
    creative.smart_plus_ad_id,
    smart_plus_ad.ad_name as smart_plus_ad_name,
    creative.ad_id,
    creative.ad_name
from views.tiktok_meta_ad as creative
left join views.tiktok_meta_smart_plus_ad as smart_plus_ad
    on smart_plus_ad.advertiser_id = creative.advertiser_id
    and smart_plus_ad.smart_plus_ad_id = creative.smart_plus_ad_id
where creative.smart_plus_ad_id is not null
