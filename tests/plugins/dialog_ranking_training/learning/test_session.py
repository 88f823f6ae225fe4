"""The review in the terminal, its keys pressed by a script."""

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from dialog_core import Builder, read_bot_file
from dialog_ranking_training.learning.accepting import Accepting
from dialog_ranking_training.learning.known import read_known
from dialog_ranking_training.learning.learner import Learner
from dialog_ranking_training.learning.masking import Masker
from dialog_ranking_training.learning.review.file import Review
from dialog_ranking_training.learning.terminal.phrases import phrases_for
from dialog_ranking_training.learning.terminal.session import Done, Session
from dialog_ranking_training.learning.writing import KnowledgeWriter
from tests.plugins.dialog_ranking_training.learning.learning_bots import BOT, FAQ, busy_shop


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    file = busy_shop(tmp_path)
    learner = Learner(file, Console(file=io.StringIO()), training=False)
    learner.gather()
    learner.suggest(2)
    return file


def ask(bot: Path, keys: str, *, language: str = "en", width: int = 80) -> tuple[Done, str]:
    """Press keys (`<` and `>` are arrows, `!` Ctrl-C); return what came of it, and the screen."""
    spec = read_bot_file(bot)
    context = Builder(spec).context
    phrases = phrases_for(language)
    review = Review(bot.with_name("bot.review.yaml"), "")
    writer = KnowledgeWriter(spec, context)
    screen = io.StringIO()
    pressed: Iterator[str] = iter(keys)

    def press(hint: Sequence[tuple[str, str]], known: Mapping[str, str]) -> str:
        key = next(pressed, "q")
        screen.write("".join(text for _, text in hint) + f" [{key}]\n")
        if key == "!":
            raise KeyboardInterrupt
        return {"<": "back", ">": "next"}.get(key) or known.get(key, "other")

    session = Session(
        review,
        Accepting(review, writer, Masker(phrases.number, phrases.email), phrases),
        writer,
        lambda: read_known(spec, Builder(spec)),
        bot="Finch",
        console=Console(file=screen, width=width, color_system=None),
        phrases=phrases,
        press=press,
    )
    return session.run(), screen.getvalue()


def decisions(bot: Path) -> dict[str, str]:
    review = Review(bot.with_name("bot.review.yaml"), "")
    return {suggestion.title: suggestion.decision for suggestion in (*review.open, *review.decided)}


def test_a_suggestion_shows_what_would_change(bot: Path) -> None:
    _, screen = ask(bot, "q")

    assert "── an answer to change ─" in screen
    assert "1 of 3" in screen
    assert "asked  How much is shipping?" in screen
    assert "- Shipping costs 4 euros." in screen
    assert "+ Shipping costs 5 euros." in screen
    assert "faq.yaml · shipping" in screen


def test_accepting_writes_into_the_knowledge_and_leads_on(bot: Path) -> None:
    done, screen = ask(bot, "aaq")

    text = bot.with_name("faq.yaml").read_text()
    assert text.startswith(FAQ.replace("4 euros", "5 euros").rstrip())
    assert text.endswith("\n  - id: who_owns_the_shop\n    question: Who owns the shop?\n    answer: Alder owns it.\n")
    assert (done.accepted, done.files, done.interrupted) == (2, [bot.with_name("faq.yaml")], False)
    assert "✓ written to faq.yaml:3" in screen
    assert decisions(bot)["How much is shipping?"] == "accept"


def test_later_changes_nothing_and_never_again_is_kept(bot: Path) -> None:
    done, _ = ask(bot, "s d>")

    assert (done.accepted, done.dismissed) == (0, 1)
    assert bot.with_name("faq.yaml").read_text() == FAQ
    assert sorted(decisions(bot).values()) == ["", "", "dismiss"]


def test_one_can_go_back_and_decide_otherwise_unless_it_was_written(bot: Path) -> None:
    done, screen = ask(bot, "<ad<a<<aq")

    assert "This is the first one." in screen
    assert "This is decided: accepted." in screen
    assert (done.accepted, done.dismissed) == (2, 0)


