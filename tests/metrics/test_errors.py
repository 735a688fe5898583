"""What goes wrong is said in one line, without a traceback and without the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tiktok_ads_metrics.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.metrics.conftest import Raw, Result

COMMANDS = ["apply", "show", "check"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("postgresql://me:s3cret@127.0.0.1:1/db", "cannot reach the database: connection"),
        ("postgresql://me:s3cret@no.such.host.invalid/db", "cannot reach the database: "),
        ("postgresql+psycopg://me:s3cret@127.0.0.1:1/db", "cannot reach the database: connection"),
        ("me:s3cret@127.0.0.1/db", "DATABASE_URL is not of the form postgresql://user"),
        ("postgresql://me:s3cret@@127.0.0.1:1/db", "percent-encode characters"),
        ("postgresql://me:s3c/ret@127.0.0.1:1/db", "DATABASE_URL is not of the form"),
        ("postgresql://me:s3cret@127.0.0.1:port/db", "DATABASE_URL is not of the form"),
    ],
)
def test_an_unreachable_database(
    command: str,
    url: str,
    problem: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    status = main([command])
    out, err = capsys.readouterr()
    assert (status, out) == (1, "")
    assert problem in err
    assert err.count("\n") == 1
    assert not any(part in err for part in ("s3c", "cret", "Traceback"))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_without_raw_tables(metrics: Callable[..., Result], command: str) -> None:
    assert metrics(command) == (
        1,
        "",
        (
            'tiktok-ads-metrics: the schema "tap_tiktok_ads" has no tables loaded from TikTok '
            "Ads; run the tap first, or pass their schema as --raw-schema\n"
        ),
    )


@pytest.mark.parametrize("command", ["show", "check"])
def test_views_that_were_not_applied(
    raw: Raw, metrics: Callable[..., Result], command: str
) -> None:
    raw.create()
    result = metrics(command)
    assert result.status == 1
    assert result.err.startswith("tiktok-ads-metrics: the views are missing or out of date (")
    assert result.err.endswith('): run "tiktok-ads-metrics apply"\n')


@pytest.mark.parametrize("command", ["apply", "show", "check", "list", "sql"])
@pytest.mark.usefixtures("applied")
def test_a_malformed_catalogue(
    metrics: Callable[..., Result], tmp_path: Path, command: str
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[metric]]\nkey = "x"\nname = "X"\nformula = "{Spend [TikTok]} /"')
    assert metrics(command, "--metrics-file", str(own)) == (
        1,
        "",
        (
            f"tiktok-ads-metrics: {own}: metric \"X\": formula '{{Spend [TikTok]}} /', "
            'character 19: expected a number, a {reference} or "(", found its end\n'
        ),
    )


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            ["--by", "planet"],
            'cannot group by "planet"; choose from: account, advertiser, campaign',
        ),
        (["--by", "day,week"], "cannot group by day and week; choose one period"),
        (["--metrics", "spend,luck"], 'there is no metric "luck"; choose from: spend, clicks'),
    ],
)
@pytest.mark.usefixtures("applied")
def test_what_cannot_be_shown(
    metrics: Callable[..., Result], arguments: list[str], problem: str
) -> None:
    result = metrics("show", *arguments)
    assert result.status == 1
    assert problem in result.err
    assert result.err.count("\n") == 1


def test_a_day_that_is_not_a_date(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["show", "--from", "yesterday"])
    assert exit_.value.code == 2
    assert "--from: 'yesterday' is not a date such as 2026-01-31" in capsys.readouterr().err
