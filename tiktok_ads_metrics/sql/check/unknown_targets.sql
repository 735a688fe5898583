-- Only kinds of which some are known: of the others the reference is not loaded, or there is none.
select
    kind,
    count(distinct case when label is null then value end) as ids,
    min(case when label is null then value end) as example
from views.tiktok_adgroup_targeting
group by kind
having count(label) between 1 and count(*) - 1
order by kind
