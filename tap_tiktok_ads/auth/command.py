"""``tap-tiktok-ads-auth``: get a token, and see what it may read."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import click
import msgspec
from singer_sdk.exceptions import ConfigValidationError

from tap_tiktok_ads.api import accounts
from tap_tiktok_ads.api.client import Client
from tap_tiktok_ads.api.rate_limit import RateLimiter
from tap_tiktok_ads.auth import env_file as environment
from tap_tiktok_ads.auth import permissions as access
from tap_tiktok_ads.errors import AccountError, TapError
from tap_tiktok_ads.tap import TapTikTokAds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PORTAL: Final = "/portal/auth"
TOKEN: Final = "/oauth2/access_token/"  # noqa: S105 (a path)
#: Stands in for the token while there is none, so that the other settings can be checked.
TO_COME: Final = "to come"

config_option = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Settings of the tap as JSON; the environment and .env go before.",
)
env_file_option = click.option(
    "--env-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=".env",
    show_default=True,
    help="Where settings are read from, and the token is written to.",
)


class _Granted(msgspec.Struct):
    access_token: str


@click.group(invoke_without_command=True)
@click.option("--app-id", help="Id of the developer app.")
@click.option("--redirect-uri", help="Address that the app has registered for authorisation.")
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
    """Get a token for an app, list the accounts that it may read, and write both to .env.

    The app's secret is asked for, or taken from TAP_TIKTOK_ADS_APP_SECRET.
    """
    if context.invoked_subcommand:
        return
    with _errors_in_one_line():
        given = environment.read(config, env_file)
        app = {
            "app_id": app_id or given.get("app_id") or click.prompt("App id"),
            "app_secret": given.get("app_secret") or click.prompt("App secret", hide_input=True),
        }
        tap = TapTikTokAds(config={**given, **app, "access_token": TO_COME})
        token = _authorise(tap, redirect_uri or click.prompt("Redirect address of the app"))
        tap = TapTikTokAds(config={**tap.config, "access_token": token, "advertiser_ids": None})
        _list_accounts(tap)
        if click.confirm(f"Write the token and the app's id and secret to {env_file}?"):
            environment.write(env_file, {"access_token": token, **app})
            click.echo("Written. `tap-tiktok-ads-auth check` shows what the token may read.")
        else:
            click.echo("Nothing is written, and the token is gone; authorise again for another.")


@main.command()
@click.argument(
    "needed",
    nargs=-1,
    metavar="[NEEDED]...",
    type=click.Choice([each.name for each in access.modules()]),
)
@config_option
@env_file_option
@click.pass_context
def check(
    context: click.Context, needed: tuple[str, ...], config: Path | None, env_file: Path
) -> None:
    """Show which modules of which accounts the token may read.

    The exit status is 1 if one of the NEEDED modules can't be read; these are ads, reports and
    smart_plus if none are named.
    """
    with _errors_in_one_line():
        tap = TapTikTokAds(config=environment.read(config, env_file))
        described = accounts.describe(tap.run.client, tap.run.advertiser_ids)
        found = access.check(
            tap.run.client, tap.run.advertiser_ids, described, tap.settings.max_concurrency
        )
    names = [module.name for module in access.modules()]
    _print_table(
        ["account", "currency", "zone", *names, "name"],
        [
            [*told[:-1], *("no" if name in each.refused else "yes" for name in names), told[-1]]
            for each in found
            for told in [_told(each.advertiser_id, each.account)]
        ],
    )
    _print_reasons(found)
    wanted = needed or [module.name for module in access.modules() if module.needed]
    if any(name in each.refused for each in found for name in wanted):
        context.exit(1)


def _authorise(tap: TapTikTokAds, redirect_uri: str) -> str:
    """Have a person agree, and exchange the code that comes of it for a token.

    Raises:
        TapError: If the answer is not the one that was asked for, or the code is refused.
    """
    state = secrets.token_urlsafe()
    asked = {"app_id": tap.settings.app_id, "state": state, "redirect_uri": redirect_uri}
    click.echo("Open this address as a user who may see the ad accounts, and confirm:\n")
    click.echo(f"{tap.config['api_url'].rstrip('/')}{PORTAL}?{urlencode(asked)}\n")
    answer = click.prompt("The address you were sent to, or the auth_code in it")
    client = Client(
        api_url=tap.settings.api_url,
        access_token="",
        rate_limiter=RateLimiter(tap.settings.requests_per_second),
        timeout=tap.settings.request_timeout,
    )
    app = {"app_id": tap.settings.app_id, "secret": tap.settings.app_secret}
    # Listing thousands of accounts here could take longer than TikTok waits.
    request = {**app, "auth_code": auth_code(answer, state), "return_advertiser_ids": False}
    return msgspec.json.decode(client.post(TOKEN, request).data, type=_Granted).access_token


def auth_code(answer: str, state: str) -> str:
    """Take the code out of the address to which TikTok sends a person who agreed.

    Args:
        answer: The address, or the code alone.
        state: What the address must have brought back.

    Raises:
        TapError: If it is the answer to something else, or none.
    """
    address = urlsplit(answer.strip())
    if not address.scheme:
        return answer.strip()
    query = parse_qs(address.query)
    if "auth_code" not in query:
        msg = "There is no auth_code in this address: open the one above and confirm."
        raise TapError(msg)
    if query.get("state") != [state]:
        msg = "This address answers another request (its state differs): open the one above."
        raise TapError(msg)
    return query["auth_code"][0]


def _list_accounts(tap: TapTikTokAds) -> None:
    described = list(accounts.describe(tap.run.client, tap.run.advertiser_ids))
    found = zip(tap.run.advertiser_ids, described, strict=True)
    _print_table(
        ["account", "currency", "zone", "name"],
        [_told(one, None if isinstance(it, AccountError) else it) for one, it in found],
    )
    for each in described:
        if isinstance(each, AccountError):
            click.echo(str(each), err=True)


def _told(advertiser_id: str, account: accounts.Account | None) -> list[str]:
    """Write what a table tells about an account; its name comes last, as it may be wide."""
    if account is None:
        return [advertiser_id, "", "", ""]
    try:
        zone = str(account.zone)
    except AccountError:
        zone = "unknown"
    return [advertiser_id, account.currency or "", zone, account.row.get("name") or ""]


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _print_reasons(found: Sequence[access.Access]) -> None:
    """Say why an account, or a module of the others, can't be read."""
    for each in found:
        if each.account is None:
            click.echo(str(next(iter(each.refused.values()))), err=True)
    for module in access.modules():
        refused = [each for each in found if each.account and module.name in each.refused]
        if refused:
            more = f" (and {len(refused) - 1} more accounts)" if len(refused) > 1 else ""
            click.echo(f"{module.name}: {refused[0].refused[module.name]}{more}", err=True)


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    """Tell what is wrong without a traceback, and end with a failing exit status."""
    try:
        yield
    except ConfigValidationError as error:
        raise click.ClickException(" ".join(error.errors)) from None
    except (OSError, TapError) as error:
        raise click.ClickException(str(error)) from None
