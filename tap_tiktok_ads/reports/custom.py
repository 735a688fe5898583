"""Custom reports: what the setting ``reports`` may ask for, checked before any request.

TikTok refuses a whole request for one part that does not fit and seldom says which, so every rule
of `tap_tiktok_ads.reports.standard` is checked here, with a message that names the part.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from tap_tiktok_ads.errors import CustomReportError
from tap_tiktok_ads.facts import facts
from tap_tiktok_ads.reports.filters import read_filters
from tap_tiktok_ads.reports.report import DIMENSIONS, GRAINS, LEVELS, Report
from tap_tiktok_ads.reports.standard import metric_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

#: Levels of a custom report: ads of Upgraded Smart+ are a level beside their creatives.
CUSTOM_LEVELS: Final = (*LEVELS, "smart_plus_ad")
REPORT_KEYS: Final = ("name", "level", "grain", "dimensions", "metrics", "filters")
STREAM_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
#: AUDIENCE reports have neither hours nor a lifetime (reporting.md 2).
AUDIENCE_GRAINS: Final = ("daily", "period")
#: Dimensions that level and grain imply.
IMPLIED: Final = {
    "stat_time_day": "grain",
    "stat_time_hour": "grain",
    "ad_id_v2": "level",
    **{f"{level}_id": "level" for level in LEVELS},
}


def read_reports(value: Any, taken: Collection[str]) -> tuple[tuple[Report, ...], list[str]]:
    """Read the setting ``reports``.

    Args:
        value: A list of objects, or its JSON text.
        taken: Names of streams that exist already.

    Returns:
        The valid reports, and an error message for each other one.
    """
    try:
        listed = _list_of_objects(value)
    except CustomReportError as problem:
        return (), [f"reports: {problem}"]
    names, found, errors = set(taken), [], []
    for number, entry in enumerate(listed, 1):
        label = entry.get("name") if isinstance(entry.get("name"), str) else f"number {number}"
        try:
            found.append(_read(entry, names))
        except CustomReportError as problem:
            errors.append(f"reports, {label}: {problem}")
        else:
            names.add(found[-1].stream)
    return tuple(found), errors


def _list_of_objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str):
        try:
            value = json.loads(value or "[]")
        except ValueError as error:
            msg = f"the text is not JSON ({error})."
            raise CustomReportError(msg) from None
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        msg = 'must be a list of objects such as {"name": ..., "level": ..., "metrics": [...]}.'
        raise CustomReportError(msg)
    return value


def _read(entry: dict[str, Any], taken: Collection[str]) -> Report:
    for key in entry:
        if key not in REPORT_KEYS:
            msg = f"{key!r} is not one of {', '.join(REPORT_KEYS)}."
            raise CustomReportError(msg)
    name = entry.get("name")
    if not isinstance(name, str) or not STREAM_NAME.fullmatch(name):
        msg = f"name {name!r} must be lower-case letters, digits and _, and begin with a letter."
        raise CustomReportError(msg)
    if name in taken:
        msg = f"the stream {name} exists already; choose another name."
        raise CustomReportError(msg)
    level = _one_of("level", entry.get("level"), CUSTOM_LEVELS)
    grain = _one_of("grain", entry.get("grain", "daily"), GRAINS)
    dimensions = _dimensions(_texts("dimensions", entry.get("dimensions", [])), level, grain)
    metrics = _texts("metrics", entry.get("metrics"))
    if not metrics:
        msg = "metrics is empty; name at least one, such as spend."
        raise CustomReportError(msg)
    smart_plus = level == "smart_plus_ad"
    filters = read_filters(entry.get("filters", []), level, dimensions)
    reports = [
        Report(
            stream=name,
            level="ad" if smart_plus else level,
            grain=grain,
            breakdown=dimensions,
            report_type=report_type,
            level_id="ad_id_v2" if smart_plus else "",
            filters=filters,
            metrics=metrics,
        )
        for report_type in _report_types(dimensions, grain)
    ]
    return _with_fitting_metrics(reports)


def _one_of(key: str, value: Any, allowed: Collection[str]) -> str:
    if isinstance(value, str) and value in allowed:
        return value
    what = "is missing" if value is None else f"{value!r} is unknown"
    msg = f"{key} {what}; it must be one of {', '.join(allowed)}."
    raise CustomReportError(msg)


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        msg = f"{key} must be a list of names."
        raise CustomReportError(msg)
    for name in value:
        if value.count(name) > 1:
            msg = f"{key} names {name} twice."
            raise CustomReportError(msg)
    return tuple(value)


def _dimensions(names: tuple[str, ...], level: str, grain: str) -> tuple[str, ...]:
    offered = [name for name, each in DIMENSIONS.items() if each["report_types"]]
    for name in names:
        if name in IMPLIED:
            msg = f"remove dimension {name}: it is implied by {IMPLIED[name]}."
            raise CustomReportError(msg)
        if name not in offered:
            msg = f"dimension {name!r} is unknown{_suggestion(name, offered)}; "
            msg += f"it must be one of {', '.join(offered)}."
            raise CustomReportError(msg)
        rules = DIMENSIONS[name]
        _check_fits(name, "level", level.removeprefix("smart_plus_"), rules.get("levels", LEVELS))
        _check_fits(name, "grain", grain, rules.get("grains", GRAINS))
        if rules.get("needs", name) not in names:
            msg = f"dimension {name} needs {rules['needs']} beside it."
            raise CustomReportError(msg)
    first = DIMENSIONS[names[0]] if names else {}
    for other in names[1:]:
        if other not in first.get("pairs", ()):
            pairs = "; ".join(" and ".join(pair) for pair in _pairs())
            msg = f"dimensions {names[0]} and {other} do not go together; pairs are: {pairs}."
            raise CustomReportError(msg)
    return names


def _check_fits(name: str, key: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        msg = f"dimension {name} does not go with {key} {value}, only with {', '.join(allowed)}."
        raise CustomReportError(msg)


def _pairs() -> Iterator[tuple[str, str]]:
    for name, each in DIMENSIONS.items():
        for other in each.get("pairs", ()):
            if name < other:
                yield name, other


def _report_types(dimensions: tuple[str, ...], grain: str) -> list[str]:
    """Return TikTok's report types that have the dimensions, the one with most metrics first."""
    if not dimensions:
        return ["BASIC"]
    kinds: list[str] = DIMENSIONS[dimensions[0]]["report_types"]
    fitting = [kind for kind in kinds if kind != "AUDIENCE" or grain in AUDIENCE_GRAINS]
    if not fitting:
        msg = f"dimension {dimensions[0]} goes with grain {' or '.join(AUDIENCE_GRAINS)} only, "
        msg += f"not with {grain}."
        raise CustomReportError(msg)
    return fitting


