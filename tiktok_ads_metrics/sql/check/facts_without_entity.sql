with fact as (
    select distinct advertiser_id, campaign_id, adgroup_id, ad_id,
        campaign_name is null as no_campaign_name,
        adgroup_name is null as no_adgroup_name,
        ad_name is null as no_ad_name
    from views.tiktok_data_ad
),

missing as (
    select 'campaign' as level, fact.advertiser_id, fact.campaign_id as id, fact.no_campaign_name as is_nameless
    from fact
    left join views.tiktok_meta_campaign as entity
        on entity.advertiser_id = fact.advertiser_id and entity.campaign_id = fact.campaign_id
    where entity.campaign_name is null
    union all
    select 'ad group', fact.advertiser_id, fact.adgroup_id, fact.no_adgroup_name
    from fact
    left join views.tiktok_meta_adgroup as entity
        on entity.advertiser_id = fact.advertiser_id and entity.adgroup_id = fact.adgroup_id
    where entity.adgroup_name is null
    union all
    select 'ad', fact.advertiser_id, fact.ad_id, fact.no_ad_name
    from fact
    left join views.tiktok_meta_ad as entity
        on entity.advertiser_id = fact.advertiser_id and entity.ad_id = fact.ad_id
    where entity.ad_name is null
    union all
    select 'Smart+ ad', fact.advertiser_id, fact.ad_id_v2, fact.ad_name is null
    from views.tiktok_data_smart_plus_ad as fact
    left join views.tiktok_meta_ad_v2 as entity
        on entity.advertiser_id = fact.advertiser_id and entity.ad_id_v2 = fact.ad_id_v2
    where entity.ad_name is null
),

entity as (
    select level, advertiser_id, coalesce(id, '(none)') as id, min(cast(is_nameless as int)) = 1 as is_nameless
    from missing
    group by level, advertiser_id, id
)

select level, is_nameless, count(*) as entities, min(id) as example
from entity
group by level, is_nameless
order by level, is_nameless
