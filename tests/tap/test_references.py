"""Everything that is loaded fits together: names find their things, and numbers their names."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from tests.conftest import PROGRAMS, Tap, load_messages, new_database, settings
from tests.metrics.test_docs import block
from tests.support.api import LEVELS, running

if TYPE_CHECKING:
    from collections.abc import Iterator

REPORTS = (
    "smart_plus_ad_report_daily",
    *(f"{level}_report_{grain}" for level in LEVELS for grain in ("daily", "period")),
)
ENTITIES = (
    *("advertisers", "campaigns", "adgroups", "ads", "ad_reviews"),
    *("smart_plus_campaigns", "smart_plus_adgroups", "smart_plus_ads"),
    *("gmv_max_stores", "gmv_max_campaigns", "gmv_max_report_daily"),
    *("videos", "images", "music", "identities", "spark_posts", "portfolios"),
    *("custom_audiences", "saved_audiences"),
    *("pixels", "pixel_event_stats", "apps", "app_events", "custom_conversions"),
    *("regions", "interest_categories", "action_categories", "languages", "carriers"),
    *("device_models", "os_versions", "timezones", "sync_windows"),
)
#: Columns of a table and what they name in another; each with the account, unless told otherwise.
FOREIGN_KEYS = (
    ("campaigns", "", "advertisers", ""),
    ("adgroups", "campaign_id", "campaigns", "campaign_id"),
    ("ads", "campaign_id adgroup_id", "adgroups", "campaign_id adgroup_id"),
    ("ads", "smart_plus_ad_id", "smart_plus_ads", "smart_plus_ad_id"),
    ("ads", "video_id", "videos", "video_id"),
    ("ads", "music_id", "music", "music_id"),
    ("ads", "identity_id identity_type", "identities", "identity_id identity_type"),
    ("ads", "tiktok_item_id", "spark_posts", "item_id"),
    ("ads", "call_to_action_id", "portfolios", "creative_portfolio_id"),
    ("smart_plus_campaigns", "campaign_id", "campaigns", "campaign_id"),
    ("smart_plus_adgroups", "campaign_id", "smart_plus_campaigns", "campaign_id"),
    ("smart_plus_adgroups", "adgroup_id", "adgroups", "adgroup_id"),
    (
        *("smart_plus_ads", "campaign_id adgroup_id"),
        *("smart_plus_adgroups", "campaign_id adgroup_id"),
    ),
    ("ad_reviews", "ad_id adgroup_id", "ads", "ad_id adgroup_id"),
    ("adgroups", "pixel_id", "pixels", "pixel_id"),
    ("adgroups", "app_id", "apps", "app_id"),
    ("adgroups", "saved_audience_id", "saved_audiences", "saved_audience_id"),
    ("app_events", "app_id", "apps", "app_id"),
    ("pixel_event_stats", "pixel_id", "pixels", "pixel_id"),
    ("gmv_max_campaigns", "store_id", "gmv_max_stores", "store_id"),
    ("gmv_max_report_daily", "store_id campaign_id", "gmv_max_campaigns", "store_id campaign_id"),
)
ARRAYS = (
    ("ads", "image_ids", "images", "image_id"),
    ("adgroups", "audience_ids", "custom_audiences", "audience_id"),
    ("adgroups", "excluded_audience_ids", "custom_audiences", "audience_id"),
)
#: What ad groups aim at, as far as tables tell what it is.
DECODED = {
    "action_category_ids",
    "audience_ids",
    "carrier_ids",
    "device_model_ids",
    "excluded_audience_ids",
    "interest_category_ids",
    "languages",
    "location_ids",
    "min_android_version",
    "min_ios_version",
    "saved_audience_id",
}


def metrics(command: str, url: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the SQL layer."""
    return subprocess.run(
        [PROGRAMS / "tiktok-ads-metrics", command],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def url(_postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A world with a bit of everything, read, loaded and under views."""
    directory = tmp_path_factory.mktemp("references")
    with running("--scenario", "demo") as api:
        config = settings(api, start_date="2026-10-01")
        run = Tap(directory)(config, streams=(*REPORTS, *ENTITIES))
    assert run.status == 0, run.err
    with new_database(_postgres) as url:
        load_messages(run.out, url, directory)
        assert metrics("apply", url).returncode == 0
        yield url


@pytest.fixture
def loaded(url: str) -> Iterator[psycopg.Connection]:
    """A connection to it."""
    with psycopg.connect(url, options="-c search_path=tap_tiktok_ads,tiktok_ads") as connection:
        yield connection


def columns(names: str) -> sql.Composed:
    """The account and further columns."""
    return sql.SQL(", ").join(map(sql.Identifier, ("advertiser_id", *names.split())))


def given(names: str) -> sql.Composed:
    """That the columns name something: TikTok has three ways to name nothing."""
    return sql.SQL(" and ").join(
        sql.SQL("coalesce({}, '') not in ('', '0')").format(sql.Identifier(name))
        for name in ("advertiser_id", *names.split())
    )


@pytest.mark.parametrize(("table", "names", "parent", "key"), FOREIGN_KEYS)
def test_what_a_thing_names_exists(
    loaded: psycopg.Connection, table: str, names: str, parent: str, key: str
) -> None:
    own = sql.SQL("select {} from {} where {}").format(
        columns(names), sql.Identifier(table), given(names)
    )
    there = sql.SQL("select {} from {}").format(columns(key), sql.Identifier(parent))
    assert loaded.execute(own).rowcount > 0
    assert loaded.execute(sql.SQL("{} except {}").format(own, there)).fetchall() == []


@pytest.mark.parametrize(("table", "names", "parent", "key"), ARRAYS)
def test_what_an_array_names_exists(
    loaded: psycopg.Connection, table: str, names: str, parent: str, key: str
) -> None:
    own = sql.SQL("select advertiser_id, unnest({}) from {}").format(
        sql.Identifier(names), sql.Identifier(table)
    )
    there = sql.SQL("select {} from {}").format(columns(key), sql.Identifier(parent))
    assert loaded.execute(own).rowcount > 0
    assert loaded.execute(sql.SQL("{} except {}").format(own, there)).fetchall() == []


def test_the_creatives_of_smart_plus_ads_name_files_and_identities(
    loaded: psycopg.Connection,
) -> None:
    statement = """
        with creative as (
            select advertiser_id, jsonb_array_elements(creative_list) -> 'creative_info' as info
            from smart_plus_ads
        )
        select count(*), count(video.video_id), count(identity.identity_id), count(image.image_id)
        from creative
        left join videos as video
            on video.advertiser_id = creative.advertiser_id
            and video.video_id = info #>> '{video_info,video_id}'
        left join identities as identity
            on identity.advertiser_id = creative.advertiser_id
            and identity.identity_id = info ->> 'identity_id'
            and identity.identity_type = info ->> 'identity_type'
        left join images as image
            on image.advertiser_id = creative.advertiser_id
            and image.image_id = info #>> '{image_info,0,web_uri}'
    """
    row = loaded.execute(statement).fetchone()
    assert row is not None
    creatives, *found = row
    assert creatives > 0
    assert found == [creatives] * 3


def test_every_value_of_targeting_that_a_table_explains_has_a_label(
    loaded: psycopg.Connection,
) -> None:
    statement = (
        "select kind, value, label from tiktok_adgroup_targeting "
        "where label is null or kind = any (%s)"
    )
    rows = loaded.execute(statement, (sorted(DECODED),)).fetchall()
    assert {kind for kind, _, label in rows if label} == DECODED
    keywords = {"interest_keyword_ids", "purchase_intention_keyword_ids"}
    assert {kind for kind, _, label in rows if not label} == keywords


def test_smart_plus_ad_groups_aim_at_places(loaded: psycopg.Connection) -> None:
    statement = (
        "select label from smart_plus_adgroups left join tiktok_adgroup_targeting as target "
        "using (advertiser_id, adgroup_id) where kind = 'location_ids'"
    )
    labels = loaded.execute(statement).fetchall()
    assert labels
    assert all(label for (label,) in labels)


def test_the_pages_query_names_the_places_that_ad_groups_aim_at(
    loaded: psycopg.Connection,
) -> None:
    places = loaded.execute(block("sql", "select label").encode()).fetchall()
    assert places
    assert all(label for label, _ in places)


def test_every_row_of_the_ads_report_finds_its_campaign_ad_group_and_ad(
    loaded: psycopg.Connection,
) -> None:
    statement = (
        "select distinct ad_id from tiktok_data_ad as report "
        "left join hierarchy as entity using (advertiser_id, campaign_id, adgroup_id, ad_id) "
        "where num_nulls(entity.campaign_name, entity.adgroup_name, entity.ad_name) > 0"
    )
    assert loaded.execute("select from tiktok_data_ad").rowcount > 0
    assert loaded.execute(statement).fetchall() == []


def test_every_row_of_the_smart_plus_report_finds_its_campaign_ad_group_and_ad(
    loaded: psycopg.Connection,
) -> None:
    statement = (
        "select distinct ad_id_v2 from tiktok_data_smart_plus_ad as report left join "
        "tiktok_meta_ad_v2 as entity using (advertiser_id, campaign_id, adgroup_id, ad_id_v2) "
        "where num_nulls(entity.campaign_name, entity.adgroup_name, entity.ad_name) > 0"
    )
    assert loaded.execute("select from tiktok_data_smart_plus_ad").rowcount > 0
    assert loaded.execute(statement).fetchall() == []


def test_creatives_and_their_smart_plus_ads_spend_the_same(loaded: psycopg.Connection) -> None:
    statement = """
        with by_creative as (
            select advertiser_id, coalesce(smart_plus_ad_id, ad_id) as ad_id_v2, stat_time_day,
                sum(spend) as spend
            from tiktok_data_ad
            left join smart_plus_bridge using (advertiser_id, ad_id)
            group by 1, 2, 3
        )
        select count(*), count(*) filter (where by_ad.spend = by_creative.spend)
        from by_creative
        full join tiktok_data_smart_plus_ad as by_ad using (advertiser_id, ad_id_v2, stat_time_day)
    """
    row = loaded.execute(statement).fetchone()
    assert row is not None
    assert row[0] == row[1] > 0


def test_check_finds_nothing_wrong(url: str) -> None:
    done = metrics("check", url)
    assert done.returncode == 0, done.stdout + done.stderr
    *findings, _ = done.stdout.splitlines()
    assert [each for each in findings if " lacks columns: " not in each] == []
