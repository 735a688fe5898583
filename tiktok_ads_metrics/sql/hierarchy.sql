-- Full joins: an account without campaigns is in it, and so is an ad whose ad group was not loaded.
select
    coalesce(account.advertiser_id, campaign.advertiser_id, adgroup.advertiser_id, ad.advertiser_id) as advertiser_id,
    account.name as advertiser_name,
    account.currency,
    coalesce(campaign.campaign_id, adgroup.campaign_id, ad.campaign_id) as campaign_id,
    coalesce(campaign.campaign_name, adgroup.campaign_name, ad.campaign_name) as campaign_name,
    campaign.objective_type,
    campaign.is_deleted as is_campaign_deleted,
    coalesce(adgroup.adgroup_id, ad.adgroup_id) as adgroup_id,
    coalesce(adgroup.adgroup_name, ad.adgroup_name) as adgroup_name,
    adgroup.is_deleted as is_adgroup_deleted,
    ad.smart_plus_ad_id,
    smart_plus_ad.ad_name as smart_plus_ad_name,
    ad.ad_id,
    ad.ad_name,
    ad.ad_format,
    ad.is_deleted as is_ad_deleted
from views.tiktok_meta_ad as ad
full join views.tiktok_meta_adgroup as adgroup
    on adgroup.advertiser_id = ad.advertiser_id and adgroup.adgroup_id = ad.adgroup_id
full join views.tiktok_meta_campaign as campaign
    on campaign.advertiser_id = coalesce(adgroup.advertiser_id, ad.advertiser_id)
    and campaign.campaign_id = coalesce(adgroup.campaign_id, ad.campaign_id)
full join views.tiktok_meta_advertiser as account
    on account.advertiser_id = coalesce(campaign.advertiser_id, adgroup.advertiser_id, ad.advertiser_id)
left join views.tiktok_meta_smart_plus_ad as smart_plus_ad
    on smart_plus_ad.advertiser_id = ad.advertiser_id and smart_plus_ad.smart_plus_ad_id = ad.smart_plus_ad_id
