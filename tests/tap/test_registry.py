"""The registry of metrics: what holds for each of them, and what their names do not tell."""

from __future__ import annotations

import re
from collections import Counter
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import pytest

from simulator.facts import METRICS as SIMULATED
from tap_tiktok_ads.columns import TYPES
from tap_tiktok_ads.facts import facts

if TYPE_CHECKING:
    from collections.abc import Callable

REPORT: Final = facts("metrics")
GMV_MAX: Final = facts("gmv_max_metrics")
BY_NAME: Final = {metric["name"]: metric for metric in REPORT}
LEVELS: Final = ("advertiser", "campaign", "adgroup", "ad")
#: What a number of each unit is stored as.
STORED: Final = {
    "count": "integer",
    "account currency": "number",
    "percent": "number",
    "ratio": "number",
    "seconds": "number",
}
#: Lists of metrics that go with a dimension, or with none.
WIDE: Final = {
    "BASIC",
    "BASIC country_code",
    "BASIC ad_type",
    "BASIC search_terms",
    "BASIC page_id",
    "BASIC component_name",
    "BASIC room_id",
    "BASIC post_id",
    "AUDIENCE",
    "AUDIENCE country_code",
    "AUDIENCE ad_type",
}
#: Reports outside of which a metric is refused.
NARROW: Final = {
    "BASIC daily",
    "BASIC day or none",
    "BASIC ad_id",
    "BASIC ad_id_v2",
    "BASIC image_id",
    "BC",
    "Smart+ material",
}
#: Names that say mean, rate or cost of one, apart from those that TikTok misnamed.
SAYS_RATIO: Final = re.compile(
    r"cost_pe?re?_|value_per_|_rate(_v2)?$|_roas|^cp[cm]$|ctr$|average_|_avg$"
)
MISNAMED: Final = {"total_complete_payment_rate"}


def names(holds: Callable[[dict[str, Any]], bool], of: list[dict[str, Any]] = REPORT) -> set[str]:
    """Names of the metrics for which something holds."""
    return {metric["name"] for metric in of if holds(metric)}


@pytest.mark.parametrize("file", ["metrics", "gmv_max_metrics"])
def test_a_file_has_every_metric_once_and_on_one_line(file: str) -> None:
    text = resources.files("tap_tiktok_ads.facts").joinpath(f"{file}.json").read_text("utf-8")
    on_lines = re.findall(r'^  \{"name": "(\w+)", "type": .*\},?$', text, re.MULTILINE)
    assert Counter(on_lines).most_common(1)[0][1] == 1
    assert on_lines == [metric["name"] for metric in facts(file)]


@pytest.mark.parametrize("metrics", [REPORT, GMV_MAX], ids=["report", "GMV Max"])
def test_types_units_and_kinds_are_known_ones(metrics: list[dict[str, Any]]) -> None:
    assert {metric["type"] for metric in metrics} <= set(TYPES)
    assert {metric["unit"] for metric in metrics} <= {*STORED, "text"}
    assert {metric["kind"] for metric in metrics} <= {"additive", "ratio", "unique", "attribute"}


@pytest.mark.parametrize("metrics", [REPORT, GMV_MAX], ids=["report", "GMV Max"])
def test_counts_are_integers_and_money_percents_ratios_and_seconds_are_numbers(
    metrics: list[dict[str, Any]],
) -> None:
    numeric = [metric for metric in metrics if metric["unit"] != "text"]
    assert [m["name"] for m in numeric if m["type"] != STORED[m["unit"]]] == []
    texts = {metric["type"] for metric in metrics if metric["unit"] == "text"}
    assert texts <= {"string", "array<string>", "array<object>"}


def test_only_lists_are_arrays() -> None:
    assert names(lambda m: m["type"].startswith("array")) == names(
        lambda m: m["name"].endswith("_list")
    )


@pytest.mark.parametrize("metrics", [REPORT, GMV_MAX], ids=["report", "GMV Max"])
def test_what_is_text_is_an_attribute(metrics: list[dict[str, Any]]) -> None:
    assert names(lambda m: m["unit"] == "text" and m["kind"] != "attribute", metrics) == set()


@pytest.mark.parametrize("metrics", [REPORT, GMV_MAX], ids=["report", "GMV Max"])
def test_only_counts_and_money_add_up(metrics: list[dict[str, Any]]) -> None:
    units = {metric["unit"] for metric in metrics if metric["kind"] == "additive"}
    assert units == {"count", "account currency"}


