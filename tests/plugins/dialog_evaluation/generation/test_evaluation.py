import json
import math
import threading

import pytest

from dialog_core import DialogError
from dialog_core.interfaces import Likelihood
from dialog_evaluation.generation.asking import Said, ask
from dialog_evaluation.generation.evaluation import Evaluation, evaluate
from dialog_evaluation.replies.baselines import echo, most_frequent, nearest
from dialog_evaluation.replies.cases import Cases
from dialog_evaluation.replies.leakage import leakage
from tests.plugins.dialog_evaluation.generation.conftest import FILE, Scripted, cases, dialogue, flat


def measured(speaker: Scripted, talks: Cases, **settings: object) -> Evaluation:
    return evaluate("Bot", "llm", speaker, talks, FILE, **settings)  # type: ignore[arg-type]


def test_who_says_what_people_said_gets_full_marks(talks: Cases) -> None:
    found = measured(Scripted(lambda case: case.reply, lambda case: Likelihood(-math.log(4) * 3, 3)), talks)
    figures = found.model.figures
    assert figures["bleu"] == pytest.approx(100)
    assert figures["rouge_l"] == figures["unigram_f1"] == 1
    assert figures["perplexity"] == pytest.approx(4)
    assert list(found.model.intervals["perplexity"]) == pytest.approx([4, 4])
    assert found.model.intervals["unigram_f1"] == (1, 1)
    assert figures["most_frequent"] == pytest.approx(2 / 5)
    assert found.frequent == [("You are welcome.", 2)]
    assert found.reasons == []


def test_perplexity_counts_tokens_and_bits_count_bytes() -> None:
    talks = cases(dialogue("1", "a", "12345678"), dialogue("2", "b", "1234"))
    bits = {"12345678": Likelihood(-8 * math.log(2), 1), "1234": Likelihood(-1 * math.log(2), 2)}
    figures = measured(Scripted(lambda case: "x", lambda case: bits[case.reply]), talks).model.figures
    assert figures["perplexity"] == pytest.approx(2 ** (9 / 3))
    assert figures["bits_per_byte"] == pytest.approx(9 / 12)


def test_trivial_replies_stand_beside_the_model(talks: Cases) -> None:
    found = measured(Scripted(lambda case: "no"), talks)
    names = [one.name for one in found.others]
    assert names == ["most frequent", "echo", "people"]
    assert list(found.others[1].replies) == [case.question for case in flat(talks)]
    assert found.others[2].figures["bleu"] is None
    assert found.others[2].figures["characters"] > 2  # type: ignore[operator]
    with_train = measured(Scripted(lambda case: "no"), talks, train=flat(talks))
    assert [one.name for one in with_train.others] == ["most frequent", "echo", "nearest", "people"]
    assert with_train.others[2].figures["bleu"] == pytest.approx(100)


def test_the_most_frequent_reply_is_that_of_the_other_dialogues() -> None:
    found = flat(
        cases(
            dialogue("1", "a", "OK.", "b", "OK.", "c", "OK."),
            dialogue("2", "a", "Yes.", "b", "OK."),
            dialogue("3", "a", "Yes."),
        )
    )
    assert most_frequent(found, []) == ["Yes."] * 3 + ["OK."] * 2 + ["OK."]
    assert most_frequent(found[:2], found) == ["OK."] * 2
    assert most_frequent(found[-1:], []) == [""]  # nobody else has said anything


def test_the_nearest_question_is_found_also_in_chinese() -> None:
    train = flat(
        cases(
            dialogue("1", "where is the hotel", "There.", "how much is a room", "Ten pounds."),
            dialogue("2", "酒店在哪里", "那边。", "多少钱", "十元。"),
        )
    )
    asked = flat(cases(dialogue("3", "how much is the room?", "x", "请问酒店在哪儿", "x", "!!!", "x")))
    assert nearest(asked, train) == ["Ten pounds.", "那边。", "There."]
    assert echo(asked)[0] == "how much is the room?"


def test_what_stands_in_the_training_data_is_counted() -> None:
    train = flat(cases(dialogue("1", "hi", "Hello!", "bye", "Bye!")))
    asked = flat(cases(dialogue("2", "HI", "hello!", "thanks", "Bye!"), dialogue("3", "bye", "Bye!")))
    assert leakage(asked, train) == {"pairs": 2 / 3, "contexts": 1 / 3, "replies": 1.0}
    remarks = " ".join(measured(Scripted(lambda case: "x"), cases(dialogue("3", "bye", "Bye!")), train=train).remarks)
    assert "100.0 % of the questions stand in the training data" in remarks


def test_who_says_nothing_is_measured_by_it(talks: Cases) -> None:
    found = measured(
        Scripted(lambda case: Said("abstained", reason="no evidence") if "you" in case.question else case.reply), talks
    )
    assert (found.count("answered"), found.count("abstained"), found.count("failed")) == (3, 2, 0)
    assert found.reasons == [("no evidence", 2)]
    assert found.model.figures["unigram_f1"] == pytest.approx(3 / 5)
    assert "2 of 5 questions got no reply" in found.remarks[0]


