"""The policy `rules`: from a message to candidates."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dialog_core import BotSaid, Candidate, SlotSet
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import NASTY_TEXTS, PolicyContract, make_context, make_turn
from dialog_core.testing.turns import NOON
from dialog_rules.options import RulesOptions
from dialog_rules.policy import MANY_PATTERNS, RulesPolicy

Make = Callable[..., RulesPolicy]

SHOP = """
    entities:
      order_number: "AF[0-9]{6}"
    rules:
      - name: greet
        when: [hello, "good [morning|evening]", '/^(hi|hey)\\b/']
        match: whole
        say: ["Hello!", "Hi{% if slots.name %} {{ slots.name }}{% endif %}!", "Welcome!"]
        quick_replies: [Track my order, Returns]
      - name: order_status
        when: ["track (my order) {order_number}", "{order_number}"]
        set: {order_number: "{{ order_number | upper }}"}
        say: "I look for {{ order_number | upper }}."
      - name: where
        when: where is my order
        unless: where is my order form
        say: Which order?
      - name: where_again
        when: where is my order
        if: slots.order_number
        priority: 10
        say: "{{ slots.order_number }} is on its way."
      - name: forget
        when: forget it
        set: {order_number: null, forgotten: true}
        say: Forgotten.
"""


def said(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.text for candidate in candidates]


def rules(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.evidence[0].metadata["rule"] for candidate in candidates]


class TestRulesPolicy(PolicyContract):
    answers = "hello"
    others = ("where is my order?", "track AF123456", "nothing of the kind")

    def make_policy(self, tmp_path: Path) -> RulesPolicy:
        path = tmp_path / "rules.yaml"
        path.write_text(SHOP, encoding="utf-8")
        return RulesPolicy(RulesOptions(path=path), make_context("rules"))


def test_a_rule_answers_with_everything_it_has(make_policy: Make) -> None:
    (candidate,) = make_policy(SHOP).propose(make_turn("Please track my order af123456!"))
    assert candidate.text == "I look for AF123456."
    assert candidate.score == pytest.approx(0.7 + 0.3 * 4 / 5)
    (evidence,) = candidate.evidence
    assert (evidence.text, evidence.source) == ("track (my order) {order_number}", "rules.yaml:10")
    assert evidence.metadata["rule"] == "order_status"
    assert evidence.metadata["cite"] is False  # of interest to the bot's builder, not to whom it talks to
    assert candidate.effects == (SlotSet("order_number", "AF123456"),)


def test_a_message_that_no_rule_knows_gets_no_candidate(make_policy: Make) -> None:
    policy = make_policy(SHOP)
    assert policy.propose(make_turn("hello there")) == []
    assert policy.propose(make_turn("")) == []


def test_a_regular_expression_between_slashes_sees_the_message_without_case(make_policy: Make) -> None:
    policy = make_policy(SHOP)
    assert rules(policy.propose(make_turn("HEY"))) == ["greet"]
    assert policy.propose(make_turn("hey you")) == []  # it must be the whole message, here too


def test_groups_of_an_expression_are_captured(make_policy: Make) -> None:
    policy = make_policy("rules: [{name: eggs, when: '/(?P<count>[0-9]+) eggs/', say: '{{ count }}!'}]")
    assert said(policy.propose(make_turn("I want １２ Eggs"))) == ["12!"]


def test_chinese_is_matched_by_character(make_policy: Make) -> None:
    policy = make_policy("""
        entities: {order_number: "AF[0-9]{6}"}
        rules:
          - {name: status, when: "(我的)订单{order_number}[到哪了|到哪里了](呢)", say: "{{ order_number }} 在路上。"}
          - {name: returns, when: "[退货|退款|换货]", say: "三十天内可以。"}
    """)
    assert said(policy.propose(make_turn("我的订单ＡＦ１２３４５６到哪里了？"))) == ["AF123456 在路上。"]
    (candidate,) = policy.propose(make_turn("我要退货"))
    assert candidate.score == pytest.approx(0.7 + 0.3 * 2 / 4)


def test_quick_replies_are_offered(make_policy: Make) -> None:
    (candidate,) = make_policy(SHOP).propose(make_turn("hello"))
    assert candidate.quick_replies == ("Track my order", "Returns")


def test_a_quick_reply_may_be_a_template_and_an_empty_one_is_left_out(make_policy: Make) -> None:
    policy = make_policy("rules: [{name: a, when: b, say: c, quick_replies: ['{{ slots.x }}', 'Call {{ slots.y }}']}]")
    (candidate,) = policy.propose(make_turn("b", slots={"y": "Ann"}))
    assert candidate.quick_replies == ("Call Ann",)


# --- Slots and conditions ---------------------------------------------------------------------------------------------


def test_null_clears_a_slot(make_policy: Make) -> None:
    (candidate,) = make_policy(SHOP).propose(make_turn("forget it"))
    assert candidate.effects == (SlotSet("order_number", None), SlotSet("forgotten", True))


def test_a_slot_whose_entity_was_not_captured_stays_as_it_is(make_policy: Make) -> None:
    policy = make_policy("""
        entities: {number: "[0-9]{1,6}"}
        rules: [{name: a, when: "order ({number})", set: {number: "{{ number }}", all: ["{{ number }}"]}, say: ok}]
    """)
    (candidate,) = policy.propose(make_turn("order"))
    assert candidate.effects == (SlotSet("all", [""]),)
    (candidate,) = policy.propose(make_turn("order 12"))
    assert candidate.effects == (SlotSet("number", "12"), SlotSet("all", ["12"]))


def test_a_condition_decides_whether_a_rule_applies(make_policy: Make) -> None:
    policy = make_policy(SHOP)
    assert said(policy.propose(make_turn("where is my order"))) == ["Which order?"]
    assert said(policy.propose(make_turn("where is my order", slots={"order_number": "AF1"}))) == ["AF1 is on its way."]


def test_a_condition_sees_what_was_captured(make_policy: Make) -> None:
    policy = make_policy("""
        entities: {number: "[0-9]{1,6}"}
        rules: [{name: big, when: "order {number}", if: "number | int > 100", say: "That is many."}]
    """)
    assert policy.propose(make_turn("order 99")) == []
    assert said(policy.propose(make_turn("order 101"))) == ["That is many."]


def test_unless_keeps_a_rule_from_applying(make_policy: Make) -> None:
    assert make_policy(SHOP).propose(make_turn("where is my order form?")) == []


# --- Which rules, in which order --------------------------------------------------------------------------------------


def test_the_best_few_are_proposed_best_first(make_policy: Make) -> None:
    policy = make_policy("""
        rules:
          - {name: one, when: a, say: "1"}
          - {name: three, when: a b c, say: "3"}
          - {name: two, when: a b, say: "2"}
          - {name: another two, when: b c, say: "2'"}
    """)
    assert rules(policy.propose(make_turn("a b c"))) == ["three", "two", "another two"]


def test_how_many_is_an_option(make_policy: Make) -> None:
    text = "rules: [{name: a, when: x, say: a}, {name: b, when: x, say: b}, {name: c, when: x, say: c}]"
    assert rules(make_policy(text, candidates=1).propose(make_turn("x"))) == ["a"]
    assert rules(make_policy(text, candidates=2).propose(make_turn("x"))) == ["a", "b"]


def test_a_higher_priority_wins_over_a_better_match(make_policy: Make) -> None:
    policy = make_policy("""
        rules:
          - {name: exact, when: i want to talk to a human, match: whole, say: exact}
          - {name: human, when: human, priority: 5, say: human}
    """)
    (candidate,) = policy.propose(make_turn("I want to talk to a human"))
    assert candidate.text == "human"
    assert candidate.score < 1.0


def test_a_lower_priority_answers_where_the_higher_one_cannot(make_policy: Make) -> None:
    policy = make_policy("""
        rules:
          - {name: low, when: x, say: low}
          - {name: high, when: x, if: slots.open, priority: 1, say: high}
          - {name: broken, when: x, priority: 2, say: "{{ slots.age + 1 }}"}
    """)
    assert rules(policy.propose(make_turn("x", slots={"age": "old"}))) == ["low"]
    assert rules(policy.propose(make_turn("x", slots={"age": "old", "open": True}))) == ["high"]
    assert rules(policy.propose(make_turn("x", slots={"age": 1}))) == ["broken"]


# --- Variants ---------------------------------------------------------------------------------------------------------


def test_variants_follow_the_seed(make_policy: Make) -> None:
    policy = make_policy(SHOP)
    by_seed = {seed: said(policy.propose(make_turn("hello", seed=seed)))[0] for seed in range(50)}
    assert set(by_seed.values()) == {"Hello!", "Hi!", "Welcome!"}
    assert {seed: said(policy.propose(make_turn("hello", seed=seed)))[0] for seed in range(50)} == by_seed


def test_the_variant_said_last_is_not_said_again(make_policy: Make) -> None:
    policy = make_policy(SHOP)
    last = ""
    for seed in range(50):
        (candidate,) = policy.propose(
            make_turn("hello", seed=seed, slots={"name": "Ann"}, events=[BotSaid(last, NOON)])
        )
        assert candidate.text != last
        last = candidate.text


def test_a_single_variant_may_be_repeated(make_policy: Make) -> None:
    turn = make_turn("where is my order", events=[BotSaid("Which order?", NOON)])
    assert said(make_policy(SHOP).propose(turn)) == ["Which order?"]


# --- What goes wrong --------------------------------------------------------------------------------------------------

EVIL = """
    entities: {evil: "(b|bb)+c"}
    rules:
      - {name: evil, when: '/(a+)+$/', say: evil}
      - {name: worse, when: '/(a|aa)+$/', say: worse}
      - {name: entity, when: "code {evil}", say: entity}
      - {name: good, when: help, say: good}
