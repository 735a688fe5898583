"""``tap-tiktok-ads-auth``: get an access token, and check what it can read."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import click
import msgspec

from tap_tiktok_ads.api import accounts
from tap_tiktok_ads.api.client import Client
from tap_tiktok_ads.api.rate_limit import RateLimiter
from tap_tiktok_ads.auth.env_file import read_settings, write_settings
from tap_tiktok_ads.auth.permissions import check_access, permissions
from tap_tiktok_ads.auth.probe import Probe, lines, report
from tap_tiktok_ads.auth.questions import questions
from tap_tiktok_ads.cli_errors import errors_in_one_line
from tap_tiktok_ads.errors import AccountError, TapError
from tap_tiktok_ads.log_safety import safe
from tap_tiktok_ads.tap import TapTikTokAds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_tiktok_ads.auth.permissions import AccountAccess

AUTHORISATION_PAGE: Final = "/portal/auth"
TOKEN_ENDPOINT: Final = "/oauth2/access_token/"  # noqa: S105 (a path)
#: The other settings are validated before there is a token.
PLACEHOLDER_TOKEN: Final = "none yet"  # noqa: S105

config_option = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Settings of the tap as a JSON file; the environment and .env override it.",
)
env_file_option = click.option(
    "--env-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=".env",
    show_default=True,
    help="File that settings are read from and the token is written to.",
)


class _TokenResponse(msgspec.Struct):
    access_token: str


@click.group(invoke_without_command=True)
@click.option("--app-id", help="ID of the developer app.")
@click.option("--redirect-uri", help="Redirect URL registered for the app.")
@config_option
@env_file_option
@click.version_option(package_name=TapTikTokAds.package_name)
@click.pass_context
def main(
    context: click.Context,
    app_id: str | None,
    redirect_uri: str | None,
    config: Path | None,
    env_file: Path,
) -> None:
    """Get an access token for an app, list the accounts it can read, and save it to .env.

    The app secret is prompted for, unless TAP_TIKTOK_ADS_APP_SECRET is set.
    """
    if context.invoked_subcommand:
        return
    with errors_in_one_line(_show_error):
        settings = read_settings(config, env_file)
        app = {
            "app_id": app_id or settings.get("app_id") or click.prompt("App ID"),
            "app_secret": settings.get("app_secret") or click.prompt("App secret", hide_input=True),
        }
        tap = TapTikTokAds(config={**settings, **app, "access_token": PLACEHOLDER_TOKEN})
        token = _authorise(tap, redirect_uri or click.prompt("Redirect URL of the app"))
        tap = TapTikTokAds(config={**tap.config, "access_token": token, "advertiser_ids": None})
        _list_accounts(tap)
        if click.confirm(f"Save the token, app ID and app secret to {env_file}?"):
            write_settings(env_file, {"access_token": token, **app})
            click.echo("Saved. Run `tap-tiktok-ads-auth check` to see what the token can read.")
        else:
            click.echo("Nothing was saved. To get another token, run this command again.")


@main.command()
@click.argument(
    "needed",
    nargs=-1,
    metavar="[PERMISSION]...",
    type=click.Choice([permission.name for permission in permissions()]),
)
@config_option
@env_file_option
@click.pass_context
def check(
    context: click.Context, needed: tuple[str, ...], config: Path | None, env_file: Path
) -> None:
    """Show which permissions the token has for each account.

    The exit status is 1 if an account lacks one of the given PERMISSIONs; by default, those of the
    default streams: ads, reports and smart_plus.
    """
    with errors_in_one_line(_show_error):
        tap = TapTikTokAds(config=read_settings(config, env_file))
        access = check_access(
            tap.run.client,
            tap.run.advertiser_ids,
            accounts.describe(tap.run.client, tap.run.advertiser_ids),
            tap.settings.max_concurrency,
        )
    names = [permission.name for permission in permissions()]
    rows = []
    for each in access:
        *cells, account_name = _account_cells(each.advertiser_id, each.account)
        answers = ["no" if name in each.missing else "yes" for name in names]
        rows.append([*cells, *answers, account_name])
    _print_table(["account", "currency", "zone", *names, "name"], rows)
    _print_reasons(access)
    wanted = needed or [permission.name for permission in permissions() if permission.needed]
    if any(name in each.missing for each in access for name in wanted):
        context.exit(1)


@main.command()
@click.option("--account", help="Ad account to ask about.  [default: the first readable]")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    default="probe.json",
    show_default=True,
    help="File to write the differences to.",
)
@click.option("--yes", is_flag=True, help="Send the requests without asking first.")
@config_option
@env_file_option
def probe(
    account: str | None, output: Path, config: Path | None, env_file: Path, *, yes: bool
) -> None:
    """Compare TikTok's answers with what this version expects of them.

    Asks every endpoint and every kind of report about one account. It only reads. The file holds
    no ids, names, texts, amounts or secrets, so that it can be posted in an issue.
    """
    with errors_in_one_line(_show_error):
        tap = TapTikTokAds(config=read_settings(config, env_file))
        advertiser_id = account or tap.run.first_readable
        if not advertiser_id:
            raise next(each for each in tap.run.described if isinstance(each, AccountError))
        asked = list(questions(tap, advertiser_id, tap.now.date()))
        most = sum(each.requests for each in asked)
        click.echo(f"This sends up to {most} requests, all reading, for account {advertiser_id}.")
        if not yes:
            click.confirm("Go on?", abort=True)
        found = Probe(tap.settings)
        with click.progressbar(asked, label="Asking", file=sys.stderr) as shown:
            found.run(shown)
        output.write_bytes(report(found, tap.plugin_version))
    click.echo("\n".join(lines(found)) or "Nothing differs.")
    click.echo(
        f"{found.client.requests} requests were sent. {output} has all differences,\n"
        "without data of the account: please attach it to an issue."
    )


def _show_error(message: str) -> None:
    click.echo(f"Error: {safe(message)}", err=True)


def _authorise(tap: TapTikTokAds, redirect_uri: str) -> str:
    """Have a person authorise the app, and exchange the code they get for a token.

    Raises:
        TapError: If the person's answer has no valid code, or TikTok refuses the code.
    """
    state = secrets.token_urlsafe()
    query = {"app_id": tap.settings.app_id, "state": state, "redirect_uri": redirect_uri}
    click.echo("Open this URL, sign in as a user who can see the ad accounts, and confirm:\n")
    click.echo(f"{urljoin(tap.settings.api_url, AUTHORISATION_PAGE)}?{urlencode(query)}\n")
    answer = click.prompt("URL you were redirected to, or the auth_code in it")
    client = Client(
        api_url=tap.settings.api_url,
        access_token="",
        rate_limiter=RateLimiter(tap.settings.requests_per_second),
        timeout=tap.settings.request_timeout,
    )
    app = {"app_id": tap.settings.app_id, "secret": tap.settings.app_secret}
    # With thousands of accounts, a response that lists them could take longer than the time-out.
    request = {**app, "auth_code": auth_code(answer, state), "return_advertiser_ids": False}
    response = client.post(TOKEN_ENDPOINT, request)
    try:
        return msgspec.json.decode(response.data, type=_TokenResponse).access_token
    except msgspec.ValidationError:
        msg = f"{TOKEN_ENDPOINT}: the answer holds no access_token. Run this command again."
        raise TapError(msg) from None


def auth_code(answer: str, state: str) -> str:
    """Return the code in the URL to which TikTok redirects a person who authorised the app.

    Args:
        answer: The URL, or only the code.
        state: The state that the URL must contain.

    Raises:
        TapError: If the URL has no code, or belongs to another request.
    """
    url = urlsplit(answer.strip())
    if not url.scheme:
        return answer.strip()
    query = parse_qs(url.query)
    if "auth_code" not in query:
        msg = "There is no auth_code in this URL: open the one above and confirm."
        raise TapError(msg)
    if query.get("state") != [state]:
        msg = "This URL belongs to another request (its state differs): open the one above."
        raise TapError(msg)
    return query["auth_code"][0]


def _list_accounts(tap: TapTikTokAds) -> None:
    described = list(accounts.describe(tap.run.client, tap.run.advertiser_ids))
    rows = map(_account_cells, tap.run.advertiser_ids, described)
    _print_table(["account", "currency", "zone", "name"], list(rows))
    for account in described:
        if isinstance(account, AccountError):
            click.echo(safe(str(account)), err=True)


def _account_cells(
    advertiser_id: str, account: accounts.Account | AccountError | None
) -> list[str]:
    """Return an account's cells in a table; the name is last, since it may be wide."""
    if not isinstance(account, accounts.Account):
        return [advertiser_id, "", "", ""]
    try:
        zone = str(account.zone)
    except AccountError:
        zone = "unknown"
    return [advertiser_id, account.currency or "", zone, account.row.get("name") or ""]


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = [[safe(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _print_reasons(access: Sequence[AccountAccess]) -> None:
    """Print why accounts can't be read, and why permissions of the other accounts are missing."""
    for each in access:
        if each.account is None:
            click.echo(safe(str(next(iter(each.missing.values())))), err=True)
    for permission in permissions():
        name = permission.name
        errors = [each.missing[name] for each in access if each.account and name in each.missing]
        if errors:
            more = f" (and {len(errors) - 1} more accounts)" if len(errors) > 1 else ""
            click.echo(f"{name}: {safe(str(errors[0]))}{more}", err=True)
