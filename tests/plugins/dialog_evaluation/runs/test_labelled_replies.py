from pathlib import Path

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_evaluation.runs.labelled_replies import with_answers
from dialog_evaluation.runs.questions import to_hold
from tests.plugins.dialog_evaluation.runs.talks import shop

FILE = Path("talks.yaml")


def asked(*replies: DialogueTurn) -> Dialogue:
    turns = [turn for reply in replies for turn in (DialogueTurn("user", "when?"), reply)]
    return Dialogue("7", tuple(turns), {"line": 1})


def reply(text: str = "", **metadata: object) -> DialogueTurn:
    return DialogueTurn("bot", text, metadata)


def references(*replies: DialogueTurn, bot: Path) -> list[str]:
    dialogues, _ = with_answers([(FILE, asked(*replies))], bot)
    held, _ = to_hold(dialogues)
    return [question.reference for question in held[0].questions]


def test_an_entry_that_is_named_gives_its_answer(tmp_path: Path) -> None:
    bot = shop(tmp_path)
    told = (reply(entry="hours"), reply(entry=["none", "price"]), reply("At nine.", entry="hours"), reply(entry="none"))
    assert references(*told, bot=bot) == ["From nine to five.", "Delivery costs 3 pounds.", "At nine.", ""]
    assert with_answers([(FILE, asked(*told))], bot)[1] == 2


def test_what_nobody_should_answer_or_is_wrong_is_no_reference(tmp_path: Path) -> None:
    told = (reply(nobody=True), reply("At ten.", label="wrong"), reply(entry="hours", label="wrong"))
    assert references(*told, bot=shop(tmp_path)) == ["", "", ""]


def test_knowledge_is_only_read_where_it_is_named(tmp_path: Path) -> None:
    dialogues = [(FILE, asked(reply("At nine.")))]
    assert with_answers(dialogues, tmp_path / "there is no bot.yaml") == (dialogues, 0)