def test_a_topic_wants_an_answer_first(bot: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nsed -i "s/^answer:.*/answer: Red ones./" "$1"\n')
    script.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.delenv("VISUAL", raising=False)

    done, screen = ask(bot, "ssaea")

    assert "It has no answer yet. e edits it." in screen
    assert "kept as you wrote it" in screen
    assert done.accepted == 1
    assert "answer: Red ones." in bot.with_name("faq.yaml").read_text()


def test_what_the_editor_left_broken_can_be_corrected(
    bot: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "editor.sh"
    script.write_text(
        '#!/bin/sh\nif grep -q BROKEN "$1"; then sed -i "s/BROKEN: \\[/Mine./" "$1"; '
        'else sed -i "s/^answer:.*/answer: BROKEN: [/" "$1"; fi\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))

    _, screen = ask(bot, "seeaq")

    assert "This could not be read" in screen
    assert "    answer: Mine.\n" in bot.with_name("faq.yaml").read_text()


@pytest.mark.parametrize("program", ["/no/such/editor", "false", "'"])
def test_an_editor_that_does_not_work_costs_nothing(bot: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setenv("VISUAL", program)
    done, screen = ask(bot, "ea")
    assert "could not be started" in screen
    assert done.accepted == 1


def test_what_was_taken_out_has_to_be_put_in(bot: Path) -> None:
    file = bot.with_name("bot.review.yaml")
    file.write_text(file.read_text().replace("answer: Alder owns it.", 'answer: "Call [number]."'))

    done, screen = ask(bot, "sa")

    assert "What stands for [number] has to be put in, or left out. e edits it." in screen
    assert done.accepted == 0


def test_questions_like_an_entry_can_become_phrasings_of_it(bot: Path) -> None:
    file = bot.with_name("bot.review.yaml")
    text = file.read_text()
    topic = text.index("kind: topic")
    file.write_text(
        text[:topic] + text[topic:].replace("    knowledge: faq\n", "    knowledge: faq\n    resembles: returns\n")
    )

    _, screen = ask(bot, "ssp")

    hint = next(line for line in screen.splitlines() if "p add to it" in line)
    assert cell_len(hint.removesuffix(" [p]")) < 80  # on one line of a usual terminal
    assert "like  returns  Can I send something back?" in screen
    assert "question: Can I send something back?   # within limits\n    questions:\n      - garden gnomes?\n" in (
        bot.with_name("faq.yaml").read_text()
    )


def test_ctrl_c_loses_nothing(bot: Path) -> None:
    done, _ = ask(bot, "a!")
    assert done.interrupted
    assert decisions(bot)["How much is shipping?"] == "accept"


def test_of_several_sources_one_is_chosen(bot: Path) -> None:
    bot.write_text(BOT.replace("{faq: {path: faq.yaml}}", "{faq: {path: faq.yaml}, more: {path: more.yaml}}"))
    bot.with_name("more.yaml").write_text("- {question: a, answer: b}\n")

    _, screen = ask(bot, "sax2q")  # `x` is none of them: asked again with the next key
    _, again = ask(bot, "sa2q")

    assert "Into which knowledge? 1 faq  2 more" in screen
    assert "✓ written to more.yaml:3" in again
    assert "Who owns the shop?" in bot.with_name("more.yaml").read_text()


def test_knowledge_that_cannot_be_written_is_told_with_what_to_paste(bot: Path) -> None:
    faq = bot.with_name("faq.yaml")
    faq.write_bytes(FAQ.replace("\n", "\r\n", 1).encode())

    done, screen = ask(bot, "sa")

    assert "was left as it is: its lines end in different ways" in " ".join(screen.split())
    assert "- questions:" in screen
    assert done.accepted == 0
    assert decisions(bot)["Who owns the shop?"] == ""


def test_another_key_and_help_tell_what_the_keys_do(bot: Path) -> None:
    _, screen = ask(bot, "x?")
    assert "? tells what the keys do" in screen
    told = screen.split("? tells what the keys do")[1].splitlines()
    (row,) = (line for line in told if line.split()[:3] == ["d", "never", "again"])
    longest = next(number for number, line in enumerate(told) if line.split()[:2] == ["q", "quit;"])
    assert row.index("never") == told[longest].index("quit;")


def test_texts_cannot_steer_the_terminal(bot: Path) -> None:
    file = bot.with_name("bot.review.yaml")
    file.write_text(file.read_text().replace("answer: Alder owns it.", 'answer: "\\e[31mred [bold]x[/bold] \\u202e"'))
    _, screen = ask(bot, "s")
    assert "+ red [bold]x[/bold]" in screen
    assert "\x1b" not in screen
    assert "\u202e" not in screen


@pytest.mark.parametrize("width", [20, 40, 200])
def test_every_line_fits(bot: Path, width: int) -> None:
    _, screen = ask(bot, "sss", width=width)
    shown = [line for line in screen.splitlines() if not line.endswith("]")]
    assert max(map(len, shown)) <= max(min(width, 100), 30)


def test_in_chinese(bot: Path) -> None:
    _, screen = ask(bot, "d>>q", language="zh")
    assert "修改答案" in screen
    assert "第 1 条，共 3 条" in screen
    assert "a 接受  e 编辑  s 以后再说  d 不再建议  ← 上一条  q 退出  ? 帮助" in screen
