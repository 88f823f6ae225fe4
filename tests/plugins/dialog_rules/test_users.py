"""What rules and flows learn about users, and know of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialog_core import ActionContext, Bot, ConsentGiven, Context, FactLearned, User
from dialog_core.configuration import ConfigurationError, Options
from dialog_core.stores.memory_profiles import MemoryProfileStore
from dialog_core.testing import make_turn, write_bot
from dialog_core.testing.turns import NOON
from dialog_rules.flow_file import read_flows
from dialog_rules.flow_graph import graphs_of
from dialog_rules.flow_mermaid import mermaid
from dialog_rules.flow_svg import svg
from dialog_rules.policy import RulesPolicy
from dialog_rules.rules_file import read_rules
from dialog_rules.templates import Scope, Templates

Make = Callable[..., RulesPolicy]

RULES = """
    entities: {name: "[A-Za-z]+"}
    rules:
      - name: call_me
        when: ["call me {name}"]
        learn: {name: "{{ name | title }}"}
        say: "Hello {{ user.name }}{% if consent is none %}, may I keep that{% endif %}."
      - name: forget_name
        when: forget my name
        learn: {name: null}
        say: "Forgotten{% if user.name %}?!{% endif %}."
      - name: never
        when: forget me
        consent: false
        say: "Nothing is kept of {{ user.name | default('you') }}."
      - name: always
        when: remember me
        consent: true
        say: "{% if consent %}Thank you!{% endif %}"
      - name: greet
        when: hello
        say: ["Hello{% if user.name %} {{ user.name }}{% endif %}."]
      - name: grown_up
        when: may I
        if: user.age >= 18
        say: You may.
"""


def test_a_rule_learns_a_fact_and_what_it_says_knows_it_at_once(make_policy: Make) -> None:
    (candidate,) = make_policy(RULES).propose(make_turn("call me ann"))
    assert candidate.text == "Hello Ann, may I keep that."
    assert candidate.effects == (FactLearned("name", "Ann"),)


def test_a_rule_forgets_a_fact(make_policy: Make) -> None:
    (candidate,) = make_policy(RULES).propose(make_turn("forget my name", user="u", facts={"name": "Ann"}))
    assert candidate.text == "Forgotten."
    assert candidate.effects == (FactLearned("name", None),)


@pytest.mark.parametrize(
    ("text", "said", "given"),
    [("forget me", "Nothing is kept of you.", False), ("remember me", "Thank you!", True)],
)
def test_a_rule_takes_consent_and_its_words_are_those_afterwards(
    make_policy: Make, text: str, said: str, given: bool
) -> None:
    (candidate,) = make_policy(RULES).propose(make_turn(text, user=User("u", {"name": "Ann"}, consent=not given)))
    assert candidate.text == said
    assert candidate.effects == (ConsentGiven(given=given, at=NOON),)


@pytest.mark.parametrize(("facts", "said"), [({"name": "Ann"}, "Hello Ann."), ({}, "Hello.")])
def test_what_is_known_is_said_and_what_is_not_is_empty(make_policy: Make, facts: dict[str, Any], said: str) -> None:
    (candidate,) = make_policy(RULES).propose(make_turn("hello", user="u", facts=facts))
    assert candidate.text == said


@pytest.mark.parametrize(("facts", "count"), [({"age": 20}, 1), ({"age": 3}, 0), ({}, 0)])
def test_a_fact_nobody_knows_is_neither_more_nor_less_than_anything(
    make_policy: Make, facts: dict[str, Any], count: int, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(make_policy(RULES).propose(make_turn("may I", user="u", facts=facts))) == count
    assert not caplog.records


@pytest.mark.parametrize("name", ["items", "values", "get", "keys", "_facts", "__class__", "know"])
def test_a_fact_may_be_called_anything(name: str) -> None:
    scope = Scope({}, {}, (), {"user": {name: "mine"}, "consent": None})
    assert Templates().template(f"{{{{ user['{name}'] }}}}", set()).render(scope) == "mine"
    unknown = Scope({}, {}, ())
    assert "Facts" not in Templates().template(f"{{{{ user['{name}'] }}}}", set()).render(unknown)


def test_facts_can_be_gone_through() -> None:
    scope = Scope({}, {}, (), {"user": {"name": "Ann", "plan": "gold"}, "consent": True})
    source = "{% for name in user %}{{ name }}={{ user[name] }};{% endfor %}{{ user | length }}{{ 'plan' in user }}"
    assert Templates().template(source, set()).render(scope) == "name=Ann;plan=gold;2True"


FLOWS = """
    slots:
      nickname: {ask: What shall I call you?}
      colour: {ask: Which colour?}
      keep: {type: boolean, ask: "May I keep that, {{ user.name }}?"}
    flows:
      meet:
        start: {when: [meet me]}
        steps:
          - collect: nickname
          - learn: {name: "{{ slots.nickname }}", visits: "{{ (user.visits or 0) + 1 }}", colour: "{{ slots.colour }}"}
          - collect: keep
          - consent: "{{ slots.keep }}"
          - when: consent
            then: [{say: "Kept, {{ user.name }}: {{ user.visits }}."}]
            else: [{say: "Forgotten{{ user.name }}."}]
      forget:
        start: {when: [forget my name]}
        steps: [{learn: {name: null}}, {say: "Gone{{ user.name }}."}]