@pytest.mark.parametrize("metrics", [REPORT, GMV_MAX], ids=["report", "GMV Max"])
def test_what_its_name_calls_a_rate_a_mean_or_a_cost_of_one_does_not_add_up(
    metrics: list[dict[str, Any]],
) -> None:
    additive = names(lambda m: m["kind"] == "additive", metrics)
    assert {name for name in additive - MISNAMED if SAYS_RATIO.search(name)} == set()


def test_a_ratio_says_so_in_its_unit_or_its_name() -> None:
    ratios = names(lambda m: m["kind"] == "ratio" and m["unit"] == "account currency")
    assert {name for name in ratios if not re.search(r"cost|value_per|cp[cm]", name)} == set()


def test_reach_and_what_is_made_of_it_are_unique() -> None:
    assert {BY_NAME[name]["kind"] for name in ("reach", "frequency", "cost_per_1000_reached")} == {
        "unique"
    }


@pytest.mark.parametrize("event", ["purchase", "registration", "checkout", "subscribe", "login"])
def test_an_app_event_counts_users_and_its_total_counts_events(event: str) -> None:
    assert BY_NAME[event]["kind"] == "unique"
    assert BY_NAME[f"total_{event}"]["kind"] == "additive"


def test_the_rate_of_payments_is_their_value() -> None:
    misnamed = BY_NAME["total_complete_payment_rate"]
    assert (misnamed["unit"], misnamed["kind"]) == ("account currency", "additive")


def test_where_a_metric_is_valid_is_one_of_the_known_reports() -> None:
    assert {report for metric in REPORT for report in metric["valid"]} == WIDE | NARROW
    assert names(lambda m: not m["valid"]) == set()


def test_the_lists_that_dimensions_name_are_those_of_the_registry() -> None:
    listed = {
        name
        for dimension in facts("dimensions")
        for lists in dimension.get("metrics", {}).values()
        for name in lists
    }
    assert listed <= WIDE | NARROW


def test_a_metric_for_one_report_alone_is_refused_in_a_plain_one() -> None:
    narrow = names(lambda m: not NARROW.isdisjoint(m["valid"]))
    assert narrow & names(lambda m: "BASIC" in m["valid"]) == set()


@pytest.mark.parametrize("report", sorted(WIDE))
def test_every_report_has_spend_impressions_and_clicks(report: str) -> None:
    assert names(lambda m: report in m["valid"]) >= {"spend", "impressions", "clicks"}


def test_a_breakdowns_metrics_exist_without_it_but_for_installs_that_apple_reports() -> None:
    plain = names(lambda m: "BASIC" in m["valid"])
    assert names(lambda m: not WIDE.isdisjoint(m["valid"])) - plain == {
        "skan_app_install",
        "skan_app_install_withheld",
        "skan_cost_per_app_install",
    }


def test_no_audience_report_has_reach() -> None:
    audience = names(lambda m: any(report.startswith("AUDIENCE") for report in m["valid"]))
    assert audience & {"reach", "frequency", "cost_per_1000_reached"} == set()


def test_levels_are_known_and_are_only_named_where_some_are_missing() -> None:
    named = [tuple(metric["levels"]) for metric in REPORT if "levels" in metric]
    assert [levels for levels in named if not 0 < len(levels) < len(LEVELS)] == []
    assert {level for levels in named for level in levels} <= set(LEVELS)


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("campaign_name", ["campaign", "adgroup", "ad"]),
        ("campaign_id", ["adgroup", "ad"]),
        ("adgroup_name", ["adgroup", "ad"]),
        ("adgroup_id", ["ad"]),
        ("ad_name", ["ad"]),
    ],
)
def test_names_and_parents_ids_come_with_plain_country_and_audience_reports(
    name: str, levels: list[str]
) -> None:
    metric = BY_NAME[name]
    assert metric["levels"] == levels
    assert {"BASIC", "BASIC country_code", "AUDIENCE", "AUDIENCE country_code"} <= set(
        metric["valid"]
    )


NAMES = {"campaign_name", "adgroup_name", "ad_name"}


def test_about_35_metrics_are_selected_by_default_and_of_attributes_the_names() -> None:
    default = [metric for metric in REPORT if metric.get("default")]
    assert 30 <= len(default) <= 40
    assert {metric["name"] for metric in default if metric["kind"] == "attribute"} == NAMES


def test_a_default_metric_is_confirmed_and_comes_with_plain_reports_of_every_level() -> None:
    default = names(lambda m: m.get("default", False)) - NAMES
    assert default & names(lambda m: m.get("unconfirmed", False)) == set()
    assert default <= names(lambda m: "BASIC" in m["valid"] and "levels" not in m)


def test_what_only_the_smart_plus_material_report_has_is_unconfirmed() -> None:
    elsewhere = names(lambda m: m["valid"] != ["Smart+ material"])
    assert set(BY_NAME) - elsewhere <= names(lambda m: m.get("unconfirmed", False))


