"""The catalogue holds the feed's metrics to the letter, and the user's own after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.errors import MetricsError

if TYPE_CHECKING:
    from pathlib import Path

BASE = {
    "Spend [TikTok]": ("spend", "spend", 2, "£"),
    "Clicks [TikTok]": ("clicks", "clicks", 0, ""),
    "Impressions [TikTok]": ("impressions", "impressions", 0, ""),
    "Comments [TikTok]": ("comments", "comments", 0, ""),
    "Profile Visits [TikTok]": ("profile_visits", "profile_visits", 0, ""),
    "Shares [TikTok]": ("shares", "shares", 0, ""),
    "Button Click [TikTok]": ("button_click", "button_click", 0, ""),
    "Video Watched 2s [TikTok]": ("video_watched_2s", "video_watched_2s", 0, ""),
    "Video Watched 6s [TikTok]": ("video_watched_6s", "video_watched_6s", 0, ""),
    "Video Views Quartile - 25%": ("video_views_p25", "video_views_p25", 0, ""),
    "Video Views Quartile - 50%": ("video_views_p50", "video_views_p50", 0, ""),
    "Video Views Quartile - 75%": ("video_views_p75", "video_views_p75", 0, ""),
    "Video Views - 100% [TikTok]": ("video_views_p100", "video_views_p100", 0, ""),
    "Video Views [TikTok]": ("video_views", "video_play_actions", 0, ""),
}
COMPOSITE = {
    "CTR [TikTok]": ("ctr", "{Clicks [TikTok]} / {Impressions [TikTok]} * 100", "", "%"),
    "CPC [TikTok]": ("cpc", "{Spend [TikTok]} / {Clicks [TikTok]}", "£", ""),
    "CPM [TikTok]": ("cpm", "({Spend [TikTok]} / {Impressions [TikTok]}) * 1000", "£", ""),
    "CPV [TikTok]": ("cpv", "{Spend [TikTok]} / {Video Views [TikTok]}", "£", ""),
    "VTR [TikTok]": (
        "vtr",
        "{Video Views - 100% [TikTok]} / {Impressions [TikTok]} * 100",
        "",
        "%",
    ),
    "VCR [TikTok]": (
        "vcr",
        "{Video Views - 100% [TikTok]} / {Video Views [TikTok]} * 100",
        "",
        "%",
    ),
}

OWN = """
[[metric]]
key = "saves"
name = "Saves"
column = "collects"

[[metric]]
key = "cost_per_save"
name = "Cost per Save"
formula = "{Spend [TikTok]} / {Saves}"
decimals = 3
prefix = "£"
about = "Cost of one save."
"""


def own(directory: Path, text: str) -> str:
    path = directory / "own.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_base_metrics_are_the_feeds() -> None:
    metrics = [metric for metric in load_catalog().metrics if metric.group == "feed"]
    assert {
        metric.name: (metric.key, metric.column, metric.decimals, metric.prefix)
        for metric in metrics
        if metric.kind == "base"
    } == BASE
    assert not any(metric.suffix for metric in metrics if metric.kind == "base")


def test_composite_metrics_are_the_feeds() -> None:
    metrics = [metric for metric in load_catalog().metrics if metric.group == "feed"]
    composite = [metric for metric in metrics if metric.kind == "composite"]
    assert {
        metric.name: (metric.key, metric.formula, metric.prefix, metric.suffix)
        for metric in composite
    } == COMPOSITE
    assert {metric.decimals for metric in composite} == {2}


def test_every_metric_says_what_it_means() -> None:
    assert all(metric.about.endswith((".", "?")) for metric in load_catalog().metrics)


def test_own_metrics_come_after_the_built_in_ones(tmp_path: Path) -> None:
    catalog = load_catalog(own(tmp_path, OWN))
    assert catalog.metrics[:-2] == load_catalog().metrics
    assert [metric.key for metric in catalog.metrics[-2:]] == ["saves", "cost_per_save"]
    assert {metric.group for metric in catalog.metrics[-2:]} == {"own"}


def test_a_composite_is_made_of_the_bases_that_its_formula_leads_to(tmp_path: Path) -> None:
    text = """
        [[metric]]
        key = "index"
        name = "Index"
        formula = "{CTR [TikTok]} / {CPC [TikTok]}"
    """
    catalog = load_catalog(own(tmp_path, text))
    parts = catalog.base_of([catalog.by_key("index")])
    assert [part.key for part in parts] == ["spend", "clicks", "impressions"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[metric", "own.toml: "),
        ("not_additive = []", "unknown field `not_additive`"),
        ("metrics = 1", "unknown field `metrics`"),
        ('[[metric]]\nkey = "x"', "missing required field `name` - at `$.metric[0]`"),
        (
            '[[metric]]\nkey = "x"\nname = "X"\ncolumn = "likes"\ndecimals = "2"',
            "Expected `int`, got `str` - at `$.metric[0].decimals`",
        ),
        ('[[metric]]\nkey = "X y"\nname = "X"\ncolumn = "likes"', "`$.metric[0].key`"),
        ('[[metric]]\nkey = "x"\nname = "X"\ncolumn = "x\\" y"', "`$.metric[0].column`"),
        ('[[metric]]\nkey = "x"\nname = "X"', 'metric "X": it needs either a column or a formula'),
        (
            '[[metric]]\nkey = "spend"\nname = "X"\ncolumn = "likes"',
            'metric "X": its name or its key "spend" is already taken',
        ),
        (
            '[[metric]]\nkey = "currency"\nname = "X"\ncolumn = "likes"',
            'metric "X": its name or its key "currency" is already taken',
        ),
        (
            '[[metric]]\nkey = "x"\nname = "CTR [TikTok]"\ncolumn = "likes"',
            'metric "CTR [TikTok]": its name or its key "x" is already taken',
        ),
        (
            '[[metric]]\nkey = "x"\nname = "X"\nformula = "{Spend [TikTok]} ** 2"',
            "metric \"X\": formula '{Spend [TikTok]} ** 2', character 19: expected a number",
        ),
        (
            '[[metric]]\nkey = "x"\nname = "X"\nformula = "{Spend}"',
            'metric "X": formula \'{Spend}\': there is no metric "Spend"',
        ),
        (
            (
                '[[metric]]\nkey = "x"\nname = "X"\nformula = "{Y}"\n'
                '[[metric]]\nkey = "y"\nname = "Y"\nformula = "{X}"'
            ),
            'metric "X": its formula refers to itself: X -> Y -> X',
        ),
        (
            '[[metric]]\nkey = "x"\nname = "X"\ncolumn = "reach"',
            'metric "X": the column "reach" cannot be summed over days or ads',
        ),
        (
            '[[metric]]\nkey = "x"\nname = "X"\ncolumn = "cost_per_conversion"',
            'metric "X": the column "cost_per_conversion" cannot be summed over days or ads',
        ),
    ],
)
def test_a_malformed_file_is_an_error_that_names_the_place(
    tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(MetricsError) as error:
        load_catalog(own(tmp_path, text), reserved=("currency",))
    assert problem in str(error.value)
    assert "own.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MetricsError, match="cannot be read: No such file"):
        load_catalog(str(tmp_path / "none.toml"))