"""


def profiles() -> MemoryProfileStore:
    return MemoryProfileStore(Options(), Context())


async def test_a_flow_learns_facts_and_takes_consent(talk: Callable[..., Any]) -> None:
    store = profiles()
    bot = talk(FLOWS, profiles=store)

    def say(text: str) -> str:
        return str(bot.bot.reply(text, conversation="c", user="u").text)

    say("meet me")
    assert say("Ann") == "May I keep that, Ann?"
    assert not (await store.get("u")).facts
    assert say("yes") == "Kept, Ann: 1."
    assert (await store.get("u")).known(NOON) == {"name": "Ann", "visits": 1}
    assert say("forget my name") == "Gone."
    say("meet me")
    say("Bob")
    assert say("no") == "Forgotten."
    profile = await store.get("u")
    assert not profile.facts
    assert profile.consent is not None
    assert not profile.consent.given


def test_what_a_flow_has_learnt_is_known_after_an_action_of_the_same_message(talk: Callable[..., Any]) -> None:
    seen: list[User] = []

    def look(context: ActionContext) -> str:
        seen.append(context.user)
        return "found"

    flows = """
    slots: {found: {ask: What?}}
    flows:
      meet:
        start: {when: [meet me]}
        steps:
          - learn: {name: Ann}
          - {do: look, set: {found: "{{ result }}"}}
          - say: "{{ user.name }} {{ slots.found }}"
    """
    bot = talk(flows, actions={"look": look})
    assert bot.say("meet me") == "Ann found"
    assert seen[0].facts == {}, "an action runs before what its flow has learnt is stored"


@pytest.mark.parametrize(
    ("rule", "line", "column", "told"),
    [
        ("learn: {nmae: x}", 5, 13, "the bot declares no fact 'nmae' about its users|Did you mean 'name'?"),
        ("learn: {shoe_size: x}", 5, 13, "the bot declares no fact 'shoe_size'|`profiles.facts` of the bot file"),
        ("say: 'Hi {{ user.nmae }}'", 5, 17, "the bot declares no fact 'nmae'|Did you mean 'name'?"),
        ("say: \"Hi {{ user['nmae'] }}\"", 5, 10, "the bot declares no fact 'nmae'|Did you mean 'name'?"),
        ("{say: x, if: user.nmae}", 0, 0, ""),
        ("consent: perhaps", 5, 14, "consent|"),
    ],
)
def test_a_fact_the_bot_does_not_declare_is_told_where_it_stands(
    write_rules: Callable[..., Path], rule: str, line: int, column: int, told: str
) -> None:
    if not line:
        rule, line, column, told = "if: user.nmae", 5, 9, "the bot declares no fact 'nmae'|Did you mean 'name'?"
    say = "" if rule.startswith("say") else "    say: x\n"
    path = write_rules(f"rules:\n  - name: a\n    when: hello\n    match: whole\n    {rule}\n{say}")
    with pytest.raises(ConfigurationError) as caught:
        read_rules([path], facts=["name"])
    (problem,) = caught.value.problems
    message, _, remedy = told.partition("|")
    assert (problem.line, problem.column) == (line, column), problem
    assert message in f"{problem.path} {problem.message}"
    assert remedy in problem.remedy
    if not rule.startswith("consent"):
        assert read_rules([path]).rules, "without profiles anything may be learnt"


def test_what_a_template_calls_user_itself_is_no_fact(write_rules: Callable[..., Path]) -> None:
    rule = 'say: "{% for user in slots.users %}{{ user.age }}{% endfor %}"'
    assert read_rules([write_rules(f"rules: [{{name: a, when: b, {rule}}}]")], facts=["name"]).rules


def test_mistakes_in_flows_are_told_likewise(write_rules: Callable[..., Path]) -> None:
    text = """
    flows:
      a:
        start: {when: [a]}
        steps:
          - learn: {nmae: x}
          - consent: perhaps
          - say: "{{ user.nmae }}"
          - learn: {}
          - lern: {name: x}
    """
    with pytest.raises(ConfigurationError) as caught:
        read_flows([write_rules(text)], facts=["name"])
    told = [f"{problem.line} {problem.message} {problem.remedy}" for problem in caught.value.problems]
    assert len(told) == 5, told
    assert any(line.startswith("5 the bot declares no fact 'nmae'") for line in told)
    assert any(line.startswith("6 is no consent Write true, false, or a template") for line in told)
    assert any(line.startswith("7 the bot declares no fact 'nmae'") for line in told)
    assert any(line.startswith("8 ") for line in told)
    assert any(line.startswith("9 is no step Did you mean 'learn'?") for line in told)


def test_check_and_loading_tell_them_both(tmp_path: Path) -> None:
    text = """
    version: 1
    bot: {name: Aria, language: en}
    policies: [{use: rules, path: rules.yaml}]
    profiles: {use: memory, facts: {name: What they want to be called}}
    """
    rules = "rules: [{name: a, when: call me, learn: {naem: x}, say: Fine.}]"
    with pytest.raises(ConfigurationError, match=r"naem.*Did you mean 'name'"):
        Bot.load(write_bot(tmp_path, text, **{"rules.yaml": rules}))


def test_pictures_show_what_is_learnt(write_rules: Callable[..., Path]) -> None:
    graphs = graphs_of(read_flows([write_rules(FLOWS)]), "en")
    drawn, chart = svg(graphs), mermaid(graphs)
    for told in ("LEARNS ABOUT THE USER", "TAKES CONSENT", "name = nickname"):
        assert told in drawn
    assert "learn about the user" in chart
    assert "take consent" in chart
