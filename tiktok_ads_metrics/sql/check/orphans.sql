with orphan as (
    select 'campaign' as level, campaign.campaign_id as id, 'account' as parent
    from views.tiktok_meta_campaign as campaign
    left join views.tiktok_meta_advertiser as parent on parent.advertiser_id = campaign.advertiser_id
    where parent.advertiser_id is null
    union all
    select 'ad group', adgroup.adgroup_id, 'campaign'
    from views.tiktok_meta_adgroup as adgroup
    left join views.tiktok_meta_campaign as parent
        on parent.advertiser_id = adgroup.advertiser_id and parent.campaign_id = adgroup.campaign_id
    where parent.campaign_id is null
    union all
    select 'ad', ad.ad_id, 'ad group'
    from views.tiktok_meta_ad as ad
    left join views.tiktok_meta_adgroup as parent
        on parent.advertiser_id = ad.advertiser_id and parent.adgroup_id = ad.adgroup_id
    where parent.adgroup_id is null
    union all
    select 'Smart+ ad', ad.smart_plus_ad_id, 'ad group'
    from views.tiktok_meta_smart_plus_ad as ad
    left join views.tiktok_meta_adgroup as parent
        on parent.advertiser_id = ad.advertiser_id and parent.adgroup_id = ad.adgroup_id
    where parent.adgroup_id is null
    union all
    select 'Smart+ creative', ad.ad_id, 'Smart+ ad'
    from views.tiktok_meta_ad as ad
    left join views.tiktok_meta_smart_plus_ad as parent
        on parent.advertiser_id = ad.advertiser_id and parent.smart_plus_ad_id = ad.smart_plus_ad_id
    where ad.smart_plus_ad_id is not null and parent.smart_plus_ad_id is null
)

select level, parent, count(*) as entities, min(id) as example
from orphan
group by level, parent
order by level, parent