def test_every_number_says_how_long_it_may_change_and_no_attribute_does() -> None:
    assert names(lambda m: "restates" not in m) == names(lambda m: m["kind"] == "attribute")
    told = {metric["restates"] for metric in REPORT if "restates" in metric}
    assert told == {"day", "conversions", "skan"}


def test_what_is_dated_by_the_conversion_does_not_grow_for_weeks() -> None:
    dated = names(lambda m: "real_time" in m["name"] or "conversion_time" in m["name"])
    assert dated
    assert {BY_NAME[name]["restates"] for name in dated} == {"day"}


def test_what_apple_reports_changes_as_its_postbacks_come_in() -> None:
    assert names(lambda m: m.get("restates") == "skan") == names(
        lambda m: m["name"].startswith("skan_")
    )


@pytest.mark.parametrize("metrics", [REPORT, GMV_MAX], ids=["report", "GMV Max"])
def test_a_description_is_a_line_of_plain_text_that_no_other_metric_has(
    metrics: list[dict[str, Any]],
) -> None:
    texts = [metric["description"] for metric in metrics]
    wrong = re.compile(r"^\s|^$|[`|#*\n]|[.\s]$")
    assert [text for text in texts if wrong.search(text)] == []
    assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_a_gmv_max_metric_with_a_detail_belongs_to_one_promotion() -> None:
    promotions = {(m.get("promotion"), m.get("detail")) for m in GMV_MAX}
    assert promotions == {
        (None, None),
        ("PRODUCT", "item_group_id"),
        ("PRODUCT", "item_id"),
        ("LIVE", None),
        ("LIVE", "room_id"),
    }


def test_live_metrics_are_of_live_promotions() -> None:
    live = names(lambda m: "live_" in m["name"], GMV_MAX)
    assert live <= names(lambda m: m.get("promotion") == "LIVE", GMV_MAX)
    assert "10_second_live_views" in live


def test_about_ten_gmv_max_metrics_are_selected_by_default_for_both_promotions() -> None:
    default = names(lambda m: m.get("default", False), GMV_MAX)
    assert 8 <= len(default) <= 12
    assert default >= {"cost", "net_cost", "orders", "cost_per_order", "gross_revenue", "roi"}
    assert default & names(lambda m: "promotion" in m or "unconfirmed" in m, GMV_MAX) == set()


# The simulator has a registry of its own, from the same public sources, so that an error in one of
# the two shows. What they may differ in stands here.

#: Reports that the simulator does not have.
NOT_SIMULATED: Final = {"BC", "Smart+ material"}
#: The simulator's words for units.
UNITS: Final = {"money": "account currency", None: "text"}
#: The simulator's kinds for what is unique: one of them, and ratios whose parts include reach.
UNIQUE: Final = dict.fromkeys(
    ("approximate", "average_video_play_per_user", "cost_per_1000_reached", "frequency"), "unique"
)
#: Metrics that the simulator answers at more levels than the tap asks for.
MORE_LEVELS: Final = {
    "is_aco",
    "is_smart_creative",
    "rf_campaign_type",
    "single_image_ctr",
    "single_image_impression_rate",
    "single_image_impressions",
}
ANSWERED: Final = {name: it for name, it in SIMULATED.items() if it["kind"] != "hidden"}


def test_the_simulator_answers_every_metric_of_the_reports_that_it_has() -> None:
    assert set(ANSWERED) == names(lambda m: not NOT_SIMULATED.issuperset(m["valid"]))


def test_a_metric_is_measured_in_the_same_unit_by_the_simulator() -> None:
    units = {name: it.get("unit") for name, it in ANSWERED.items()}
    assert {name: UNITS.get(unit, unit) for name, unit in units.items()} == {
        name: BY_NAME[name]["unit"] for name in ANSWERED
    }


def test_a_metric_adds_up_in_the_simulator_if_it_does_here() -> None:
    kinds = {name: UNIQUE.get(name, it["kind"]) for name, it in ANSWERED.items()}
    assert {name: UNIQUE.get(kind, kind) for name, kind in kinds.items()} == {
        name: BY_NAME[name]["kind"] for name in ANSWERED
    }


def test_a_metric_has_the_same_levels_in_the_simulator() -> None:
    simulated = {name: set(it.get("levels", LEVELS)) for name, it in ANSWERED.items()}
    own = {name: set(BY_NAME[name].get("levels", LEVELS)) for name in ANSWERED}
    assert {name for name in ANSWERED if simulated[name] != own[name]} == MORE_LEVELS
    assert all(own[name] < simulated[name] for name in MORE_LEVELS)
