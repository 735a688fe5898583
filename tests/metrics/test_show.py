"""``show`` prints metrics at any grouping, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from tiktok_ads_metrics.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.metrics.conftest import Raw, Result


@pytest.fixture
def delivery(applied: Raw) -> Raw:
    """Two campaigns in pounds, one in dollars, over two weeks."""
    names = {"10": "Spring", "11": "Summer ☀️", "20": "Winter"}
    for campaign, name in names.items():
        account = campaign[0]
        raw_name = {"campaign_id": campaign, "campaign_name": name}
        applied.insert("campaigns", advertiser_id=account, **raw_name)
        for number, day in enumerate(("2026-11-02", "2026-11-03", "2026-11-09")):
            applied.report(
                advertiser_id=account,
                campaign_id=campaign,
                ad_id=campaign,
                stat_time_day=day,
                currency="GBP" if account == "1" else "USD",
                spend=Decimal("1000.505") * (number + 1),
                impressions=3000 * int(campaign),
                clicks=7 * number,
            )
    return applied


def lines(result: Result) -> list[str]:
    return [line.rstrip() for line in result.out.splitlines()]


@pytest.mark.usefixtures("delivery")
def test_a_table_has_a_total_for_each_currency(metrics: Callable[..., Result]) -> None:
    # 1,000.505 + 2,001.01 = 3,001.515 in the first week; 7 / 60,000 = 0.0001166....
    assert lines(metrics("show", "--by", "campaign,week", "--metrics", "spend,clicks,ctr")) == [
        "                                         Spend    Clicks       CTR",
        "Campaign [TikTok]  Week        CCY    [TikTok]  [TikTok]  [TikTok]",
        "──────────────────────────────────────────────────────────────────",
        "Spring             2026-11-02  GBP   £3,001.52         7     0.01%",
        "                   2026-11-09  GBP   £3,001.52        14     0.05%",
        "Summer ☀️          2026-11-02  GBP   £3,001.52         7     0.01%",
        "                   2026-11-09  GBP   £3,001.52        14     0.04%",
        "Total                          GBP  £12,006.06        42     0.02%",
        "",
        "Winter             2026-11-02  USD   $3,001.52         7     0.01%",
        "                   2026-11-09  USD   $3,001.52        14     0.02%",
        "Total                          USD   $6,003.03        21     0.01%",
    ]


@pytest.mark.usefixtures("delivery")
def test_a_single_row_needs_no_total(metrics: Callable[..., Result]) -> None:
    assert lines(metrics("show", "--by", "currency", "--metrics", "clicks"))[-2:] == [
        "GBP        42",
        "USD        21",
    ]


@pytest.mark.parametrize("width", [80, 120, 200])
def test_a_table_fits_the_terminal(
    delivery: Raw, metrics: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    names = "A campaign with a name that would fill most of a terminal all alone, and more " * 2
    delivery.execute(
        f"update tap_tiktok_ads.campaigns set campaign_name = '{names}'"  # noqa: S608 (made here)
    )
    for metrics_asked in ((), ("--metrics", "all")):
        result = metrics("show", "--by", "account,campaign,ad,day", *metrics_asked)
        assert max(map(cell_len, lines(result))) <= width


@pytest.mark.usefixtures("delivery")
def test_a_wide_terminal_shows_more_metrics_under_their_full_names(
    metrics: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    wide = metrics("show").out
    assert wide.count("[TikTok]") == 1 + 9
    assert "Not shown" not in wide


@pytest.mark.usefixtures("delivery")
def test_what_does_not_fit_is_named(metrics: Callable[..., Result]) -> None:
    narrow = metrics("show", "--by", "campaign,week").out
    assert "Not shown (too wide): --metrics cpc,cpm,video_views,cpv,vcr\n" in narrow


@pytest.mark.usefixtures("delivery")
def test_metrics_that_were_asked_for_go_on_in_a_second_table(
    metrics: Callable[..., Result],
) -> None:
    asked = "spend,impressions,clicks,ctr,cpc,cpm,shares,comments"
    result = metrics("show", "--by", "campaign,week", "--metrics", asked)
    assert result.out.count("Campaign [TikTok]") == 2
    for name in ("Spend", "Impressions", "Clicks", "CTR", "CPC", "CPM", "Shares", "Comments"):
        assert result.out.count(name) == 1


@pytest.mark.usefixtures("delivery")
def test_all_metrics_are_those_that_have_a_value(metrics: Callable[..., Result]) -> None:
    out = metrics("show", "--by", "currency", "--metrics", "all").out
    assert "CPM" in out
    assert "Comments" not in out


def test_entities_of_one_name_are_told_apart(delivery: Raw, metrics: Callable[..., Result]) -> None:
    delivery.execute("update tap_tiktok_ads.campaigns set campaign_name = 'Spring'")
    out = metrics("show", "--metrics", "spend").out
    assert all(f"Spring ({campaign})" in out for campaign in (10, 11, 20))


def test_an_entity_without_a_name_is_shown_by_its_id(
    delivery: Raw, metrics: Callable[..., Result]
) -> None:
    delivery.execute("delete from tap_tiktok_ads.campaigns")
    delivery.execute("update tap_tiktok_ads.ad_report_daily set campaign_name = null")
    shown = lines(metrics("show", "--metrics", "spend"))
    assert [line.split()[0] for line in shown if "0" in line] == ["10", "11", "Total", "20"]


def test_a_name_cannot_steer_the_terminal(delivery: Raw, metrics: Callable[..., Result]) -> None:
    statement = "update tap_tiktok_ads.campaigns set campaign_name = e'[bold]\\x1b[2J\\n\\u2028'"
    delivery.execute(statement)
    out = metrics("show", "--metrics", "spend").out
    assert "\x1b" not in out
    assert "[bold] [2J" in out


@pytest.mark.usefixtures("delivery")
def test_csv_has_every_digit_and_no_totals(metrics: Callable[..., Result]) -> None:
    result = metrics("show", "--by", "campaign,month", "--metrics", "spend,ctr", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert list(rows[0]) == ["campaign_id", "campaign_name", "currency", "date", "spend", "ctr"]
    assert [row["campaign_name"] for row in rows] == ["Spring", "Summer ☀️", "Winter"]
    assert rows[0]["spend"] == "6003.030"
    assert rows[0]["ctr"] == "0.023333333333333333000"


@pytest.mark.usefixtures("delivery")
def test_json_has_exact_numbers(metrics: Callable[..., Result]) -> None:
    result = metrics("show", "--by", "currency", "--metrics", "spend,cpv", "--format", "json")
    assert json.loads(result.out, parse_float=Decimal) == [
        {"currency": "GBP", "spend": Decimal("12006.060"), "cpv": None},
        {"currency": "USD", "spend": Decimal("6003.030"), "cpv": None},
    ]


@pytest.mark.usefixtures("delivery")
def test_only_some_days_and_accounts(metrics: Callable[..., Result]) -> None:
    days = ("--from", "2026-11-03", "--to", "2026-11-03")
    options = ("--by", "account,day", "--metrics", "clicks", "--format", "csv")
    result = metrics("show", *options, *days, "--account", "1")
    assert lines(result)[1:] == ["1,,GBP,2026-11-03,14"]
    result = metrics("show", *options, *days, "--account", "1", "--account", "2")
    assert lines(result)[1:] == ["1,,GBP,2026-11-03,14", "2,,USD,2026-11-03,7"]


@pytest.mark.usefixtures("delivery")
def test_an_account_id_is_only_a_value(metrics: Callable[..., Result]) -> None:
    result = metrics("show", "--account", "1' or '1' = '1")
    assert (result.status, result.out) == (0, "No delivery.\n")


def test_currencies_are_never_summed(delivery: Raw, metrics: Callable[..., Result]) -> None:
    delivery.execute("update tap_tiktok_ads.ad_report_daily set currency = 'EUR' "
                     "where campaign_id = '10' and stat_time_day = '2026-11-09'")  # fmt: skip
    result = metrics("show", "--metrics", "clicks", "--format", "csv")
    assert lines(result)[1:] == [
        "10,Spring,EUR,14",
        "10,Spring,GBP,7",
        "11,Summer ☀️,GBP,21",
        "20,Winter,USD,21",
    ]


@pytest.mark.parametrize(
    ("currency", "amount"),
    [
        ("GBP", "£1,234.50"),
        ("EUR", "€1,234.50"),
        ("AUD", "A$1,234.50"),
        ("CHF", "CHF 1,234.50"),
        ("XYZ", "XYZ 1,234.50"),
        (None, "1,234.50"),
    ],
)
def test_money_has_the_sign_of_its_currency(
    applied: Raw, metrics: Callable[..., Result], currency: str | None, amount: str
) -> None:
    applied.report(spend=Decimal("1234.5"), currency=currency)
    assert lines(metrics("show", "--metrics", "spend"))[-1].endswith(f"  {amount}")


def test_list_prints_names_to_the_letter(metrics: Callable[..., Result]) -> None:
    out = metrics("list").out
    assert "video_views_p100             Video Views - 100% [TikTok]" in out
    assert "video_views_p100 / video_views * 100" in " ".join(out.split())


def test_list_shows_every_name_whole_on_80_columns(metrics: Callable[..., Result]) -> None:
    out = metrics("list").out
    assert "\u2026" not in out
    assert max(map(cell_len, out.splitlines())) <= 80


@pytest.mark.parametrize("command", ["apply", "show", "list", "check", "sql"])
def test_help_fits_80_columns(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main([command, "--help"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("usage: tiktok-ads-metrics ")
    assert max(map(len, lines)) <= 80


def test_list_prints_metrics_and_views_as_markdown(metrics: Callable[..., Result]) -> None:
    tables = metrics("list", "--format", "markdown").out.split("\n\n")
    assert [table.splitlines()[:3] for table in tables] == [
        [
            "| Name | Column | Made of | Shown as | Meaning |",
            "|---|---|---|---|---|",
            (
                "| Spend [TikTok] | `spend` | sum of `spend` | £0.00 | Money charged for the ads, "
                "in the account's currency. |"
            ),
        ],
        [
            "| View | What it holds |",
            "|---|---|",
            "| `synced_days` | When each day of each report was last read, by account. |",
        ],
    ]


def test_list_tells_what_each_view_holds(metrics: Callable[..., Result]) -> None:
    out = " ".join(metrics("list").out.split())
    assert "gmv_max_daily GMV Max by shop, campaign and day" in out
