"""Personal data is replaced before anything is stored or sent."""

from pathlib import Path

import pytest

from dialog_core import Bot, Candidate, Evidence
from dialog_core.interfaces import Allow, Refuse, Rewrite
from dialog_core.testing import make_context, make_turn, write_bot
from dialog_guards.personal_data.guard import PiiGuard
from dialog_guards.personal_data.options import PiiGuardOptions


def guard(**options: object) -> PiiGuard:
    return PiiGuard(PiiGuardOptions.model_validate(options), make_context("pii"))


def generated(text: str, *evidence: str) -> Candidate:
    return Candidate(text, 0.9, "llm", "generative", evidence=tuple(Evidence(said, "faq.yaml") for said in evidence))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("write to ann@example.com, please", "write to [email], please"),
        ("call me on +44 20 7946 0958 or ann@example.com", "call me on [phone] or [email]"),
        ("我的手机号是13812345678", "我的手机号是[phone]"),
        ("身份证11010519491231002X", "身份证[id_card]"),
    ],
)
def test_what_users_write_is_replaced_by_its_kind(said: str, left: str) -> None:
    assert guard().check_input(make_turn(said)) == Rewrite(left)


def test_what_is_no_personal_data_stays() -> None:
    assert guard().check_input(make_turn("where is order 204817?")) == Allow()


def test_a_kind_that_a_flow_needs_may_stay() -> None:
    turn = make_turn("ann@example.com, +44 20 7946 0958")
    assert guard(keep="email").check_input(turn) == Rewrite("ann@example.com, [phone]")


def test_a_message_may_be_refused_instead_in_its_language() -> None:
    verdict = guard(incoming="refuse").check_input(make_turn("我的手机号是13812345678", language="zh"))
    assert isinstance(verdict, Refuse)
    assert (verdict.reason, verdict.message) == ("personal data: phone", "我的手机号是[phone]")
    assert verdict.reply.startswith("请不要")


def test_replies_of_language_models_are_looked_at_and_those_that_somebody_wrote_are_not() -> None:
    text = "Write to care@example.com."
    assert guard().check_output(make_turn("how?"), generated(text)) == Rewrite("Write to [email].")
    assert guard().check_output(make_turn("how?"), Candidate(text, 0.9, "faq", "retrieval")) == Allow()
    assert guard(outgoing="allow").check_output(make_turn("how?"), generated(text)) == Allow()


def test_what_stands_in_the_evidence_or_was_just_said_may_be_repeated() -> None:
    text = "Write to care@example.com."
    assert guard().check_output(make_turn("how?"), generated(text, "Our address is care@example.com")) == Allow()
    assert guard().check_output(make_turn("is it care@example.com?"), generated(text)) == Allow()


@pytest.mark.parametrize("incoming", ["replace", "refuse"])
def test_nothing_of_it_stands_in_the_database_whatever_the_order_of_the_guards(tmp_path: Path, incoming: str) -> None:
    bot = write_bot(
        tmp_path,
        f"""
        version: 1
        policies: [{{use: rules, path: rules.yaml}}]
        guards: [{{use: pii, incoming: {incoming}}}]
        store: {{use: sqlite, path: c.db}}
        """,
        **{"rules.yaml": "rules: [{name: address, when: 'my address is', say: Noted.}]"},
    )
    with Bot.load(bot) as loaded:
        loaded.reply("my address is ann@example.com", conversation="c")
        assert loaded.conversation("c").last_user_message.text == "my address is [email]"  # type: ignore[union-attr]
    for file in tmp_path.iterdir():
        assert b"ann@example" not in file.read_bytes(), file.name
