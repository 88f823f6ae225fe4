"""Whatever a bot answers, and whatever is missing, can be reported and compared."""

import json
import random
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.testing import NASTY_TEXTS
from dialog_evaluation.report.comparing import Side, compare
from dialog_evaluation.report.console_comparison import print_comparison
from dialog_evaluation.report.console_report import print_report
from dialog_evaluation.report.html_comparison import html_comparison
from dialog_evaluation.report.html_report import html_report
from dialog_evaluation.report.making import make_report
from dialog_evaluation.runs.answers import DialogueAnswers, PolicyAnswer, TurnAnswer
from tests.plugins.dialog_evaluation.pages import read
from tests.plugins.dialog_evaluation.report.runs import info, tools

TEXTS = [text[:300] for text in NASTY_TEXTS.values()] + ["", "hello", "hi there"]
MODES = ("teacher-forced", "own-history", "self-chat")


def policy(name: str, rng: random.Random) -> PolicyAnswer:
    return PolicyAnswer(
        name,
        rng.choice(("answered", "abstained", "failed", "not asked")),
        rng.choice(TEXTS),
        probability=rng.choice((None, rng.random())),
        seconds=rng.random(),
        cost=rng.choice(({}, {"tokens_out": 3.0})),
        reason="nothing fits",
        rank=rng.choice((None, 1, 5, 50)),
        asked=rng.random() < 0.5,
    )


def turn(number: int, question: str, reply: str, rng: random.Random) -> TurnAnswer:
    return TurnAnswer(
        number,
        question,
        rng.choice((reply, "")),
        rng.choice(("answered", "fallback", "guard", "failed")),
        rng.choice(TEXTS),
        rng.choice(("a", "b", "", "somebody else")),
        rng.choice((None, rng.random())),
        rng.random(),
        reason=rng.choice(TEXTS),
        policies=tuple(policy(name, rng) for name in rng.sample("abc", rng.randint(0, 3))),
        slots=rng.choice(({}, {"area": ["north", "south"]}, {"hotel": {"area": 1}})),
        state=rng.choice(({}, {"area": "north"}, {"hotel-area": ["1"]})),
        rank=rng.choice((None, 1, 3)),
        candidates=rng.choice((0, 2, 10)),
    )


def talks(rng: random.Random) -> tuple[list[Dialogue], list[DialogueAnswers]]:
    held, found = [], []
    for position in range(rng.randint(0, 5)):
        pairs = [(rng.choice(TEXTS), rng.choice(TEXTS)) for _ in range(rng.randint(0, 4))]
        turns = [one for asked, reply in pairs for one in (DialogueTurn("user", asked), DialogueTurn("bot", reply))]
        held.append(Dialogue(rng.choice("def"), tuple(turns), {"line": 1}))
        said = tuple(turn(2 * place + 1, *pair, rng) for place, pair in enumerate(pairs))
        found.append(DialogueAnswers(held[-1].id, 1, said, position))
    return held, found


@pytest.mark.parametrize("seed", range(24))
def test_any_run_can_be_reported_and_compared(seed: int) -> None:
    rng = random.Random(seed)
    (held, first), (others, second) = talks(rng), talks(rng)
    run = info(mode=rng.choice(MODES))
    console = Console(file=StringIO(), width=80, highlight=False, markup=False, emoji=False)
    train: Any = rng.choice((None, [], held, others))
    report = make_report(run, first, rng.choice((held, [])), train, tools(), encoder=rng.choice(("lsa", None)))
    json.loads(report.to_text(), parse_constant=pytest.fail)
    assert read(html_report(report)).addresses == []
    print_report(report, console)
    comparison = compare(Side(run, first, held), Side(run, rng.choice((first, second)), held), tools(), rounds=50)
    json.loads(comparison.to_text(), parse_constant=pytest.fail)
    assert read(html_comparison(comparison)).addresses == []
    print_comparison(comparison, console)