def test_a_question_that_fails_does_not_cost_the_others(talks: Cases) -> None:
    found = measured(
        Scripted(lambda case: Said("failed", reason="boom") if case.question == "bye" else case.reply), talks
    )
    assert found.count("failed") == 1
    assert found.model.figures["unigram_f1"] == pytest.approx(4 / 5)


def test_a_bot_that_always_fails_is_no_evaluation(talks: Cases) -> None:
    with pytest.raises(DialogError, match=r"the policy 'llm' failed on every question \(5 asked\): no such host"):
        measured(Scripted(lambda case: Said("failed", reason="no such host")), talks)


def test_a_model_that_says_nothing_still_has_a_perplexity(talks: Cases) -> None:
    found = measured(
        Scripted(lambda case: Said("failed", reason="it answered with nothing"), lambda case: Likelihood(-1.0, 1)),
        talks,
    )
    assert found.failed
    assert found.model.figures["perplexity"] == pytest.approx(math.e)
    assert found.model.figures["bleu"] == 0


@pytest.mark.parametrize("jobs", [1, 3])
def test_after_ten_failures_in_a_row_no_more_is_asked(jobs: int) -> None:
    talks = cases(*(dialogue(str(number), "q", "r") for number in range(1, 40)))
    speaker = Scripted(
        lambda case: (
            "fine"
            if int(case.dialogue) <= 3
            else Said("failed", reason="down" if int(case.dialogue) < 8 else "left alone")
        )
    )
    found = measured(speaker, talks, jobs=jobs)
    assert len(found.answers) < 20
    assert found.failed
    assert found.given_up == "down"  # and not that it was left alone
    assert any("no more was asked" in remark for remark in found.remarks)


def test_ctrl_c_ends_with_what_there_is(talks: Cases) -> None:
    def says(case: object) -> str:
        if case.question == "thank you":  # type: ignore[attr-defined]
            raise KeyboardInterrupt
        return "yes"

    found = measured(Scripted(says), talks)
    assert found.interrupted
    assert len(found.answers) == 3
    assert found.remarks[0] == "Broken off after 3 of 5 replies."
    with pytest.raises(KeyboardInterrupt):
        measured(Scripted(says), cases(dialogue("1", "thank you", "Bye.")))


def test_dialogues_are_held_at_once_and_reported_in_order(talks: Cases) -> None:
    begun = threading.Barrier(3, timeout=10)

    def says(case: object) -> str:
        if case.number == 1:  # type: ignore[attr-defined]
            begun.wait()  # none goes on before all three have begun
        return case.reply  # type: ignore[attr-defined, no-any-return]

    asked = ask(Scripted(says), talks.by_dialogue, jobs=3)
    assert [case for case, _ in asked.answers] == flat(talks)


def test_what_cannot_be_told_of_likelihoods_is_told_and_the_rest_measured(talks: Cases) -> None:
    def likelihood(case: object) -> Likelihood:
        if case.dialogue == "2":  # type: ignore[attr-defined]
            raise ValueError("too long")
        return Likelihood(-math.log(8), 1)

    found = measured(Scripted(lambda case: "x", likelihood), talks)
    assert found.model.figures["perplexity"] == pytest.approx(8)
    assert any("could not be told for 1 dialogues" in remark and "too long" in remark for remark in found.remarks)
    odd = measured(Scripted(lambda case: "x", lambda case: Likelihood(math.nan, 1)), talks)
    assert odd.model.figures["perplexity"] is None


def test_several_languages_together_are_remarked_and_measured() -> None:
    talks = cases(dialogue("1", "hi", "Hello, how are you today?"), dialogue("2", "你好", "您好，请问有什么可以帮您？"))
    found = measured(Scripted(lambda case: case.reply), talks)
    assert found.model.figures["bleu"] == pytest.approx(100)
    assert "tok:zh" in found.signature
    assert any("several languages" in remark for remark in found.remarks)


def test_texts_that_were_cut_into_tokens_are_remarked(caplog: pytest.LogCaptureFixture) -> None:
    talks = cases(*(dialogue(str(number), "hello", "What can I do for you ?") for number in range(1, 203)))
    found = measured(Scripted(lambda case: "Hello ."), talks)
    assert any("100 % of the replies end like “Hello .”" in remark for remark in found.remarks)
    assert caplog.text == ""  # sacrebleu would tell it in words of its own, for each of its figures


def test_everything_is_json(talks: Cases) -> None:
    found = measured(Scripted(lambda case: case.reply, lambda case: Likelihood(-1e9, 1)), talks, train=flat(talks))
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert told["figures"]["perplexity"] is None  # infinite
    assert told["counts"] == {"dialogues": 3, "replies": 5, "answered": 5, "abstained": 0, "failed": 0}
    assert set(told["baselines"]) == {"most frequent", "echo", "nearest"}
    assert told["replies"][1] == {
        **told["replies"][1],
        "dialogue": "1",
        "turn": 3,
        "question": "a table for two",
        "people": "For when shall I book it?",
        "bot": "For when shall I book it?",
        "status": "answered",
    }
