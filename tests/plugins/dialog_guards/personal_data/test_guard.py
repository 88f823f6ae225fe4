"""Personal data is replaced before anything is stored or sent."""

import asyncio
from pathlib import Path

import pytest

from dialog_core import Bot, Candidate, Evidence, Piece, Reply
from dialog_core.builder import create_builtin
from dialog_core.interfaces import Allow, Recognized, Refuse, Rewrite
from dialog_core.testing import ScriptedPolicy, make_bot, make_context, make_turn, write_bot
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
        ("write to ann@\nexample.com", "write to [email]"),
        ("write to ann @ example.com please", "write to [email] please"),
        ("ann (at) example (dot) com", "[email]"),
        ("ann.lee at example dot co dot uk", "[email]"),
        ("ann@exa\u200bmple.com", "[email]"),
        ("138\u200b1234\u200b5678", "[phone]"),
        ("ｗｒｉｔｅ to ann@example.com", "ｗｒｉｔｅ to [email]"),
    ],
)
def test_what_users_write_is_replaced_by_its_kind(said: str, left: str) -> None:
    assert guard().check_input(make_turn(said)) == Rewrite(left)


@pytest.mark.parametrize(
    "said",
    [
        "where is order 204817?",
        "meet me at noon dot dot dot",
        "I am at work. Dot com shares fell.",
        "2 @ 5.99 each",
        "look at the dot on the map",
        "I lost money at the dot com crash",
    ],
)
def test_what_is_no_personal_data_stays(said: str) -> None:
    assert guard().check_input(make_turn(said)) == Allow()


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


def test_a_number_may_be_repeated_however_it_is_grouped_in_the_evidence() -> None:
    text = "Call 020 7946 0958."
    assert isinstance(guard().check_output(make_turn("how?"), generated(text)), Rewrite)
    for evidence in ("Our number: 02079460958", "Call 020-7946-0958 by day"):
        assert guard().check_output(make_turn("how?"), generated(text, evidence)) == Allow()


def test_nothing_of_it_is_seen_of_a_reply_that_comes_piece_by_piece() -> None:
    text = "Ask Ann. Write to ann@example.com today. Or call 020 7946 0958, she is in. Bye!"

    async def pieces() -> list[str]:
        policy = ScriptedPolicy(text, pieces=[text[at : at + 5] for at in range(0, len(text), 5)])
        seen = []
        with make_bot({"llm": policy}, guards={"pii": guard()}, kinds={"llm": "generative"}) as bot:
            async for item in bot.stream("who helps?"):
                seen.append(item.text if isinstance(item, Piece | Reply) else "")
        return seen

    *shown, whole = asyncio.run(pieces())
    assert whole == "Ask Ann. Write to [email] today. Or call [phone], she is in. Bye!"
    assert "Ask Ann." in "".join(shown)
    for secret in ("ann@", "example", "7946", "0958"):
        assert secret not in "".join(shown)


class Broken:
    """A recognizer that fails, and quotes in its error what it was given."""

    def find(self, text: str, language: str = "") -> list[Recognized]:
        raise ValueError(f"cannot make sense of {text!r}")


@pytest.mark.parametrize("on_error", ["refuse", "allow"])
def test_what_it_cannot_judge_is_stored_nowhere_unless_it_is_let_through(tmp_path: Path, on_error: str) -> None:
    broken = PiiGuard(PiiGuardOptions(recognizer="broken"), make_context(parts={("recognizer", "broken"): Broken()}))
    store = create_builtin("store", {"use": "sqlite", "path": str(tmp_path / "c.db")}, make_context())
    with make_bot("Noted.", guards={"pii": broken}, store=store, on_error=on_error) as bot:
        reply = bot.reply("ann@example.com", conversation="c")
        stored = bot.conversation("c").last_user_message  # type: ignore[union-attr]
    found = any(b"ann@example" in file.read_bytes() for file in tmp_path.iterdir())
    if on_error == "allow":
        assert (reply.text, found) == ("Noted.", True)
        return
    assert stored is not None
    assert (stored.text, found) == ("[withheld]", False)
    assert "ann@example" not in str(reply.trace)
