"""`dialog-core knowledge search`, as people run it."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from dialog_core.datasets import KnowledgeEntry
from dialog_core.retrieval import Hit
from dialog_retrieval.commands.search_view import show
from dialog_retrieval.commands.searching import Findings, found_entries
from tests.dialog_core.cli.command import run
from tests.plugins.dialog_retrieval.knowledge.parts import write_bot

TWO = """version: 1
bot: {name: Shop}
knowledge:
  faq: {path: faq.jsonl}
policies:
  - {name: both, use: hybrid, knowledge: faq, retrievers: [bm25, {use: bm25, name: other, k1: 0.9}]}
  - {name: search, use: bm25, knowledge: faq, filters: {product: product}}
"""


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    bot = write_bot(tmp_path, text=TWO)
    rows = [
        {"id": "tea", "question": "How is tea made?", "answer": "With\nhot water.", "product": "tea", "source": "book"},
        {"id": "milk", "question": "How is milk made?", "answer": "By cows.", "product": "milk"},
        {"id": "odd", "question": "[red]茶[/red] \x1b[31m怎么泡？", "answer": "[bold]用水。\x1b[2J"},
    ]
    (tmp_path / "faq.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return bot


def test_each_retriever_has_a_column_and_the_best_answer_stands_below(bot: Path) -> None:
    done = run("knowledge", "search", bot, "how is tea made", COLUMNS="120")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["both", "both.bm25", "both.other", "search"]
    assert lines[1].split()[0] == "entry"
    assert lines[1].count("ms") == 4
    assert lines[3].split()[:2] == ["tea", "1"]
    assert lines[3].count("█") >= 4 * 8
    assert lines[4].strip() == "How is tea made?"
    assert lines[5].split()[0] == "milk"
    assert [line for line in lines if line.startswith("┃")] == ["┃ With", "┃ hot water.", "┃ book"]


def test_filters_follow_the_slots_that_are_given(bot: Path) -> None:
    done = run("knowledge", "search", bot, "how is it made", "-r", "search", "--slot", "product=milk", "--json")
    hits = json.loads(done.stdout)["retrievers"]["search"]["hits"]
    assert [hit["id"] for hit in hits] == ["milk"]
    assert hits[0]["rank"] == 1
    assert hits[0]["answer"] == "By cows."
    assert hits[0]["features"]


def test_features_are_shown_on_request(bot: Path) -> None:
    assert "asked" not in run("knowledge", "search", bot, "tea").stdout
    done = run("knowledge", "search", bot, "tea", "--explain", "--retriever", "both.bm25")
    assert "asked" in done.stdout
    assert "both.other" not in done.stdout


def test_text_of_a_source_cannot_steer_the_terminal(bot: Path) -> None:
    done = run("knowledge", "search", bot, "茶怎么泡", "-r", "search")
    assert "\x1b" not in done.stdout
    assert "[red]茶[/red]" in done.stdout
    assert "┃ [bold]用水。" in done.stdout


def test_lines_of_a_pipe_are_asked_one_after_the_other(bot: Path) -> None:
    done = run("knowledge", "search", bot, "-k", "1", "-r", "search", input="tea\n\nmilk\n")
    assert [line for line in done.stdout.splitlines() if line in ("tea", "milk")] == ["tea", "milk"]
    assert "By cows." in done.stdout

    lines = run("knowledge", "search", bot, "--json", "-k", "1", input="tea\nmilk").stdout.splitlines()
    assert [json.loads(line)["question"] for line in lines] == ["tea", "milk"]


def test_nothing_found_is_said(bot: Path) -> None:
    assert run("knowledge", "search", bot, "xylophone", "-r", "search").stdout == "Nothing was found.\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--retriever", "serach"), "there is no retriever 'serach'. Did you mean 'search'?"),
        (("--slot", "product"), "--slot 'product' names no value. Write --slot NAME=VALUE."),
        (("--top-k", "0"), "Invalid value"),
    ],
)
def test_wrong_use_is_told(bot: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run("knowledge", "search", bot, "tea", *arguments)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_bot_that_searches_nothing_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("rules:\n  - {name: hi, when: hi, say: Hello!}\n")
    (tmp_path / "bot.yaml").write_text("version: 1\npolicies: [{use: rules, path: rules.yaml}]\n")
    done = run("knowledge", "search", "bot.yaml", "tea", cwd=tmp_path)
    assert done.returncode == 2
    assert "no policy of this bot searches knowledge" in done.stderr


# --- The table


def hit(id: str, score: float, knowledge: str = "faq", answer: str = "") -> Hit:
    return Hit(KnowledgeEntry(id, (f"What is {id}?",), answer or f"It is {id}."), knowledge, score)


def drawn(findings: list[Findings], width: int = 80, *, explain: bool = False) -> list[str]:
    console = Console(width=width, force_terminal=False, color_system=None)
    with console.capture() as capture:
        show(console, findings, explain=explain)
    return capture.get().splitlines()


def test_entries_come_in_the_order_of_the_first_retriever_and_then_by_their_best_rank() -> None:
    first = Findings("first", [hit("a", 0.9), hit("b", 0.8)], 0)
    second = Findings("second", [hit("c", 0.9), hit("a", 0.5), hit("d", 0.4)], 0)
    assert [found.entry.id for found in found_entries([first, second])] == ["a", "b", "c", "d"]


def test_the_same_id_in_two_sources_is_two_rows() -> None:
    lines = drawn([Findings("one", [hit("a", 0.9), hit("a", 0.8, "shop")], 0)])
    assert [line.split("  ")[0] for line in lines if " / " in line] == ["faq / a", "shop / a"]


def test_wide_characters_keep_the_columns_straight() -> None:
    findings = [Findings("one", [hit("退货", 0.9), hit("b", 0.8)], 0), Findings("two", [hit("b", 1.0)], 0)]
    lines = drawn(findings)
    rows = [line for line in lines if "0.900" in line or "0.800" in line]
    assert {cell_len(line[: line.index("0.")]) for line in rows} == {cell_len(rows[0][: rows[0].index("0.")])}
    assert len({cell_len(line.rstrip()) for line in lines if "─" in line}) == 1


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("retrievers", [1, 3, 6])
def test_no_line_is_wider_than_the_terminal(width: int, retrievers: int) -> None:
    findings = [Findings(f"r{number}", [hit("x" * 90, 0.7), hit("很长" * 40, 0.1)], 0) for number in range(retrievers)]
    assert max(map(cell_len, drawn(findings, width))) <= width


def test_a_retriever_that_fails_leaves_the_others_their_columns() -> None:
    lines = drawn([Findings("one", [hit("a", 0.9)], 0), Findings("two", [], 0, "OSError: no\x1b[31m disk")])
    assert "two failed: OSError: no disk" in lines
    assert any("0.900" in line for line in lines)


def test_a_long_answer_is_cut() -> None:
    lines = drawn([Findings("one", [hit("a", 0.9, answer="\n".join(map(str, range(50))))], 0)])
    assert lines[-1] == "┃ … and 38 more lines"
