"""`dialog-core data stats`, as people run it."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.dialog_core.cli.command import run
from tests.plugins.dialog_data.sources.formats import CROSSWOZ, MULTIWOZ


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """Two sets of dialogues, and one of intents."""
    (tmp_path / "woz.json").write_text(MULTIWOZ.text(MULTIWOZ.items))
    (tmp_path / "cross.json").write_text(CROSSWOZ.text(CROSSWOZ.items), encoding="utf-8")
    (tmp_path / "intents.csv").write_text("text,intent\nhi,greet\nhello,greet\nhi,leave\n[red]x[/red] \x1b[31m,leave\n")
    return tmp_path


def test_several_sets_stand_side_by_side(talks: Path) -> None:
    done = run("data", "stats", "woz.json", "cross.json", cwd=talks)
    assert done.returncode == 0, done.stderr
    rows = {line[:24].strip(): line[24:].split() for line in done.stdout.splitlines()}
    assert rows["dialogues"] == ["3", "3"]
    assert rows["turns"] == ["12", "6"]
    assert "turns in a dialogue" in done.stdout
    assert "Hotel-Area" in done.stdout or "hotel" in done.stdout.lower()
    assert "景点" in done.stdout


def test_labels_are_drawn_and_nothing_in_a_text_reaches_the_terminal(talks: Path) -> None:
    done = run("data", "stats", "intents.csv", cwd=talks)
    assert done.returncode == 0, done.stderr
    assert "2 labels" in done.stdout
    assert "greet ██████████████████████████████ 2 (50.0%)" in done.stdout
    assert "1 (25.0%)" in done.stdout  # says what an earlier one says
    assert "\x1b[31m" not in done.stdout


def test_every_figure_is_written_as_json(talks: Path) -> None:
    done = run("data", "stats", "woz.json", "intents.csv", "--json", "out/stats.json", cwd=talks)
    assert done.returncode == 0, done.stderr
    woz, intents = json.loads((talks / "out" / "stats.json").read_text())["files"]
    assert (woz["file"], woz["texts"]["user"]["count"]) == ("woz.json", 6)
    assert intents["labels"] == {"greet": 2, "leave": 2}


class Page(HTMLParser):
    """What a page says, and what it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]
        assert tag != "script"

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_the_page_says_the_same_and_fetches_nothing(talks: Path) -> None:
    (talks / "bad.csv").write_text('text,intent\nhi,"<script>alert(1)</script>"\n')
    done = run("data", "stats", "bad.csv", "cross.json", "--html", "stats.html", cwd=talks)
    assert done.returncode == 0, done.stderr
    page = Page()
    page.feed((talks / "stats.html").read_text("utf-8"))
    assert page.fetched == []
    assert "<script>alert(1)</script>" in page.said
    assert "cross.json" in page.said


def test_a_mistake_is_told_and_can_be_passed_over(talks: Path) -> None:
    items = [*MULTIWOZ.items, MULTIWOZ.broken]
    (talks / "woz.json").write_text(MULTIWOZ.text(items))
    done = run("data", "stats", "woz.json", "--json", "stats.json", cwd=talks)
    assert done.returncode == 2
    assert f"woz.json:{MULTIWOZ.line(items, 3)}" in done.stderr
    assert not (talks / "stats.json").exists()
    skipped = run("data", "stats", "woz.json", "--on-error", "skip", cwd=talks)
    assert skipped.returncode == 0
    assert "1 item passed over" in skipped.stderr
    assert any(line.split() == ["passed", "over", "1"] for line in skipped.stdout.splitlines())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("stats", "a.csv", "--json", "a.csv"), "a.csv: is what is read"),
        (("stats", "a.csv", "--json", "x", "--html", "./x"), "x: is to be written twice"),
        (("clean", "a.csv", "b.csv", "--html", "a.csv"), "a.csv: is what is read"),
        (("clean", "a.csv", "b.csv", "--json", "b.csv"), "b.csv: is to be written twice"),
        (("leaks", "a.csv", "a.csv", "--json", "a.csv"), "a.csv: is what is read"),
        (("agreement", "a.csv", "--json", "a.csv"), "a.csv: is what is read"),
    ],
)
def test_no_report_is_written_over_what_is_read_or_written(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "a.csv").write_text("text,intent\nhi,greet\n", encoding="utf-8")
    done = run("data", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "text,intent\nhi,greet\n"