def _with_fitting_metrics(reports: list[Report]) -> Report:
    """Return the first of the reports that has all the metrics."""
    registry = {metric["name"]: metric for metric in facts("metrics")}
    metrics = reports[0].metrics
    for name in metrics:
        if name not in registry:
            msg = f"metric {name!r} is unknown{_suggestion(name, registry)}."
            raise CustomReportError(msg)
    misfits = []
    for report in reports:
        offered = _offered(report)
        misfits.append([name for name in metrics if name not in offered])
        if not misfits[-1]:
            return report
    fewest = min(misfits, key=len)
    offered = _offered(reports[misfits.index(fewest)])
    raise CustomReportError(_misfit(registry[fewest[0]], reports[0], fewest, offered))


def _offered(report: Report) -> set[str]:
    return {column.name for column in metric_columns(replace(report, metrics=()))}


def _misfit(
    metric: dict[str, Any], report: Report, misfits: list[str], offered: Collection[str]
) -> str:
    """Say why a report can't have some metrics."""
    names = ", ".join(misfits)
    if metric["valid"] == ["Smart+ material"]:
        return f"TikTok has {names} in its Smart+ material reports only, which have no stream."
    if report.level not in metric.get("levels", LEVELS):
        return f"{names}: only at level {', '.join(metric['levels'])}, not {report.level}."
    if report.breakdown:
        some = ", ".join(sorted(offered))
        return f"{names}: not with dimension {report.breakdown[0]}, which goes with: {some}."
    return f"{names}: TikTok takes it in these reports only: {', '.join(metric['valid'])}."


def _suggestion(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, known, n=3)
    return f" (did you mean {' or '.join(close)}?)" if close else ""
