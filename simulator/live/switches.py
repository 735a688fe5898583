"""The behaviours that can be switched on, and reading which are."""

from __future__ import annotations

ALL = "all"
SWITCHES = {
    "unstable-lists": "in lists sorted by time, rows of one second change places between requests",
    "unstable-reports": "rows of reports change places too; never part of `all`",
    "zero-rows": "daily reports have rows of zeros for days without delivery",
    "dash-rows": 'rows with "-" as stat_time_hour or stat_time_day (hourly reports, GMV Max)',
    "wrong-totals": "other lists count one row too many, one too few, or 0",
    "no-page-info": "a list that fits one page has page_info null, or none",
    "absent-data": "an empty list is answered without `data`",
    "absent-list": "an empty list is answered with `data` that has neither list nor counts",
    "identity-counts": "/identity/get/ without a type has 0 in all counts",
    "bc-identities": "/identity/get/ with BC_AUTH_TT finds nothing without a Business Center",
    "no-account-ad-type": "reports of an account refuse ad_type",
    "closed-stores": "a TikTok Shop without GMV Max is listed; reports and filters refuse it",
    "thumbnails-refused": "ads name thumbnails, and image info refuses a request with one",
    "thumbnails-silent": "ads name thumbnails, and image info leaves them out",
    "missing-permission": "40001 for the portfolios of every second account",
    "refused-fields": "some field of each list is unknown to `fields`",
    "zero-ids": '"0" stands for no id',
    "flags-as-numbers": "booleans are 0 and 1",
    "booleans-as-text": 'booleans are "true" and "false"',
    "words-for-nothing": '"None", "null", "-", "--" and "" stand for null',
    "zero-times": '"0000-00-00 00:00:00" stands for no time',
    "decimal-counts": "counts have decimals",
    "music-source-objects": "the sources of music are objects",
    "pixel-iso-times": "times of pixels are ISO 8601 with a Z",
    "deprecation-header": "every answer has the header X-Api-Deprecation-Info",
    "code-as-text": "`code` is text",
    "bare-envelope": "answers have no message and no request_id",
}
"""Every switch, and what it does."""

NOT_IN_ALL = frozenset({"unstable-reports"})
"""Nobody has seen these."""


def read_switches(text: str) -> frozenset[str]:
    """Read a list of switches such as `unstable-lists,zero-rows` or `all,-zero-rows`.

    Args:
        text: Names separated by commas; `all` stands for every behaviour that was seen, and a
            minus takes one out again. Empty for none.

    Returns:
        The switches that are on.

    Raises:
        ValueError: There is no such switch.
    """
    found: set[str] = set()
    for entry in filter(None, map(str.strip, text.split(","))):
        name = entry.removeprefix("-")
        if name != ALL and name not in SWITCHES:
            msg = f"no switch {name!r}; there are: {ALL}, {', '.join(sorted(SWITCHES))}"
            raise ValueError(msg)
        names = SWITCHES.keys() - NOT_IN_ALL if name == ALL else {name}
        found = found - names if entry.startswith("-") else found | names
    return frozenset(found)
