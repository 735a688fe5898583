"""Metric selections, compiled: straight-line code beats a loop over metrics ten times."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from simulator.facts import METRICS
from simulator.world.delivery import GOLDEN_RATIO, SPLITMIX64, UINT64_MAX, WHOLE, volume_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from simulator.world.delivery import Moment
    from simulator.world.model import Account, Ad

ROOTS = {
    "impressions": "full * delivered >> 16",
    "live": "full * elapsed >> 16",
    "visits": "live * (520 + (dice >> 5 & 511)) >> 16",
    "plays": "impressions * ad.video",
    "events": "visits * converted >> 16",
    "web": "events * ad.web",
    "app": "events * ad.app",
    "app_now": "visits * ad.app",
}
NEEDS = {
    "visits": "live",
    "plays": "impressions",
    "events": "visits",
    "web": "events",
    "app": "events",
    "app_now": "visits",
}
CENTS = [f"{cent:02d}" for cent in range(100)]
MILS = [f"{mil:03d}" for mil in range(1000)]

Measure = tuple[int, ...]


class Selection(NamedTuple):
    """What to do with a set of metrics.

    Attributes:
        parts: The whole numbers measured, in order.
        measure: Gives them for an ad, a day, the ad's volume on it and the moment.
        render: Makes JSON members of them, without braces.
        unions: Places among the parts that count people and do not add up.
    """

    parts: tuple[str, ...]
    measure: Callable[[Ad, int, int, Moment], Measure]
    render: Callable[[Sequence[int]], str]
    unions: tuple[int, ...]


def _closure(names: Iterable[str]) -> dict[str, None]:
    """Return the names and all they are made from, sources first."""
    ordered: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in ordered:
            return
        if name in ROOTS:
            sources = [NEEDS[name]] if name in NEEDS else []
        else:
            metric = METRICS[name]
            sources = [metric["of"]] if "of" in metric else metric["minus"]
        for source in sources:
            visit(source)
        ordered[name] = None

    for name in names:
        visit(name)
    return ordered


def _formula(name: str) -> str:
    """Return one figure's arithmetic, from its entry in metrics.json."""
    if name in ROOTS:
        return ROOTS[name]
    metric = METRICS[name]
    shift = crc32(name.encode()) % 44
    if metric.get("price"):
        return "impressions * (ad.price + (ad.price * (dice >> 40 & 63) >> 8)) >> 10"
    if "minus" in metric:
        return " - ".join(metric["minus"])
    low, bits = metric.get("worth") or metric["share"]
    drawn = f"{low} + (dice >> {shift} & {(1 << bits) - 1})" if bits else str(low)
    if "worth" in metric:
        return f"{metric['of']} * ({drawn})"
    return metric["of"] if drawn == str(WHOLE) else f"{metric['of']} * ({drawn}) >> 16"


def parts_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the whole numbers that have to be measured for some metrics."""
    found: dict[str, None] = {}
    for name in names:
        metric = METRICS[name]
        if "parts" in metric:
            found.update(dict.fromkeys(metric["parts"][:2]))
        elif "of" in metric or "minus" in metric:
            found[name] = None
    return tuple(found)


def _compile_measure(parts: tuple[str, ...]) -> Callable[[Ad, int, int, Moment], Measure]:
    lines = [f"    {name} = {_formula(name)}" for name in _closure(parts)]
    source = "\n".join(
        [
            "def measure(ad, day, volume, moment):",
            "    elapsed, delivered, converted = moment",
            f"    dice = (ad.key ^ day * {GOLDEN_RATIO}) * {SPLITMIX64} & {UINT64_MAX}",
            "    dice ^= dice >> 32",
            "    full = volume * (96 + (dice & 63)) >> 7",
            *lines,
            f"    return ({''.join(f'{name}, ' for name in parts)})",
        ]
    )
    return _function(source, "measure")


def _compile_render(
    names: tuple[str, ...], parts: tuple[str, ...], decimals: int
) -> Callable[[Sequence[int]], str]:
    lines = [f"    {''.join(f'{part}, ' for part in parts)}= parts"] if parts else []
    texts = []
    for name in names:
        metric = METRICS[name]
        if "parts" in metric:
            lines.append(f"    r_{name} = {_ratio(metric['parts'], decimals)}")
            texts.append(f'"{name}":"{{r_{name} // 100}}.{{CENTS[r_{name} % 100]}}"')
        elif name in parts:
            texts.append(f'"{name}":"{_amount(name, decimals)}"')
        else:
            texts.append(f'"{name}":"-"')
    lines.append(f"    return f'{','.join(texts)}'")
    return _function("\n".join(["def render(parts):", *lines]), "render")


def _ratio(parts: Sequence[Any], decimals: int) -> str:
    """Return a ratio in hundredths, rounded half up; 0 if the divisor is 0, as in the API."""
    above, below, scale = parts
    unit = 10**decimals
    over = scale * 100 * (unit if METRICS[below]["unit"] == "money" else 1)
    under = unit if METRICS[above]["unit"] == "money" else 1
    return (
        f"({above} * {2 * over} + {below} * {under}) // ({below} * {2 * under}) if {below} else 0"
    )


def _amount(name: str, decimals: int) -> str:
    if METRICS[name]["unit"] != "money" or decimals == 0:
        return f"{{{name}}}"
    table = {2: "CENTS", 3: "MILS"}[decimals]
    return f"{{{name} // {10**decimals}}}.{{{table}[{name} % {10**decimals}]}}"


def _function(source: str, name: str) -> Callable[..., Any]:
    scope: dict[str, Any] = {"CENTS": CENTS, "MILS": MILS}
    exec(source, scope)  # noqa: S102  the source is made above, of names that metrics.json holds
    function: Callable[..., Any] = scope[name]
    return function


@lru_cache(maxsize=256)
def select(names: tuple[str, ...], decimals: int) -> Selection:
    """Compile a selection of metrics that are not attributes.

    Args:
        names: The metrics, in the order of the answer.
        decimals: Decimals of the account's currency.

    Returns:
        The functions that measure and render them.
    """
    parts = parts_of(names)
    unions = tuple(i for i, part in enumerate(parts) if METRICS[part]["kind"] == "unique")
    return Selection(
        parts, _compile_measure(parts), _compile_render(names, parts, decimals), unions
    )


def combine(selection: Selection, measures: Sequence[Measure]) -> Sequence[int]:
    """Add up the figures of several ads or days without counting people twice."""
    if len(measures) == 1:
        return measures[0]
    if not measures:
        return (0,) * len(selection.parts)
    columns = list(zip(*measures, strict=True))
    sums = [sum(column) for column in columns]
    for place in selection.unions:
        largest = max(columns[place])
        sums[place] = largest + (sums[place] - largest) * 5 // 8
    return sums


def measure_day(selection: Selection, ad: Ad, day: int, current_day: int, seen: Moment) -> Measure:
    """Return the figures of one ad on one day."""
    return selection.measure(ad, day, volume_on(ad, day, current_day), seen)


_TRACES = ("impressions", "live")
DELIVERY = Selection(_TRACES, _compile_measure(_TRACES), _compile_render((), (), 0), ())
"""What all figures come from: where both are 0, so is everything."""


def exact(account: Account, name: str, amount: int) -> str:
    """Return an amount as text, money with the decimals of the account's currency."""
    if METRICS[name]["unit"] != "money" or not account.decimals:
        return str(amount)
    whole, rest = divmod(amount, 10**account.decimals)
    return f"{whole}.{rest:0{account.decimals}d}"
