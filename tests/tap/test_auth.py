"""tap-tiktok-ads-auth at a terminal: from an app to a token, and what the token can read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from dotenv import dotenv_values

from tap_tiktok_ads.auth.command import auth_code, main
from tap_tiktok_ads.auth.env_file import write_settings
from tap_tiktok_ads.errors import TapError
from tests.conftest import PROGRAMS, Run
from tests.support.api import Simulator, running
from tests.support.tap import run_here

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = str(PROGRAMS / "tap-tiktok-ads-auth")
TOKEN = "tok-4f9a1c77e2"
SECRET = "demo-secret"
GOOD = {"access_token": TOKEN, "app_id": "demo-app", "app_secret": SECRET}
REDIRECT = "http://127.0.0.1/callback?from=tiktok"
#: Runs a program in its own terminal, which does not echo what is typed at a hidden prompt.
IN_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
EXAMPLE = """\
# The loader's
DATABASE_URL=postgresql://user@localhost/tiktok

TAP_TIKTOK_ADS_ACCESS_TOKEN=old
# TAP_TIKTOK_ADS_APP_ID=
TAP_TIKTOK_ADS_START_DATE=2026-01-01"""


@pytest.fixture(scope="module")
def api() -> Iterator[Simulator]:
    """A simulator of eight accounts, all of them readable when a test starts."""
    with running("--scenario", "demo", "--token", TOKEN) as simulator:
        simulator.session.headers["Access-Token"] = TOKEN
        yield simulator


@pytest.fixture
def _faults_are_removed_afterwards(api: Simulator) -> Iterator[None]:
    yield
    api.control("POST", "/faults", {})


def environment(api: Simulator, **settings: str) -> dict[str, str]:
    """Return the environment with only these settings of the tap."""
    outer = {name: text for name, text in os.environ.items() if not name.startswith("TAP_")}
    outer["PYTHONWARNINGS"] = "ignore:Python 3.10 reached its end of life"  # the SDK says so
    given = {"api_url": api.url, "requests_per_second": "1000", **settings}
    return {**outer, **{f"TAP_TIKTOK_ADS_{name.upper()}": text for name, text in given.items()}}


class Dialogue:
    """A person at the terminal."""

    def __init__(self, *arguments: str, cwd: Path, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", IN_A_TERMINAL, PROGRAM, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=cwd,
            env=env,
        )
        self.seen = ""

    def until(self, words: str) -> str:
        """Read until some text appears, and return all output so far."""
        assert self._process.stdout
        while words not in self.seen:
            read = os.read(self._process.stdout.fileno(), 4096).decode()
            assert read, f"ended without {words!r}: {self.seen}"
            self.seen += read.replace("\r", "")
        return self.seen

    def say(self, answer: str) -> None:
        """Type a line."""
        assert self._process.stdin
        self._process.stdin.write(f"{answer}\n".encode())
        self._process.stdin.flush()

    def end(self) -> int:
        """Read to the end and return the exit status."""
        rest, _ = self._process.communicate()
        self.seen += rest.decode().replace("\r", "")
        return self._process.returncode


def confirmed(seen: str) -> str:
    """Open the URL that the program shows, confirm, and return the URL of the redirect."""
    shown = re.search(r"^http\S+$", seen, re.MULTILINE)
    assert shown
    return requests.get(shown[0], allow_redirects=False, timeout=60).headers["Location"]


def asked(api: Simulator, cwd: Path) -> Dialogue:
    """Return the dialogue at the prompt for the URL that TikTok redirected to."""
    dialogue = Dialogue(cwd=cwd, env=environment(api))
    for question, answer in (
        ("App ID", "demo-app"),
        ("App secret", SECRET),
        ("Redirect URL", REDIRECT),
    ):
        dialogue.until(question)
        dialogue.say(answer)
    dialogue.until("auth_code in it")
    return dialogue


def authorised(api: Simulator, cwd: Path, write: str, *, only_code: bool = False) -> Dialogue:
    """Return the finished dialogue."""
    dialogue = asked(api, cwd)
    address = confirmed(dialogue.seen)
    dialogue.say(parse_qs(urlsplit(address).query)["auth_code"][0] if only_code else address)
    dialogue.until("[y/N]")
    dialogue.say(write)
    assert dialogue.end() == 0, dialogue.seen
    return dialogue


def check(api: Simulator, *arguments: str, cwd: Path, **settings: str) -> Run:
    """What the check says, in this process; without settings, as after a good authorisation."""
    outer = dict.fromkeys(name for name in os.environ if name.startswith("TAP_"))
    arguments = ("check", *arguments, "--env-file", str(cwd / ".env"))
    return run_here(lambda: main, arguments, {**outer, **environment(api, **(settings or GOOD))})


def check_program(api: Simulator, *, cwd: Path, **settings: str) -> Run:
    """The same from the installed program."""
    done = subprocess.run(
        [PROGRAM, "check"],
        cwd=cwd,
        env=environment(api, **(settings or GOOD)),
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def table(run: Run) -> dict[str, dict[str, str]]:
    """Return the check's table by account, without the names, which contain spaces."""
    head, *rows = (re.split(r"\s{2,}", line) for line in run.out.splitlines())
    return {row[0]: dict(zip(head[1:-1], row[1:], strict=False)) for row in rows}


