from io import StringIO

import pytest
from rich.console import Console

from dialog_core.interfaces import Likelihood
from dialog_core.testing import NASTY_TEXTS
from dialog_evaluation.generation.asking import Said
from dialog_evaluation.generation.console_report import print_report
from dialog_evaluation.generation.evaluation import Evaluation, evaluate
from dialog_evaluation.generation.html_report import html_report
from dialog_evaluation.replies.cases import Cases
from tests.plugins.dialog_evaluation.generation.conftest import FILE, Scripted, cases, dialogue, flat
from tests.plugins.dialog_evaluation.pages import read


def evaluated(talks: Cases, **settings: object) -> Evaluation:
    def says(case: object) -> object:
        if case.question == "bye":  # type: ignore[attr-defined]
            return Said("failed", reason="the endpoint is down")
        cost = {"seconds": 2.0, "tokens_out": 8.0, "first_token_seconds": 0.125}
        return Said("answered", case.reply, "", 2.0, cost, 0.75)  # type: ignore[attr-defined]

    return evaluate("Aria", "llm", Scripted(says, lambda case: Likelihood(-3.0, 2)), talks, FILE, **settings)  # type: ignore[arg-type]


def printed(evaluation: Evaluation, width: int) -> str:
    out = StringIO()
    print_report(evaluation, Console(file=out, width=width, highlight=False, markup=False, emoji=False))
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_the_report_fits_the_terminal_and_says_everything(talks: Cases, width: int) -> None:
    told = printed(evaluated(talks, train=flat(talks)), width)
    table = told.partition("BLEU|")[0]
    assert all(len(line) <= width for line in table.splitlines())
    assert "Aria, llm: 5 replies in 3 dialogues of talks.jsonl" in told
    assert "4 answered, 0 abstained, 1 failed" in told
    assert "Perplexity" in told
    assert "Groundedness     75.0" in told
    assert ("less is better" in told) == (width == 120)
    assert "BLEU|nrefs:1|" in told
    assert "a reply takes 2.0 s (95 %: 2.0 s); its first token 125 ms (95 %: 125 ms); 4 tokens/s" in told
    assert "Word for word in the training data: 100.0 % of questions with their reply" in told
    assert "1  the endpoint is down" in told
    assert "note: 1 of 5 questions got no reply" in told


def test_what_is_not_known_is_left_out(talks: Cases) -> None:
    told = printed(evaluate("Aria", "", Scripted(lambda case: "x"), talks, FILE), 80)
    assert "Aria: 5 replies" in told
    for unknown in ("Perplexity  ", "Groundedness", "Tokens", "Speed", "training data", "Why there"):
        assert unknown not in told


def test_the_page_is_sound_and_loads_nothing(talks: Cases) -> None:
    page = read(html_report(evaluated(talks, train=flat(talks))))
    assert page.addresses == []
    assert "script" not in page.tags
    for told in ("llm · generation", "Perplexity", "nearest", "the endpoint is down", "Groundedness", "tokens/s"):
        assert told in page.text


def test_no_text_is_too_odd_to_be_reported() -> None:
    odd = [text[:3000] for text in NASTY_TEXTS.values() if text.strip()]
    talks = cases(*(dialogue(str(number), f"user: {text}", f"bot: {text}") for number, text in enumerate(odd, 1)))
    found = evaluated(talks)
    page = read(html_report(found))
    assert "script" not in page.tags
    assert "\x1b" not in page.text
    assert "\x1b" not in printed(found, 80)
