-- What each ad group targets, one row for each value. Upgraded Smart+ ad groups have it in one object, targeting_spec,
-- whose fields have the same names and take precedence.
with adgroup as (
    select
        coalesce(adgroup.advertiser_id, smart_plus.advertiser_id) as advertiser_id,
        coalesce(adgroup.campaign_id, smart_plus.campaign_id) as campaign_id,
        coalesce(adgroup.adgroup_id, smart_plus.adgroup_id) as adgroup_id,
        coalesce(adgroup.adgroup_name, smart_plus.adgroup_name) as adgroup_name,
        adgroup.is_deleted as is_adgroup_deleted,
        json_merge_patch(
            json_merge_patch(to_json(adgroup), json_merge_patch('{}', to_json(smart_plus))),
            coalesce(smart_plus.targeting_spec, '{}')
        ) as targeting
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
    part.value
from adgroup
cross join lateral json_each(adgroup.targeting) as field
cross join lateral unnest(
    case
        when field.key = 'actions' then json_extract_string(field.value, '$[*].action_category_ids[*]')
        -- With the spaces that PostgreSQL writes.
        when field.key = 'device_price_ranges' then [replace(json_extract_string(field.value, '$'), ',', ', ')]
        when field.type = 'ARRAY' then json_extract_string(field.value, '$[*]')
        else [json_extract_string(field.value, '$')]
    end
) as part (value)