def test_confirming_saves_the_token_and_the_app_to_env(api: Simulator, tmp_path: Path) -> None:
    authorised(api, tmp_path, "y")
    assert dotenv_values(tmp_path / ".env") == {
        "TAP_TIKTOK_ADS_ACCESS_TOKEN": TOKEN,
        "TAP_TIKTOK_ADS_APP_ID": "demo-app",
        "TAP_TIKTOK_ADS_APP_SECRET": SECRET,
    }


def test_env_is_readable_only_by_its_owner_and_keeps_its_other_lines(
    api: Simulator, tmp_path: Path
) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(EXAMPLE)
    env_file.chmod(0o644)
    authorised(api, tmp_path, "y")
    assert env_file.stat().st_mode & 0o777 == 0o600
    # dotenv drops an empty line above a value that it sets.
    assert list(filter(None, env_file.read_text().splitlines())) == [
        *filter(None, EXAMPLE.replace("=old", f"={TOKEN}").splitlines()),
        "TAP_TIKTOK_ADS_APP_ID=demo-app",
        f"TAP_TIKTOK_ADS_APP_SECRET={SECRET}",
    ]


@pytest.mark.parametrize(
    "value", ["with a space", "with # a hash", 'with a "quote"', "with $HOME", "with `ls`", "a=b"]
)
def test_a_shell_and_dotenv_read_back_the_same_value(tmp_path: Path, value: str) -> None:
    env_file = tmp_path / ".env"
    write_settings(env_file, {"app_secret": value})
    name = "TAP_TIKTOK_ADS_APP_SECRET"
    script = f'. "$1" && printf %s "${name}"'
    shell = subprocess.run(
        ["sh", "-c", script, "sh", env_file], capture_output=True, text=True, check=True
    )
    assert shell.stdout == dotenv_values(env_file)[name] == value


def test_an_env_file_that_is_a_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "secrets"
    link = tmp_path / ".env"
    link.symlink_to(target)
    write_settings(link, {"app_id": "1"})
    assert link.is_symlink()
    assert dotenv_values(target) == {"TAP_TIKTOK_ADS_APP_ID": "1"}


def test_nothing_is_written_without_consent(api: Simulator, tmp_path: Path) -> None:
    authorised(api, tmp_path, "n")
    assert list(tmp_path.iterdir()) == []


def test_no_secret_is_shown(api: Simulator, tmp_path: Path) -> None:
    seen = authorised(api, tmp_path, "y").seen
    assert "demo-app" in seen
    assert TOKEN not in seen
    assert SECRET not in seen


def test_the_accounts_are_listed_with_currency_zone_and_name(
    api: Simulator, tmp_path: Path
) -> None:
    seen = authorised(api, tmp_path, "n").seen
    ids = list(api.accounts().values())
    for account in api.data("/advertiser/info/", advertiser_ids=ids)["list"]:
        zone = account["display_timezone"] or account["timezone"]
        told = (account["advertiser_id"], account["currency"], zone, account["name"])
        assert re.search(r"^{}\s+{}\s+{}\s+{}$".format(*map(re.escape, told)), seen, re.MULTILINE)


def test_the_code_is_accepted_without_its_url(api: Simulator, tmp_path: Path) -> None:
    authorised(api, tmp_path, "y", only_code=True)
    assert dotenv_values(tmp_path / ".env")["TAP_TIKTOK_ADS_ACCESS_TOKEN"] == TOKEN


def test_a_code_that_is_refused_is_one_line(api: Simulator, tmp_path: Path) -> None:
    dialogue = asked(api, tmp_path)
    dialogue.say("demo-code-0")
    assert dialogue.end() == 1
    last = dialogue.seen.splitlines()[-1]
    assert last.startswith("Error: /oauth2/access_token/: TikTok answers 40110")
    assert "Traceback" not in dialogue.seen


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("https://example.org/?auth_code=1&state=other", "belongs to another request"),
        ("https://example.org/?auth_code=1", "belongs to another request"),
        ("https://example.org/?error=denied", "no auth_code"),
    ],
)
def test_a_url_that_belongs_to_another_request_is_refused(answer: str, says: str) -> None:
    with pytest.raises(TapError, match=says):
        auth_code(answer, "mine")


