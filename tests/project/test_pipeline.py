"""API to metrics: Postgres equals the truth, however often the pipeline runs."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from psycopg import sql

from pipeline.postgres import for_sqlalchemy
from pipeline.run import run_pipeline, run_program
from tests.conftest import Tap, load_messages, new_database, settings
from tests.support.api import running
from tiktok_ads_metrics.cli import main as metrics_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.conftest import Run
    from tests.support.api import Simulator

START, NOW, LATER = "2026-10-01", "2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z"
FACTS = "tiktok_ads.tiktok_data_ad"
#: Metrics that are final with the next day's data fix; conversions grow for 28 days.
DELIVERY = [
    "spend",
    "impressions",
    "clicks",
    "comments",
    "likes",
    "shares",
    "follows",
    "profile_visits",
    "video_play_actions",
    "video_watched_2s",
    "video_watched_6s",
    "video_views_p25",
    "video_views_p50",
    "video_views_p75",
    "video_views_p100",
]

Sums = dict[tuple[Any, ...], dict[str, Decimal]]


def apply(database_url: str) -> None:
    """Create the views."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", database_url)
        assert metrics_command(["apply"]) == 0


def loaded(database_url: str, metrics: list[str], table: str = FACTS) -> Sums:
    """Sums of an account and day in Postgres, without those where nothing happened."""
    statement = sql.SQL(
        "select advertiser_id, stat_time_day::text, {} from {} group by 1, 2"
    ).format(
        sql.SQL(", ").join(
            sql.SQL("coalesce(sum({}), 0)").format(sql.Identifier(metric)) for metric in metrics
        ),
        sql.Identifier(*table.split(".")),
    )
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(statement).fetchall()
    return {row[:2]: dict(zip(metrics, row[2:], strict=True)) for row in rows if any(row[2:])}


def true(api: Simulator, metrics: list[str]) -> Sums:
    """The same sums from the generator."""
    days = api.truth(START, "2026-11-23")["days"]
    found = {
        (day["advertiser_id"], day["date"]): {
            metric: Decimal(day["metrics"].get(metric, "0")) for metric in metrics
        }
        for day in days
    }
    return {key: total for key, total in found.items() if any(total.values())}


def additive(api: Simulator, database_url: str) -> list[str]:
    """The additive metrics that are loaded."""
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "select column_name from information_schema.columns"
            " where table_schema = 'tap_tiktok_ads' and table_name = 'ad_report_daily'"
        ).fetchall()
    return sorted({row[0] for row in found} & set(api.truth(START, START)["days"][0]["metrics"]))


class Days(NamedTuple):
    """Three runs on two days, each loaded and put under views.

    Attributes:
        url: The database.
        runs: What the tap gave.
        loaded: Sums in the database after each run.
        true: What they had to be.
    """

    url: str
    runs: list[Run]
    loaded: list[Sums]
    true: list[Sums]


@contextmanager
def days(server: str, directory: Path, **config: Any) -> Iterator[Days]:
    """Run the pipeline twice at one moment, and once two days later."""
    with running("--scenario", "demo") as api, new_database(server) as url:
        found = Days(url, [], [], [])
        for moment in (NOW, NOW, LATER):
            api.set_clock(moment)
            state = found.runs[-1].state if found.runs else None
            run = Tap(directory)(settings(api, start_date=START, **config), now=moment, state=state)
            assert run.status == 0, run.err
            load_messages(run.out, url, directory)
            apply(url)
            metrics = additive(api, url)
            found.runs.append(run)
            found.loaded.append(loaded(url, metrics))
            found.true.append(true(api, metrics))
        yield found