"""


def test_an_expression_that_runs_forever_costs_only_its_own_rule(
    make_policy: Make, caplog: pytest.LogCaptureFixture
) -> None:
    policy = make_policy(EVIL, pattern_timeout=0.01)
    message = f"help {'a' * 200}! code {'b' * 200}!c"
    (candidate,) = policy.propose(make_turn(message))
    assert candidate.text == "good"
    assert candidate.features["stopped_patterns"] >= 2
    warnings = [record.getMessage() for record in caplog.records]
    assert [text for text in warnings if "`(a|aa)+$` takes longer than 0.01 s" in text]
    assert [text for text in warnings if "`(b|bb)+c` takes longer than 0.01 s" in text]
    caplog.clear()
    policy.propose(make_turn(message))
    assert not caplog.records


def test_a_message_that_stops_nothing_is_answered_by_the_same_rules(make_policy: Make) -> None:
    policy = make_policy(EVIL)
    assert rules(policy.propose(make_turn("aaa"))) == ["evil", "worse"]
    (candidate,) = policy.propose(make_turn("code bbbc"))
    assert candidate.text == "entity"
    assert not candidate.features


def test_only_a_policy_of_quick_patterns_is_inline(make_policy: Make) -> None:
    assert make_policy(SHOP).inline
    assert not make_policy(EVIL).inline
    many = "\n".join(f"  - {{name: r{n}, when: word{n}, say: x}}" for n in range(MANY_PATTERNS + 1))
    assert not make_policy(f"rules:\n{many}").inline


def test_a_template_that_fails_costs_only_its_own_rule(make_policy: Make, caplog: pytest.LogCaptureFixture) -> None:
    policy = make_policy("""
        rules:
          - {name: sum, when: x, say: "{{ slots.age + 1 }}"}
          - {name: slot, when: x, say: fine, set: {n: "{{ slots.age - 1 }}"}}
          - {name: condition, when: x, if: slots.age > 1, say: older}
          - {name: empty, when: x, say: "{{ slots.nothing }}"}
          - {name: good, when: x, say: good}
    """)
    turn = make_turn("x", slots={"age": "old"})
    assert rules(policy.propose(turn)) == ["good"]
    policy.propose(turn)
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 4
    assert all("rules.yaml:" in text and "is left out" in text for text in warnings)


@pytest.mark.parametrize("text", [*NASTY_TEXTS.values(), "\ud800", "hello \udfff", "a" * 100 + "\u0301" * 2000])
def test_no_text_brings_it_down(make_policy: Make, text: str) -> None:
    policy = make_policy(EVIL.replace("[0-9]", "."), pattern_timeout=0.01)
    assert isinstance(policy.propose(make_turn(text)), list)


def test_every_file_is_watched(write_rules: Callable[..., Path]) -> None:
    paths = [write_rules("rules: [{name: a, when: b, say: c}]", name) for name in ("one.yaml", "two.yaml")]
    context = make_context("rules")
    policy = RulesPolicy(RulesOptions(path=paths), context)
    assert context.files == set(paths)
    assert [candidate.evidence[0].source for candidate in policy.propose(make_turn("b"))] == [
        "one.yaml:1",
        "two.yaml:1",
    ]


def test_a_file_with_mistakes_is_refused_with_all_of_them(make_policy: Make) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_policy("rules: [{name: a, when: '[b', say: '{{ c }}'}]")
    assert len(caught.value.problems) == 2