def test_no_option_takes_a_secret(api: Simulator, tmp_path: Path) -> None:
    for option in ("--app-secret", "--secret", "--access-token"):
        done = subprocess.run(
            [PROGRAM, option, SECRET],
            cwd=tmp_path,
            env=environment(api),
            capture_output=True,
            check=False,
        )
        assert b"No such option" in done.stderr


def test_the_check_reads_the_saved_settings(api: Simulator, tmp_path: Path) -> None:
    authorised(api, tmp_path, "y")
    run = check_program(api, cwd=tmp_path, requests_per_second="500")
    assert run.status == 0, run.err
    assert set(table(run)) == set(api.accounts().values())


def test_a_permission_that_the_token_has_is_a_yes(api: Simulator, tmp_path: Path) -> None:
    run = check_program(api, cwd=tmp_path)
    modules = {"ads", "reports", "smart_plus", "gmv_max", "creatives", "audiences", "pixels"}
    assert (run.status, run.err) == (0, "")
    for account in table(run).values():
        assert set(account) == {"currency", "zone", *modules, "references"}
        assert {account[module] for module in modules} == {"yes"}


@pytest.mark.usefixtures("_faults_are_removed_afterwards")
def test_a_missing_permission_is_a_no_with_its_reason(api: Simulator, tmp_path: Path) -> None:
    api.control("POST", "/faults", {"no_scope": ["/pixel/"]})
    run = check(api, cwd=tmp_path)
    assert {row["pixels"] for row in table(run).values()} == {"no"}
    assert {row["ads"] for row in table(run).values()} == {"yes"}
    (reason,) = run.err.splitlines()
    assert reason.startswith("pixels: /pixel/list/ for account")
    assert "40001" in reason
    assert reason.endswith("(and 7 more accounts)")


@pytest.mark.usefixtures("_faults_are_removed_afterwards")
@pytest.mark.parametrize(
    ("missing", "needed", "status"),
    [
        ("/report/", [], 1),
        ("/campaign/", [], 1),
        ("/pixel/", [], 0),
        ("/pixel/", ["pixels"], 1),
        ("/pixel/", ["ads", "audiences"], 0),
    ],
)
def test_the_exit_status_depends_on_the_needed_permissions(
    api: Simulator, tmp_path: Path, missing: str, needed: list[str], status: int
) -> None:
    api.control("POST", "/faults", {"no_scope": [missing]})
    assert check(api, *needed, cwd=tmp_path).status == status


@pytest.mark.usefixtures("_faults_are_removed_afterwards")
def test_an_unreadable_account_does_not_hide_the_others(api: Simulator, tmp_path: Path) -> None:
    lost, *others = api.accounts().values()
    api.control("POST", "/faults", {"revoked": [lost]})
    run = check(api, cwd=tmp_path)
    found = table(run)
    assert run.status == 1
    assert run.err.startswith(f"Account {lost}: ")
    assert set(found) == {lost, *others}
    assert all(found[one]["ads"] == "yes" for one in others)


def test_settings_can_come_from_a_file(api: Simulator, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    (one, *_) = api.accounts().values()
    config.write_text(f'{{"access_token": "{TOKEN}", "advertiser_ids": ["{one}"]}}')
    run = check(api, "--config", str(config), cwd=tmp_path, max_concurrency="1")
    assert list(table(run)) == [one]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"access_token": "sec-77e2"}, "advertiser_ids is not set"),
        ({"access_token": "sec-77e2", "advertiser_ids": "1"}, "TikTok answers 40105"),
        ({"access_token": TOKEN, "advertiser_ids": "x"}, "'x' is not the id of an ad account"),
        (
            {"access_token": TOKEN, "lookback_days": "x"},
            "TAP_TIKTOK_ADS_LOOKBACK_DAYS: 'x' is not of type integer",
        ),
    ],
)
def test_a_wrong_setting_is_one_line(
    api: Simulator, tmp_path: Path, settings: dict[str, str], says: str
) -> None:
    run = check_program(api, cwd=tmp_path, **settings)
    (line,) = run.err.splitlines()
    assert (run.status, run.out) == (1, "")
    assert line.startswith("Error: ")
    assert says in line
    assert "sec-77e2" not in line
