"""What `chatterbot_pairs` runs with the Python of ChatterBot's own virtual environment: train it, ask it, write down.

    python _chatterbot.py QUESTIONS ANSWERS

QUESTIONS has, in JSON, the pairs to learn and lists of what is asked; ANSWERS is given the reply to each and the
seconds it took. Nothing of this project is imported here.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any


def main(questions: Path, answers: Path) -> None:
    from chatterbot import ChatBot
    from chatterbot.tagging import LowercaseTagger
    from chatterbot.trainers import ListTrainer

    given = json.loads(questions.read_text("utf-8"))
    database = answers.with_suffix(".sqlite3")
    bot = ChatBot(
        "ChatterBot",
        tagger=LowercaseTagger,  # the default one needs a model that has to be downloaded
        database_uri=f"sqlite:///{database}",
        read_only=True,  # else it learns the questions
    )
    trainer = ListTrainer(bot, show_training_progress=False)
    started = time.perf_counter()
    for pair in given["pairs"]:
        trainer.train(pair)
    found: dict[str, Any] = {"training": time.perf_counter() - started, "replies": {}}
    for name, texts in given["asked"].items():
        found["replies"][name] = [_ask(bot, text, f"{name} {number}") for number, text in enumerate(texts)]
    answers.write_text(json.dumps(found), encoding="utf-8")


def _ask(bot: Any, text: str, conversation: str) -> tuple[str, float]:
    started = time.perf_counter()
    reply = bot.get_response(text, conversation=conversation).text
    return reply, time.perf_counter() - started


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
