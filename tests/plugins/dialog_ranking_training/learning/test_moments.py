from datetime import UTC, datetime, timedelta

import pytest

from dialog_ranking_training.learning.moments import moment_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago"),
    [("7d", timedelta(days=7)), ("12 h", timedelta(hours=12)), ("2w", timedelta(14)), ("30m", timedelta(minutes=30))],
)
def test_how_long_ago(text: str, ago: timedelta) -> None:
    assert moment_of(text, NOW) == NOW - ago


def test_a_date_is_one_on_the_calendar_on_the_wall() -> None:
    assert moment_of("2026-01-31") == datetime(2026, 1, 31).astimezone()
    assert moment_of("2026-01-31T12:00:00+02:00") == datetime(2026, 1, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "7", "7y", "2026-13-01", "999999w"])
def test_anything_else_is_answered_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write a date such as 2026-01-31"):
        moment_of(text, NOW)
