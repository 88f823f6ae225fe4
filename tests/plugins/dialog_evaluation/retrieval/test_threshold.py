from pathlib import Path

import pytest

from dialog_core import Bot, Builder, read_bot_file
from dialog_evaluation.retrieval.threshold import answers_from

BOT = """
version: 1
knowledge: {faq: {path: faq.csv}}
policies: [{use: bm25, name: faq, knowledge: faq}]
dispatch: {answer_at: ANSWER_AT}
fallback: No idea.
"""
FAQ = "id,question,answer\nopening,When do you open in the morning,At 9.\nway,Where are you,In the north.\n"


@pytest.mark.parametrize("answer_at", [0.2, 0.4, 0.7])
def test_the_bot_answers_what_scores_that_much_and_not_what_scores_less(tmp_path: Path, answer_at: float) -> None:
    (tmp_path / "faq.csv").write_text(FAQ, encoding="utf-8")
    file = tmp_path / "bot.yaml"
    file.write_text(BOT.replace("ANSWER_AT", str(answer_at)), encoding="utf-8")
    spec = read_bot_file(file)

    threshold = answers_from(spec, Builder(spec).context, "faq")

    with Bot.load(file) as bot:
        asked = ("when do you open", "open the window when", "morning", "do you", "where", "the north pole in winter")
        for number, text in enumerate(asked):
            found = bot.search(text, "faq", top_k=1)
            score = found[0].score if found else 0.0
            answered = bot.reply(text, conversation=str(number)).text != "No idea."
            assert answered == (score >= threshold), (text, score, threshold)


def test_everything_and_nothing_may_be_answered(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(FAQ, encoding="utf-8")
    file = tmp_path / "bot.yaml"
    for answer_at, expected in ((0.0, 0.0), (1.0, 1.0)):
        file.write_text(BOT.replace("ANSWER_AT", str(answer_at)), encoding="utf-8")
        spec = read_bot_file(file)
        assert answers_from(spec, Builder(spec).context, "faq") == expected
