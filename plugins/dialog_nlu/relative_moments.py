"""Moments so many hours or minutes from now: `in two hours`, `30 minutes ago`, `半小时后`."""

import re
from collections.abc import Iterator
from datetime import timedelta

from dialog_nlu.entity_durations import durations
from dialog_nlu.entity_found import EDGE, SPACED, Found, Scan

_BEFORE = re.compile(rf"{EDGE}in\s+$")
_AFTER = re.compile(
    rf"\s+(?:from\s+now|later|(?P<ago>ago|earlier))(?!{SPACED})|\s?(?:之|以)?(?:后|後|(?P<before>前))(?![面台门])"
)
_HOURS = {"D": 24.0, "TH": 1.0, "TM": 1 / 60, "TS": 1 / 3600}
_LONGEST_LINK = 6


def relative_moments(scan: Scan) -> Iterator[Found]:
    """Yield moments that are told by hours and minutes, as `2026-11-27T15:30`; days alone are dates."""
    text = scan.lower
    for start, end, parts in durations(scan, text):
        if not parts.keys() <= _HOURS.keys() or parts.keys() == {"D"}:
            continue
        before = _BEFORE.search(text, max(start - _LONGEST_LINK, 0), start)
        after = _AFTER.match(text, end)
        if not (before or after):
            continue
        hours = sum(number * _HOURS[unit] for unit, number in parts.items())
        back = bool(after and (after["ago"] or after["before"]))
        try:
            moment = scan.now + timedelta(hours=-hours if back else hours)
        except OverflowError:
            continue
        first, last = before.start() if before else start, after.end() if after else end
        yield Found(first, last, f"{moment:%Y-%m-%dT%H:%M}" if moment.year > 999 else f"0{moment:%Y-%m-%dT%H:%M}")