@pytest.fixture(scope="module")
def default_days(_postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    """With the default look-back."""
    with days(_postgres, tmp_path_factory.mktemp("days")) as found:
        yield found


def only(metrics: Sequence[str], sums: Sums) -> Sums:
    """Leave out other metrics, and what is zero without them."""
    found = {key: {name: each[name] for name in metrics} for key, each in sums.items()}
    return {key: each for key, each in found.items() if any(each.values())}


@pytest.fixture
def patient_days(_postgres: str, tmp_path: Path) -> Iterator[Days]:
    """With a look-back as long as conversions grow."""
    with days(_postgres, tmp_path, lookback_days=28) as found:
        yield found


def test_with_a_look_back_as_long_as_conversions_grow_all_metrics_are_true_after_each_run(
    patient_days: Days,
) -> None:
    assert patient_days.loaded == patient_days.true
    metrics = {name for sums in patient_days.true[0].values() for name in sums}
    assert metrics >= {"spend", "clicks", "video_views_p100", "button_click"}


def test_with_the_default_look_back_delivery_is_true_after_each_run(default_days: Days) -> None:
    assert default_days.loaded[:2] == default_days.true[:2]
    delivery = only(DELIVERY, default_days.loaded[2])
    assert delivery
    assert delivery == only(DELIVERY, default_days.true[2])


def test_rows_that_tiktok_takes_back_do_not_count(default_days: Days) -> None:
    _, first, second = default_days.runs
    keys = [
        {(row["ad_id"], row["stat_time_day"]) for row in run.records["ad_report_daily"]}
        for run in (first, second)
    ]
    reread = min(day for _, day in keys[1])
    vanished = {key for key in keys[0] - keys[1] if key[1] > reread}
    assert vanished
    with psycopg.connect(default_days.url) as connection:
        query = "select ad_id, stat_time_day::text from {}"
        raw = set(connection.execute(query.format("tap_tiktok_ads.ad_report_daily")).fetchall())
        view = set(connection.execute(query.format(FACTS)).fetchall())
    assert vanished <= raw
    assert not vanished & view


def test_renamed_and_deleted_things_keep_one_row_with_the_newest_name(
    tap: Tap, load: Callable[[str], None], database_url: str
) -> None:
    names = []
    with running("--scenario", "demo") as api:
        config = settings(api, start_date=START, emit_activate_version_messages=True)
        state = None
        for moment in (NOW, "2026-12-20T10:00:00Z"):
            api.set_clock(moment)
            run = tap(config, now=moment, state=state)
            load(run.out)
            state = run.state
            names.append({row["ad_id"]: row["ad_name"] for row in run.records["ads"]})
    apply(database_url)
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("select ad_id, ad_name from tiktok_ads.tiktok_meta_ad").fetchall()
    assert len(rows) == len(dict(rows))
    assert dict(rows) == {**names[0], **names[1]}
    assert any(names[0][ad_id] != names[1].get(ad_id) for ad_id in names[0])


# Meltano keeps an extractor's catalog in one file of the project.
meltano = pytest.mark.xdist_group("meltano")


@meltano
def test_meltano_runs_the_pipeline_from_the_projects_own_definition(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELTANO_DATABASE_URI", f"sqlite:///{tmp_path}/meltano.db")
    with running("--scenario", "small") as api:
        config = settings(api, start_date=START, end_date="2026-11-10")
        env = {f"TAP_TIKTOK_ADS_{name.upper()}": str(value) for name, value in config.items()}
        assert run_pipeline("demo", database_url, **env) == 0
        want = {key: total for key, total in true(api, ["spend"]).items() if key[1] <= "2026-11-10"}
    assert loaded(database_url, ["spend"]) == want
    with psycopg.connect(database_url) as connection:
        columns = connection.execute(
            "select column_name from information_schema.columns"
            " where table_schema = 'tap_tiktok_ads' and table_name = 'ad_report_daily'"
        ).fetchall()
    assert ("button_click",) in columns
    assert ("ctr",) not in columns


@meltano
def test_the_two_scheduled_jobs_fill_the_look_ups_and_the_facts(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELTANO_DATABASE_URI", f"sqlite:///{tmp_path}/meltano.db")
    with running("--scenario", "small") as api:
        config = settings(api, start_date="2026-11-01", end_date="2026-11-10")
        env = {f"TAP_TIKTOK_ADS_{name.upper()}": str(value) for name, value in config.items()}
        jobs = ("tiktok-ads-delivery-import", "tiktok-ads-meta-refresh")
        assert run_program("meltano", "run", *jobs, url=database_url, **env) == 0
    with psycopg.connect(database_url) as connection:
        for view in ("data_ad", "meta_campaign", "meta_adgroup", "meta_ad"):
            name = sql.Identifier("tiktok_ads", f"tiktok_{view}")
            rows = connection.execute(sql.SQL("select count(*) from {}").format(name)).fetchone()
            assert rows
            assert rows[0] > 0, view


def test_a_database_url_that_is_not_a_url_is_one_line_without_the_password() -> None:
    with pytest.raises(SystemExit, match="DATABASE_URL is not a URL such as") as error:
        for_sqlalchemy("host=localhost password=s3cr3t")
    assert "s3cr3t" not in str(error.value)
