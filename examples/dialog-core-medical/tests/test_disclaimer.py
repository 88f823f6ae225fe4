"""The disclaimer: once a session, with all medical knowledge, and never twice in a reply."""

from pathlib import Path

from dialog_core import Allow, BotSaid, Candidate, Evidence, Rewrite, SessionStarted
from dialog_core.testing import make_context, make_turn
from dialog_core.testing.turns import NOON
from dialog_medical.guards.disclaimer import MEDICAL, Disclaimer
from dialog_medical.options import DISCLAIMER, DisclaimerOptions

EN, ZH = DISCLAIMER["en"], DISCLAIMER["zh"]
MEDICAL_REPLY = Candidate("A headache is ...", 1.0, evidence=(Evidence("...", metadata={MEDICAL: True}),))
TOLD = (SessionStarted(NOON), BotSaid(f"Hello. {EN}", NOON))


def judge(candidate: Candidate, *events: object, language: str = "en", **options: object) -> Allow | Rewrite:
    guard = Disclaimer(DisclaimerOptions.model_validate(options), make_context("disclaimer"))
    return guard.check_output(make_turn("?", events=events, language=language), candidate)  # type: ignore[arg-type]


def test_the_first_reply_of_a_session_has_it() -> None:
    assert judge(Candidate("Hello!", 1.0)) == Rewrite(f"Hello!\n\n*{EN}*")
    assert judge(Candidate("您好！", 1.0), language="zh-CN") == Rewrite(f"您好！\n\n*{ZH}*")


def test_later_ones_do_not_unless_they_are_medical() -> None:
    assert judge(Candidate("We open at nine.", 1.0), *TOLD) == Allow()
    assert judge(MEDICAL_REPLY, *TOLD) == Rewrite(f"A headache is ...\n\n*{EN}*")


def test_a_new_session_hears_it_again() -> None:
    assert isinstance(judge(Candidate("Hello!", 1.0), *TOLD, SessionStarted(NOON)), Rewrite)


def test_a_reply_that_has_it_is_left_alone() -> None:
    assert judge(Candidate(f"Hello. {EN}", 1.0)) == Allow()


def test_a_question_that_is_asked_again_behind_a_reply_does_not_have_it_a_second_time() -> None:
    assert judge(Candidate("Which day?", 0.1, follow_up="Which day?")) == Allow()


def test_other_words_can_be_chosen() -> None:
    assert judge(Candidate("Hi.", 1.0), text={"en": "No advice."}) == Rewrite("Hi.\n\n*No advice.*")


def test_the_greetings_of_the_base_configurations_have_it(tmp_path: Path) -> None:
    import dialog_medical

    bots = Path(dialog_medical.__file__).parent / "bots"
    assert EN in " ".join((bots / "en.yaml").read_text(encoding="utf-8").split())
    assert ZH in (bots / "zh.yaml").read_text(encoding="utf-8")
