"""Start the simulator: `python -m simulator --port 8000`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from simulator import faults
from simulator.app import Settings, Simulator, parse_clock
from simulator.facts import SCENARIOS
from simulator.live.switches import ALL, SWITCHES, read_switches
from simulator.world.building import build


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--scenario", default="demo", choices=sorted(SCENARIOS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--accounts", type=int, help="for scenarios that give a number of accounts")
    parser.add_argument("--ads", type=int, help="ads an account, for the same scenarios")
    parser.add_argument("--now", type=parse_clock, help="the clock, such as 2026-11-20T10:00:00Z")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--qps", type=int, help="requests a second that each path takes")
    parser.add_argument("--qpm", type=int, help="requests a minute that each path takes")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=RATE")
    parser.add_argument(
        "--live",
        nargs="?",
        const=ALL,
        default="",
        metavar="SWITCHES",
        help=f"what live answers show: {', '.join(SWITCHES)}; `-name` excludes one; default: {ALL}",
    )
    parser.add_argument("--token", default=Settings.token)
    return parser.parse_args()


async def _announce(host: str, port: int) -> None:
    """Print the address as soon as connections are accepted."""
    writer = None
    while writer is None:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
        await asyncio.sleep(0.02)
    writer.close()
    print(f"simulator ready at http://{host}:{port}", flush=True)  # noqa: T201  its one line


async def _serve(options: argparse.Namespace) -> None:
    world = build(options.scenario, options.seed, accounts=options.accounts, ads=options.ads)
    settings = Settings(
        token=options.token,
        now=options.now,
        latency=options.latency,
        per_second=options.qps,
        per_minute=options.qpm,
        faults=faults.parse(options.fault),
        live=read_switches(options.live),
    )
    # granian shares a port that is taken; better to say so.
    socket.create_server((options.host, options.port)).close()
    server = Server(
        Simulator(world, settings),
        address=options.host,
        port=options.port,
        interface=Interfaces.RSGI,
        websockets=False,
        log_level=LogLevels.error,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    ready = loop.create_task(_announce(options.host, options.port))
    try:
        await server.serve()
    finally:
        ready.cancel()


def main() -> None:
    """Serve until told to stop."""
    try:
        asyncio.run(_serve(arguments()))
    except (OSError, ValueError) as error:
        sys.exit(f"simulator: {error}")
    # granian's threads may still hold connections and would trip over an interpreter that
    # is being taken apart; everything is done, so leave without that.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
