-- What each ad group targets, one row for each value. Upgraded Smart+ ad groups have it in one object, targeting_spec,
-- whose fields have the same names and take precedence.
with adgroup as (
    select
        coalesce(adgroup.advertiser_id, smart_plus.advertiser_id) as advertiser_id,
        coalesce(adgroup.campaign_id, smart_plus.campaign_id) as campaign_id,
        coalesce(adgroup.adgroup_id, smart_plus.adgroup_id) as adgroup_id,
        coalesce(adgroup.adgroup_name, smart_plus.adgroup_name) as adgroup_name,
        adgroup.is_deleted as is_adgroup_deleted,
        coalesce(jsonb_strip_nulls(to_jsonb(adgroup)), '{}')
        || coalesce(jsonb_strip_nulls(to_jsonb(smart_plus)), '{}')
        || coalesce(smart_plus.targeting_spec, '{}') as targeting
    from views.tiktok_meta_adgroup as adgroup
    full join raw.smart_plus_adgroups as smart_plus
        on smart_plus.advertiser_id = adgroup.advertiser_id and smart_plus.adgroup_id = adgroup.adgroup_id
)

select
    adgroup.advertiser_id,
    adgroup.campaign_id,
    adgroup.adgroup_id,
    adgroup.adgroup_name,
    adgroup.is_adgroup_deleted,
    case field.key
        when 'actions' then 'action_category_ids'
        when 'operation_system' then 'operating_systems'
        else field.key
    end as kind,
    part.value #>> '{}' as value
from adgroup
cross join lateral jsonb_each(adgroup.targeting) as field (key, value)
cross join lateral jsonb_path_query(
    field.value,
    cast(
        case field.key
            when 'actions' then '$[*].action_category_ids[*]'
            when 'device_price_ranges' then '$'
            else '$[*]'
        end as jsonpath
    )
) as part (value)
