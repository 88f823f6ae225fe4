import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from dialog_core.cli.main import app
from dialog_core.configuration import ConfigurationError
from dialog_evaluation.report.changes import changes
from dialog_evaluation.report.console_trends import print_trends, sparkline
from dialog_evaluation.report.html_trends import html_trends
from dialog_evaluation.report.trends import Trends, find, trends_of
from dialog_evaluation.runs.answers import DialogueAnswers
from dialog_evaluation.runs.info import EvaluatedFile
from dialog_evaluation.runs.store import Run
from tests.plugins.dialog_evaluation.pages import read
from tests.plugins.dialog_evaluation.report.runs import answers, info, report_of, tools
from tests.plugins.dialog_evaluation.report.test_comparing import HELD, knows

PARTS = {"policy faq": "1", "policy rules": "1", "ranking": "1", "dispatch": "1"}


def keep(folder: Path, number: int, found: Sequence[DialogueAnswers], *, finished: bool = True, **more: object) -> Path:
    """Keep a run as an evaluation does, so many days after the first one."""
    day = f"2026030{number}"
    more = {"fingerprint": f"{number:012x}", "parts": PARTS, "dialogues": len(found), "finished_at": "", **more}
    told = info(**more)
    run = Run.begin(folder, told)
    with run.writing():
        for one in found:
            run.add(one)
    if finished:
        run.finish()
    path = folder / f"{day}-100000-{told.fingerprint}"
    run.path.rename(path)
    text = json.loads((path / "run.json").read_text(encoding="utf-8"))
    text["started_at"] = f"2026-03-0{number}T10:00:00+01:00"
    (path / "run.json").write_text(json.dumps(text), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five runs: a bot, the same again, a better one, one of other data, one that was cut short."""
    folder = tmp_path_factory.mktemp("evaluations") / "aria"
    keep(folder, 1, answers(HELD, knows(0.2)))
    keep(folder, 2, answers(HELD, knows(0.2)), fingerprint=f"{1:012x}")
    keep(folder, 3, answers(HELD, knows(0.8, 2)), parts={**PARTS, "policy faq": "2", "policy llm": "1"})
    keep(folder, 4, answers(HELD[:9], knows(0.8, 2)), files=(EvaluatedFile("more.jsonl", "cd" * 32),))
    keep(folder, 5, answers(HELD[:20], knows(0.1, 3)), finished=False, dialogues=40)
    return folder


@pytest.fixture(scope="module")
def trends(folder: Path) -> Trends:
    return trends_of(find(folder), tools())


def test_runs_are_told_the_oldest_first_with_what_changed(trends: Trends) -> None:
    assert [point.info.started_at[:10] for point in trends.points] == [f"2026-03-0{day}" for day in range(1, 6)]
    assert [list(point.changed) for point in trends.points] == [
        [],
        ["nothing"],
        ["policies changed: faq", "policies added: llm"],
        ["policies changed: faq", "policies removed: llm", "data: talks.jsonl → more.jsonl"],
        ["data: more.jsonl → talks.jsonl"],
    ]


def test_only_what_is_more_than_chance_is_marked(trends: Trends) -> None:
    first, again, better, _, cut = trends.points
    assert first.beside is None
    assert again.verdicts == {}
    assert again.beside == first.path
    assert better.verdicts["unigram_f1"] == "better"
    assert better.p_values["unigram_f1"] < 0.05
    assert cut.verdicts["unigram_f1"] == "worse"
    assert cut.beside == better.path


def test_runs_of_other_data_are_not_compared_and_that_is_said(trends: Trends) -> None:
    other = trends.points[3]
    assert other.beside is None
    assert other.verdicts == {}
    assert any("1 run is of other data" in remark for remark in trends.remarks)
    assert any("Cut short" in remark for remark in trends.remarks)


def test_a_stored_report_is_taken_as_it_is_and_a_damaged_one_is_made_anew(folder: Path) -> None:
    path = folder / "20260301-100000-000000000001"
    told = json.loads(report_of(HELD, answers(HELD, knows(0.2))).to_text())
    told["bot"]["figures"]["bleu"]["value"] = 99.0
    file = path / "report.json"
    try:
        file.write_text(json.dumps(told), encoding="utf-8")
        assert trends_of(find(path), tools()).points[0].figures["bleu"].value == 99
        file.write_text("{", encoding="utf-8")
        found = trends_of(find(path), tools()).points[0].figures["bleu"].value
        assert found is not None
        assert found < 99
    finally:
        file.unlink()


def test_a_damaged_run_is_told_of_and_the_others_are_shown(folder: Path, tmp_path: Path) -> None:
    keep(tmp_path / "aria", 1, answers(HELD, knows(0.2)))
    damaged = keep(tmp_path / "aria", 2, answers(HELD, knows(0.2)))
    (damaged / "run.json").write_text('{"version": 1, "name": 3', encoding="utf-8")
    older = keep(tmp_path / "aria", 3, answers(HELD, knows(0.2)))
    (older / "run.json").write_text('{"version": 0}', encoding="utf-8")
    torn = keep(tmp_path / "aria", 4, answers(HELD, knows(0.2)))
    (torn / "answers.jsonl").write_text("[1, 2]\n", encoding="utf-8")
    keep(tmp_path / "aria", 5, [])
    found = trends_of(find(tmp_path), tools())
    assert len(found.points) == 1
    told = "\n".join(found.remarks)
    for name in ("20260302", "20260303", "20260304", "20260305"):
        assert name in told


def test_where_there_are_no_runs_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="has no runs") as failed:
        find(tmp_path)
    assert "dialog-core evaluate BOT FILE" in str(failed.value)
    with pytest.raises(ConfigurationError, match="is not there"):
        find(tmp_path / "none.yaml")
    keep(tmp_path / "aria", 1, [])
    with pytest.raises(ConfigurationError, match="no run with answers"):
        trends_of(find(tmp_path), tools())


def test_figures_can_be_chosen_and_unknown_ones_are_refused(folder: Path) -> None:
    assert trends_of(find(folder, last=1), tools(), metrics=["chrf", "words"]).metrics == ["chrf", "words"]
    with pytest.raises(ConfigurationError, match="has no figure 'blue'"):
        trends_of(find(folder, last=1), tools(), metrics=["blue"])


def test_what_changed_is_told_as_far_as_it_is_known() -> None:
    before = info(parts=PARTS, options={"limit": 0, "seed": 1})
    assert changes(before, before) == ["nothing"]
    assert changes(before, info(parts={**PARTS, "dispatch": "2", "ranking": "2"}, options=before.options)) == [
        "changed: ranking, dispatch"
    ]
    assert changes(info(), info(fingerprint="other")) == ["not told"]
    assert changes(info(), info(files=(EvaluatedFile("talks.jsonl", "00"),))) == ["data: other content of talks.jsonl"]
    assert changes(before, info(parts=PARTS, mode="own-history", options={"limit": 5, "seed": 1})) == [
        "mode: teacher-forced → own-history",
        "options: limit",
    ]


def test_little_bars_are_as_high_as_values_are() -> None:
    assert sparkline([0, 0.5, 1]) == "▁▅█"
    assert sparkline([1, None, 1]) == "▄ ▄"
    assert sparkline([]) == ""


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_shows_run_by_run_and_fits(trends: Trends, width: int) -> None:
    out = StringIO()
    print_trends(trends, Console(file=out, width=width, highlight=False, markup=False, emoji=False))
    told = out.getvalue()
    assert told.startswith("Aria: 5 runs")
    assert "▲" in told
    assert "other data" in told
    assert all(len(line.rstrip()) <= width for line in told.splitlines())


def test_the_page_is_sound_and_loads_nothing(trends: Trends) -> None:
    html = html_trends(trends)
    page = read(html)
    assert page.addresses == []
    assert "script" not in page.tags
    assert "http" not in html
    for told in ("Aria · trends", "policies changed: faq", "other data", "cut short", "Unigram F1"):
        assert told in page.text


def test_the_command_writes_what_it_shows(folder: Path, tmp_path: Path) -> None:
    told, page = tmp_path / "trends.json", tmp_path / "trends.html"
    options = ["report", str(folder), "--metric", "unigram_f1", "--json", str(told), "--html", str(page)]
    result = CliRunner().invoke(app, options, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "5 runs" in result.output
    found = json.loads(told.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert found["metrics"] == ["unigram_f1"]
    assert [run["compared_with"] is None for run in found["runs"]] == [True, False, False, True, False]
    assert "Aria · trends" in read(page.read_text(encoding="utf-8")).text
