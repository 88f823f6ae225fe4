"""Bot files that are wrong, hostile or no bot files: one message with place and remedy, exit code 2, no traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dialog_core.cli.command import run

GOOD = """version: 1
knowledge:
  faq: {path: faq.yaml}
policies:
  - {name: faq, use: bm25, knowledge: faq}
"""
ALIAS_BOMB = "version: 1\na0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
MERGE_BOMB = "version: 1\nm0: &m0 {k: v}\n" + "".join(
    f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}\n" for n in range(1, 8)
)


def text(content: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(content, encoding="utf-8") and None


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)


CASES: list[tuple[str, Callable[[Path], None], str, str]] = [
    ("unknown key", text(GOOD + "polices: []\n"), "bot.yaml:6:1", "Did you mean 'policies'?"),
    ("wrong type", text(GOOD + "dispatch: {accept_at: often}\n"), "bot.yaml:6:23", "needs a number"),
    ("not 0 to 1", text(GOOD + "dispatch: {accept_at: 80}\n"), "bot.yaml:6:23", "1"),
    ("duplicate key", text(GOOD + "version: 1\n"), "bot.yaml:6:1", "line 1"),
    ("alias bomb", text(ALIAS_BOMB), "bot.yaml:", "alias"),
    ("merge bomb", text(MERGE_BOMB), "bot.yaml:3:", "extends"),
    ("depth bomb", text("[" * 50_000), "bot.yaml:1:", "deep"),
    ("50 MB", sparse, "bot.yaml", "the limit is"),
    ("binary", lambda path: path.write_bytes(bytes(range(256)) * 10) and None, "bot.yaml", "text"),
    ("tabs", text("version: 1\npolicies:\n\t- use: rules\n"), "bot.yaml:3:1", "tab"),
    ("empty", text(""), "bot.yaml", "empty"),
    ("a list", text("- version: 1\n"), "bot.yaml:1:1", ""),
    ("python object", text("version: 1\nbot: !!python/object/apply:os.system [id]\n"), "bot.yaml:2:", "tag"),
    ("missing variable", text(GOOD + "fallback: ${NO_SUCH_VARIABLE}\n"), "bot.yaml:6:11", "export NO_SUCH_VARIABLE="),
    ("cyclic extends", text(GOOD + "extends: bot.yaml\n"), "bot.yaml:6:10", "bot.yaml"),
    ("missing extends", text(GOOD + "extends: nowhere.yaml\n"), "bot.yaml:6:10", "nowhere.yaml"),
    ("missing knowledge file", text(GOOD.replace("faq.yaml", "fqa.yaml")), "bot.yaml:3:15", "Did you mean 'faq.yaml'?"),
    ("no reader", text(GOOD.replace("faq.yaml", "faq.docx")), "bot.yaml:3:15", "Known endings"),
    ("no policies", text("version: 1\npolicies: []\n"), "bot.yaml:2:11", ""),
    ("another version", text(GOOD.replace("version: 1", "version: 2")), "bot.yaml:1:10", "1"),
    (
        "a tier nobody is in",
        text(GOOD + "dispatch: {tiers: [[rules]]}\n"),
        "bot.yaml:6:21",
        "no policy is named 'rules'",
    ),
]


@pytest.mark.parametrize(("write", "place", "remedy"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
@pytest.mark.parametrize("command", ["check", "ask"])
def test_a_bad_bot_file_is_answered_with_place_and_remedy(
    command: str, write: Callable[[Path], None], place: str, remedy: str, tmp_path: Path
) -> None:
    (tmp_path / "faq.yaml").write_text("- {question: a, answer: b}\n", encoding="utf-8")
    write(tmp_path / "bot.yaml")

    done = run(command, "bot.yaml", *(["hi"] if command == "ask" else []), cwd=tmp_path)

    assert done.returncode == 2, done.stderr
    assert place in done.stderr
    assert remedy in done.stderr
    assert done.stdout == ""
    assert len(done.stderr) < 2_000


def test_all_mistakes_of_a_chain_of_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "faq.yaml").write_text("- {question: a, anser: b}\n- {question: c}\n", encoding="utf-8")
    (tmp_path / "base.yaml").write_text(GOOD + "bot: {languag: en}\n", encoding="utf-8")
    (tmp_path / "bot.yaml").write_text("extends: base.yaml\nfalback: x\n", encoding="utf-8")

    done = run("check", "bot.yaml", cwd=tmp_path)

    assert "base.yaml:6:7: bot.languag: unknown key. Did you mean 'language'?" in done.stderr
    assert "bot.yaml:2:1: falback: unknown key. Did you mean 'fallback'?" in done.stderr
    assert done.returncode == 2
