"""What the documentation shows is true: every file is valid, every program runs, every command prints what is shown."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.docs.blocks import DIRECTIVES, blocks_of
from tests.docs.console import commands_in, matches
from tests.docs.pages import NOT_RUN, Page, skipped

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_block_of_the_page_is_true(page: Path, tmp_path: Path) -> None:
    blocks = blocks_of(page)
    shown = Page(tmp_path)
    try:
        for block in blocks:
            shown.run(block)
        shown.check_bots()
    finally:
        shown.close()


def test_no_command_is_left_out_for_nothing() -> None:
    commands = [
        command.line
        for page in PAGES
        for block in blocks_of(page)
        if block.language == "console"
        for command in commands_in(block.text)
    ]
    unused = [known for known in NOT_RUN if not any(line == known or line.startswith(f"{known} ") for line in commands)]
    assert not unused, f"nothing is left out by {unused}: remove it from NOT_RUN"
    assert any(not skipped(line) for line in commands)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_comments_that_mean_something_stand_right_above_a_block(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    blocks = blocks_of(page)
    for block in blocks:
        source = source.replace(block.text, "")
    written = re.findall(rf"^[ ]*<!--\s*(?:{'|'.join(DIRECTIVES)})\b", source, re.MULTILINE)
    titled = re.findall(r"^[ ]*```\w+ .*title=", source, re.MULTILINE)
    assert len(written) + len(titled) == sum(len(block.told) for block in blocks)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb", "a\nb\n", True),
        ("a", "a\nb\n", False),
        ("a...c", "abc\n", True),
        ("a...c", "a\nc\n", False),
        ("a\n...\nc", "a\nb\nb\nc\n", True),
        ("a\n...", "a\n", True),
        ("...", "", True),
        ("took 12 ms (1.5)", "took   3.2 ms (1.5)", True),
        ("nothing to say (0.1 ms)", "nothing to say (0.0 ms)", True),
        ("took 12 ms (1.5)", "took 12 ms (1.6)", False),
        ("a.b", "axb", False),
    ],
)
def test_three_dots_stand_for_anything_and_nothing_else_does(shown: str, printed: str, same: bool) -> None:
    assert matches(shown, printed) is same


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("terminal.svg", ("Finch", "/explain", "Probability", "accepted at")),
        ("ranking.svg", ("Finch", "/explain", "What speaks for it", "ranked by learned ·")),
        ("chinese.svg", ("小雀", "/explain", "候选回复", "概率")),
        ("shop.svg", ("Wren", "AF204822", "/explain", "action find_order")),
        ("tutor.svg", ("Newton", "x = 12 + 7", "does not follow", "Yes, x = 5!")),
        ("emergency.svg", ("Mira", "chest pain", "Call 112 now")),
        ("rasa.svg", ("bikes", "Yes, please", "booked.", "action_book (rule: book), rules.yaml:")),
        ("plugins-check.svg", ("education", "no network", "Contracts", "nothing failed")),
    ],
)
def test_the_pictures_of_the_terminal_show_a_chat_and_fetch_nothing(name: str, words: tuple[str, ...]) -> None:
    picture = (ROOT / "docs" / "images" / name).read_text(encoding="utf-8")
    shown = " ".join("".join(ElementTree.fromstring(picture).itertext()).replace("\u00a0", " ").split())
    assert [word for word in words if word not in shown] == []
    addresses = set(re.findall(r"https?://[^\s\"')]+", picture))
    assert addresses == {"http://www.w3.org/2000/svg"}
