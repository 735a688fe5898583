-- A value such as AGE_18_24 is its own label; an id without a reference has none.
with kind (name, reference) as (
    values
        ('action_category_ids', 'action category'),
        ('age_groups', 'itself'),
        ('audience_ids', 'audience'),
        ('carrier_ids', 'carrier'),
        ('category_exclusion_ids', null),
        ('contextual_tag_ids', null),
        ('device_model_ids', 'device model'),
        ('device_price_ranges', 'itself'),
        ('excluded_audience_ids', 'audience'),
        ('excluded_pangle_audience_package_ids', null),
        ('gender', 'itself'),
        ('household_income', 'itself'),
        ('included_pangle_audience_package_ids', null),
        ('interest_category_ids', 'interest category'),
        ('interest_keyword_ids', null),
        ('ios14_targeting', 'itself'),
        ('isp_ids', null),
        ('languages', 'language'),
        ('location_ids', 'region'),
        ('min_android_version', 'ANDROID'),
        ('min_ios_version', 'IOS'),
        ('network_types', 'itself'),
        ('operating_systems', 'itself'),
        ('placements', 'itself'),
        ('purchase_intention_keyword_ids', null),
        ('saved_audience_id', 'saved audience'),
        ('spc_audience_age', 'itself'),
        ('spending_power', 'itself'),
        ('tiktok_subplacements', 'itself'),
        ('zipcode_ids', null)
),

named (reference, advertiser_id, id, label) as (
    select 'region', null, location_id, name
    from raw.regions
    union all
    select 'language', null, code, name
    from raw.languages
    union all
    select 'interest category', null, interest_category_id, interest_category_name
    from raw.interest_categories
    union all
    select 'action category', null, action_category_id, name
    from raw.action_categories
    union all
    select 'carrier', null, carrier_id, min(name)
    from raw.carriers
    group by carrier_id
    union all
    select 'device model', null, device_model_id, device_model_name
    from raw.device_models
    union all
    select os_type, null, version, min(name)
    from raw.os_versions
    group by os_type, version
    union all
    select 'audience', advertiser_id, audience_id, name
    from raw.custom_audiences
    union all
    select 'saved audience', advertiser_id, saved_audience_id, saved_audience_name
    from raw.saved_audiences
)

select distinct
    target.advertiser_id,
    target.campaign_id,
    target.adgroup_id,
    target.adgroup_name,
    target.is_adgroup_deleted,
    target.kind,
    target.value,
    case when kind.reference = 'itself' then target.value else named.label end as label
from queries.targeting_values as target
join kind on kind.name = target.kind
left join named
    on named.reference = kind.reference
    and named.id = target.value
    and coalesce(named.advertiser_id, target.advertiser_id) = target.advertiser_id
-- TikTok writes a missing id in either of these ways.
where target.value not in ('', '0')
