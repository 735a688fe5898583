"""``apply`` brings all views up to date or changes nothing, and leaves alone what is right."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pytest

from tap_tiktok_ads.facts import facts
from tests.metrics.conftest import VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.metrics.conftest import Raw, Result

OWN = '[[metric]]\nkey = "{key}"\nname = "Saves"\ncolumn = "collects"\n'


def views(raw: Raw) -> dict[str, int]:
    """The views and their internal numbers, which change when a view is made anew."""
    query = "select relname, oid from pg_class where relnamespace = 'tiktok_ads'::regnamespace"
    return dict(raw.read(query + " and relkind = 'v'"))


def versions(raw: Raw) -> list[tuple[str, ...]]:
    """What changes whenever a view is replaced."""
    return raw.read(
        "select relname, rule.xmin::text from pg_rewrite as rule join pg_class as view "
        "on view.oid = ev_class where relnamespace = 'tiktok_ads'::regnamespace order by 1"
    )


def test_all_views_are_made(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create()
    result = metrics("apply")
    assert (result.status, result.err) == (0, "")
    assert result.out == f"{len(VIEWS)} views in schema tiktok_ads are up to date.\n"
    assert set(views(raw)) == VIEWS


def test_views_over_no_rows_are_empty(applied: Raw) -> None:
    for view in VIEWS - {"metric_catalog"}:
        assert applied.rows(view) == []


def test_a_second_time_touches_nothing(applied: Raw, metrics: Callable[..., Result]) -> None:
    before = versions(applied)
    metrics("apply")
    assert versions(applied) == before


def test_a_new_column_comes_last_and_keeps_what_was_built_on_the_view(
    applied: Raw, metrics: Callable[..., Result]
) -> None:
    applied.execute("create view public.mine as select spend from tiktok_ads.tiktok_data_ad")
    before = views(applied)
    applied.execute("alter table tap_tiktok_ads.ad_report_daily add reach bigint")
    assert metrics("apply").status == 0
    assert views(applied) == before
    columns = applied.read("select column_name from information_schema.columns where table_name = "
                           "'tiktok_data_ad' order by ordinal_position")  # fmt: skip
    assert columns[-1] == ("reach",)


def test_a_column_that_appears_replaces_its_null(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("ad_report_daily", without=["clicks"])
    metrics("apply")
    raw.execute("alter table tap_tiktok_ads.ad_report_daily add clicks bigint")
    raw.report(clicks=5)
    before = views(raw)
    metrics("apply")
    assert views(raw) == before
    assert raw.read("select clicks from tiktok_ads.metrics_ad_day") == [(5,)]


def test_a_view_whose_columns_change_is_made_anew_with_those_that_read_it(
    applied: Raw, metrics: Callable[..., Result], tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN.format(key="saves"))
    metrics("apply", "--metrics-file", str(own))
    own.write_text(OWN.format(key="collects"))
    assert metrics("apply", "--metrics-file", str(own)).status == 0
    applied.read("select collects from tiktok_ads.metrics_ad_month")


def test_a_view_that_others_built_on_is_not_dropped(
    applied: Raw, metrics: Callable[..., Result], tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN.format(key="saves"))
    metrics("apply", "--metrics-file", str(own))
    applied.execute("create view public.mine as select spend from tiktok_ads.metrics_ad_day")
    before = versions(applied)
    own.write_text(OWN.format(key="collects"))
    result = metrics("apply", "--metrics-file", str(own))
    assert result.status == 1
    assert result.err == (
        'tiktok-ads-metrics: cannot change the columns of "tiktok_ads"."metrics_ad_day": it is '
        'used by public.mine; drop that, run "tiktok-ads-metrics apply" again, then recreate it\n'
    )
    assert versions(applied) == before


def test_a_failure_leaves_the_old_views(applied: Raw, metrics: Callable[..., Result]) -> None:
    applied.execute("alter table tap_tiktok_ads.campaigns add reach bigint")
    applied.execute("drop view tiktok_ads.data_freshness")
    applied.execute("create table tiktok_ads.data_freshness ()")
    before = versions(applied)
    result = metrics("apply")
    assert result.status == 1
    assert result.err == (
        'tiktok-ads-metrics: the database reported: "data_freshness" is not a view\n'
    )
    assert versions(applied) == before


def test_every_view_and_column_has_a_comment(applied: Raw) -> None:
    bare = applied.read(
        "select attrelid::regclass::text, attname from pg_attribute join pg_class c on c.oid = "
        "attrelid where relnamespace = 'tiktok_ads'::regnamespace and attnum > 0 "
        "and (col_description(attrelid, attnum) is null or obj_description(attrelid) is null)"
    )
    assert bare == []


def test_a_summed_column_has_the_description_of_its_metric(applied: Raw) -> None:
    query = (
        "select attrelid::regclass::text, col_description(attrelid, attnum) from pg_attribute "
        "where attname in ('video_play_actions', 'video_views') "
        "and attrelid in ('tiktok_ads.tiktok_data_ad'::regclass, "
        "'tiktok_ads.metrics_ad_day'::regclass)"
    )
    meaning = "Times a video began to play; replays are not counted."
    assert dict(applied.read(query)) == {
        "tiktok_ads.tiktok_data_ad": meaning,
        "tiktok_ads.metrics_ad_day": f"Video Views [TikTok]: {meaning}",
    }


def test_a_further_column_has_the_description_of_tiktoks_metric(
    applied: Raw, metrics: Callable[..., Result]
) -> None:
    applied.execute("alter table tap_tiktok_ads.ad_report_daily add engaged_view bigint, add x int")
    metrics("apply")
    query = (
        "select attname, col_description(attrelid, attnum) from pg_attribute "
        "where attrelid = 'tiktok_ads.tiktok_data_ad'::regclass "
        "and attname in ('engaged_view', 'x')"
    )
    description = next(
        metric["description"] for metric in facts("metrics") if metric["name"] == "engaged_view"
    )
    assert dict(applied.read(query)) == {
        "engaged_view": f"{description}.",
        "x": "TikTok's x, as loaded.",
    }


def test_a_metrics_comment_has_its_name_and_meaning(applied: Raw) -> None:
    (comment,) = applied.read(
        "select col_description(attrelid, attnum) from pg_attribute where attname = 'cpm' "
        "and attrelid = 'tiktok_ads.metrics_ad_week'::regclass"
    )
    assert comment == ("CPM [TikTok]: Cost of a thousand impressions.",)


def test_the_catalogue_can_be_read_in_the_database(applied: Raw) -> None:
    query = "select name, formula, decimals, suffix from tiktok_ads.metric_catalog"
    assert applied.read(query + " where key = 'ctr'") == [
        ("CTR [TikTok]", "{Clicks [TikTok]} / {Impressions [TikTok]} * 100", 2, "%")
    ]


def test_own_metrics_are_in_every_metrics_view(
    raw: Raw, metrics: Callable[..., Result], tmp_path: Path
) -> None:
    raw.create(more="collects bigint")
    raw.report(collects=4, spend=10)
    own = tmp_path / "own.toml"
    formula = (
        '[[metric]]\nkey = "cps"\nname = "Cost per Save"\nformula = "{Spend [TikTok]} / {Saves}"'
    )
    own.write_text(OWN.format(key="saves") + formula)
    metrics("apply", "--metrics-file", str(own))
    for level in ("advertiser", "campaign", "adgroup", "ad"):
        (row,) = raw.rows(f"metrics_{level}_week")
        assert (row["saves"], row["cps"]) == (4, Decimal("2.5"))


def test_an_own_metric_whose_column_was_not_loaded_is_null(
    applied: Raw, metrics: Callable[..., Result], tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN.format(key="saves"))
    applied.report()
    metrics("apply", "--metrics-file", str(own))
    assert applied.read("select saves from tiktok_ads.metrics_ad_day") == [(None,)]


@pytest.mark.parametrize("name", ['we"ird', "per%cent", "Upper Case", "'; drop schema public; --"])
def test_names_of_schemas_are_only_names(
    raw: Raw, metrics: Callable[..., Result], name: str
) -> None:
    raw.create()
    raw.report(spend=1)
    assert metrics("apply", "--schema", name).status == 0
    shown = metrics("show", "--schema", name, "--format", "csv", "--metrics", "spend")
    assert shown.out.splitlines()[1:] == ["10,,GBP,1"]
    assert metrics("check", "--schema", name).err == ""


def test_days_of_facts_are_indexed(applied: Raw) -> None:
    query = "select indexdef from pg_indexes where schemaname = 'tap_tiktok_ads'"
    assert any("(stat_time_day)" in index for (index,) in applied.read(query))


def test_tables_of_another_owner_need_no_more_than_the_right_to_read(
    raw: Raw, metrics: Callable[..., Result], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.create()
    raw.report(spend=1)
    raw.execute("create role metrics_owner login password 'secret'")
    try:
        raw.execute("grant usage on schema tap_tiktok_ads to metrics_owner")
        raw.execute("grant select on all tables in schema tap_tiktok_ads to metrics_owner")
        raw.execute("create schema tiktok_ads authorization metrics_owner")
        url = psycopg.conninfo.make_conninfo(database_url, user="metrics_owner", password="secret")
        monkeypatch.setenv("DATABASE_URL", url)
        result = metrics("apply")
        assert (result.status, result.err) == (0, "")
        assert raw.read("select spend from tiktok_ads.metrics_ad_day") == [(1,)]
    finally:
        raw.execute("drop owned by metrics_owner cascade")
        raw.execute("drop role metrics_owner")
