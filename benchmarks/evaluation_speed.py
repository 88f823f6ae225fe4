"""Evaluating the customer-service bot on 1,000 messages: how long it takes, and that a killed run loses nothing."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from benchmarks._table import print_table
from dialog_evaluation.runs.answers import DialogueAnswers
from dialog_evaluation.runs.store import ANSWERS, find_runs

ROOT = Path(__file__).parent.parent
COMMAND = str(Path(sys.executable).parent / "dialog-core")
MESSAGES, IN_A_DIALOGUE = 1_000, 5
SMALL_TALK = (("hello", "Hello, what can I do for you?"), ("thank you very much", "You are welcome."))
MODES = (
    ("teacher-forced",),
    ("teacher-forced", "--select", "10"),
    ("teacher-forced", "--select", "100"),
    ("teacher-forced", "--jobs", "4"),
    ("own-history",),
    ("self-chat",),
)
SHARES = (0.0, 0.1, 0.5, 0.9)  # of the answers, after which a run is killed


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        bot = copy_of_the_bot(Path(directory))
        talks = write_dialogues(bot.parent)
        for mode in MODES:
            started = time.perf_counter()
            evaluate(bot, talks, *mode)
            took = time.perf_counter() - started
            turns = sum(len(one.turns) for one in answers_of(bot))
            rows.append((" ".join(mode), f"{turns:,}", f"{took:.1f}", f"{turns / took:,.0f}", "30"))
            shutil.rmtree(bot.parent / "evaluations")
        header = ("--mode", "messages", "s", "messages/s", "goal s")
        print_table(f"dialog-core evaluate customer_service.yaml, {MESSAGES:,} messages of users", header, rows)
        print_table("killed with SIGKILL, and run again", ("after", "kept", "the same"), killed(bot, talks))


def copy_of_the_bot(directory: Path) -> Path:
    """Copy the bot with what it reads, so that its runs are kept elsewhere."""
    shutil.copytree(ROOT / "configs" / "customer_service", directory / "customer_service")
    return Path(shutil.copy(ROOT / "configs" / "customer_service.yaml", directory))


def write_dialogues(directory: Path) -> Path:
    """Write dialogues that ask what the bot's FAQ answers, in words that are not quite the same."""
    entries = yaml.safe_load((directory / "customer_service" / "faq.en.yaml").read_text(encoding="utf-8"))["entries"]
    asked = [(question, entry["answer"]) for entry in entries for question in entry["questions"]]
    chance = random.Random(1)
    file = directory / "talks.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for number in range(MESSAGES // IN_A_DIALOGUE):
            pairs = [*SMALL_TALK[:1], *chance.choices(asked, k=IN_A_DIALOGUE - 2), *SMALL_TALK[1:]]
            turns = []
            for question, answer in pairs:
                words = question.split()
                if len(words) > 3:
                    words.pop(chance.randrange(len(words)))
                turns += [{"role": "user", "text": " ".join(words)}, {"role": "bot", "text": answer}]
            lines.write(json.dumps({"id": f"talk{number}", "turns": turns}) + "\n")
    return file


def evaluate(bot: Path, talks: Path, mode: str, *options: str) -> None:
    """Run the command as people do."""
    command = [COMMAND, "evaluate", str(bot), str(talks), "--mode", mode, *options]
    subprocess.run(command, check=True, capture_output=True)


def killed(bot: Path, talks: Path) -> list[tuple[str, int, str]]:
    """Kill runs at several points, run them again, and compare with one that was not killed."""
    evaluate(bot, talks, "teacher-forced")
    whole = without_times(answers_of(bot))
    rows = []
    for share in SHARES:
        shutil.rmtree(bot.parent / "evaluations")
        command = [COMMAND, "evaluate", str(bot), str(talks)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        kept = wait_for(bot, int(share * len(whole)))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        kept = len(answers_of(bot)) if find_runs(bot) else 0
        evaluate(bot, talks, "teacher-forced")
        runs = find_runs(bot)
        same = len(runs) == 1 and runs[0].info.status == "finished" and without_times(answers_of(bot)) == whole
        rows.append((f"{share:.0%}", kept, "yes" if same else "NO"))
    return rows


def wait_for(bot: Path, dialogues: int) -> int:
    """Wait until a run has kept so many dialogues."""
    while True:
        files = [*(bot.parent / "evaluations").glob(f"*/*/{ANSWERS}")]
        kept = files[0].read_bytes().count(b"\n") if files else -1
        if kept >= dialogues:
            return kept
        time.sleep(0.001)


def answers_of(bot: Path) -> list[DialogueAnswers]:
    """Return the answers of the last run."""
    return find_runs(bot)[-1].answers()


def without_times(answers: list[DialogueAnswers]) -> list[str]:
    """Return answers without how long they took, which is never twice the same."""
    told = []
    for one in answers:
        turns = [
            (turn.number, turn.status, turn.text, turn.policy, turn.probability, turn.reason) for turn in one.turns
        ]
        proposed = [
            (policy.policy, policy.status, policy.text, policy.score) for turn in one.turns for policy in turn.policies
        ]
        told.append(repr((one.dialogue, one.position, turns, proposed)))
    return told


if __name__ == "__main__":
    main()
