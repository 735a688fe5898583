-- Reports of Upgraded Smart+ campaigns count each creative as an ad; this maps each creative to its ad.
select
    creative.advertiser_id,
    creative.campaign_id,
    ad.campaign_name,
    creative.adgroup_id,
    ad.adgroup_name,
    creative.smart_plus_ad_id,
    ad.ad_name as smart_plus_ad_name,
    creative.ad_id,
    creative.ad_name
from views.tiktok_meta_ad as creative
left join views.tiktok_meta_ad_v2 as ad
    on ad.advertiser_id = creative.advertiser_id and ad.ad_id_v2 = creative.smart_plus_ad_id
where creative.smart_plus_ad_id is not null
