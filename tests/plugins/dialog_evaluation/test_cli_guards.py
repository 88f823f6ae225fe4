"""`dialog-core evaluate guards`, as people run it."""

import json
from pathlib import Path

import pytest

from dialog_core.testing import write_bot
from tests.dialog_core.cli.command import run

BOT = """
    version: 1
    bot: {name: Guarded}
    policies: [{use: rules, path: rules.yaml}]
    guards:
      - {use: blocklist, words: [nuisance], outgoing: refuse}
    """
ROWS = [
    {"text": "you nuisance", "label": "rude", "kind": "plain", "language": "en"},
    {"text": "you n.u.i.s.a.n.c.e", "label": "rude", "kind": "spaced", "language": "en"},
    {"text": "you pest", "label": "rude", "kind": "plain", "language": "en"},
    {"text": "what a nuisance this parcel is", "label": "harmless", "kind": "own", "language": "en"},
    {"text": "你好", "label": "harmless", "kind": "own", "language": "zh"},
]


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in ROWS), encoding="utf-8")
    return write_bot(tmp_path, BOT, **{"rules.yaml": "rules: [{name: hi, when: hi, say: Hello!}]"})


def test_figures_are_printed_and_written_as_json_and_as_a_page(bot: Path) -> None:
    done = run(
        *("evaluate", "guards", "bot.yaml", "rows.jsonl", "--json", "out/r.json", "--html", "r.html"), cwd=bot.parent
    )
    assert done.returncode == 0, done.stderr
    assert "Guarded: guard blocklist, 5 messages of rows.jsonl" in done.stdout
    assert "66.7 %" in done.stdout
    assert "line 3     plain: you pest" in done.stdout
    assert "line 4     own: what a nuisance this parcel is  (1 blocked word)" in done.stdout
    found = json.loads((bot.parent / "out" / "r.json").read_text(encoding="utf-8"))
    assert found["counts"] == {"caught": 2, "missed": 1, "alarmed": 1, "passed": 1}
    assert found["false_alarms"]["value"] == 0.5
    assert found["languages"]["zh"]["false_alarms"]["value"] == 0
    assert found["kinds"]["spaced"]["objected"]["value"] == 1
    assert (bot.parent / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_replies_are_judged_as_such_and_the_harmless_may_be_called_otherwise(bot: Path) -> None:
    rows = bot.with_name("replies.csv")
    rows.write_text("text,label\nYou nuisance.,bad\nHello.,fine\n", encoding="utf-8")
    done = run("evaluate", "guards", bot, rows, "--replies", "--harmless", "fine", "--guard", "blocklist")
    assert done.returncode == 0, done.stderr
    assert "2 replies of" in done.stdout
    assert "Missed" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--guard", "blocklis"), "Did you mean 'blocklist'?"),
        (("--harmless", "harmles"), "Did you mean 'harmless'?"),
        (("--json", "bot.yaml"), "bot.yaml"),
        (("--split", "test"), "--split"),
    ],
)
def test_wrong_use_ends_with_status_2(bot: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run("evaluate", "guards", "bot.yaml", "rows.jsonl", *arguments, cwd=bot.parent)
    assert done.returncode == 2
    assert told in done.stderr


def test_bad_rows_are_told_with_their_lines(bot: Path) -> None:
    rows = bot.with_name("rows.jsonl")
    rows.write_text(rows.read_text(encoding="utf-8") + '{"text": "no label"}\n', encoding="utf-8")
    done = run("evaluate", "guards", bot, rows)
    assert done.returncode == 2
    assert "rows.jsonl:6" in done.stderr


def test_a_guard_that_does_not_look_at_replies_is_told(bot: Path) -> None:
    bot.write_text(
        bot.read_text(encoding="utf-8").replace(
            "blocklist, words: [nuisance], outgoing: refuse", "emergencies, number: '112'"
        )
    )
    done = run("evaluate", "guards", "bot.yaml", "rows.jsonl", "--replies", cwd=bot.parent)
    assert done.returncode == 1
    assert "does not look at what the bot says" in done.stderr
    assert "Traceback" not in done.stderr
