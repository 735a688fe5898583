-- Ads as advertisers see them, under the id that reports call ad_id_v2: an Upgraded Smart+ ad is one, however many
-- creatives it has. A Smart+ ad that was not loaded takes all but its name from its creatives.
with ad as (
    select
        advertiser_id, ad_id as ad_id_v2, ad_name, adgroup_id, adgroup_name, campaign_id, campaign_name,
        false as is_smart_plus, is_deleted
    from views.tiktok_meta_ad
    where smart_plus_ad_id is null
    union all
    select
        advertiser_id, smart_plus_ad_id, ad_name, adgroup_id, null, campaign_id, null,
        true, is_deleted
    from views.tiktok_meta_smart_plus_ad
    union all
    select
        creative.advertiser_id, creative.smart_plus_ad_id, null, max(creative.adgroup_id), max(creative.adgroup_name),
        max(creative.campaign_id), max(creative.campaign_name),
        true, min(cast(creative.is_deleted as int)) = 1
    from views.tiktok_meta_ad as creative
    left join views.tiktok_meta_smart_plus_ad as known
        on known.advertiser_id = creative.advertiser_id and known.smart_plus_ad_id = creative.smart_plus_ad_id
    where creative.smart_plus_ad_id is not null and known.smart_plus_ad_id is null
    group by creative.advertiser_id, creative.smart_plus_ad_id
)

select
    ad.advertiser_id,
    ad.campaign_id,
    coalesce(campaign.campaign_name, ad.campaign_name) as campaign_name,
    ad.adgroup_id,
    coalesce(adgroup.adgroup_name, ad.adgroup_name) as adgroup_name,
    ad.ad_id_v2,
    ad.ad_name,
    ad.is_smart_plus,
    ad.is_deleted
from ad
left join views.tiktok_meta_adgroup as adgroup
    on adgroup.advertiser_id = ad.advertiser_id and adgroup.adgroup_id = ad.adgroup_id
left join views.tiktok_meta_campaign as campaign
    on campaign.advertiser_id = ad.advertiser_id and campaign.campaign_id = ad.campaign_id
