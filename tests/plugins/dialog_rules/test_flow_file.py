"""Files of flows: everything that can be wrong with one is found with its line, and with what to do."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError, Problem
from dialog_rules.flow import Ask, Branch, Call, Do, End, FlowBook, Say
from dialog_rules.flow_file import read_flows
from tests.plugins.dialog_rules.flow_texts import APPOINTMENT, QUIZ, RETURN

Read = Callable[..., FlowBook]


@pytest.fixture
def read(write_rules: Callable[..., Path]) -> Read:
    def read_texts(*texts: str, actions: tuple[str, ...] = ("act",)) -> FlowBook:
        paths = [write_rules(text, f"flows{number or ''}.yaml") for number, text in enumerate(texts)]
        return read_flows(paths, actions=dict.fromkeys(actions, False))

    return read_texts


@pytest.fixture
def problems(read: Read) -> Callable[..., list[str]]:
    """Reads files and returns what is wrong with them, each as `file:line: path: message remedy`."""

    def told(*texts: str, actions: tuple[str, ...] = ("act",)) -> list[str]:
        try:
            read(*texts, actions=actions)
        except ConfigurationError as error:
            return [short(problem) for problem in error.problems]
        return []

    return told


def short(problem: Problem) -> str:
    name = problem.file.name if problem.file is not None else ""
    return f"{name}:{problem.line}: {problem.path}: {problem.message}. {problem.remedy}".strip()


def flow(steps: str, start: str = "") -> str:
    """Return a file with one flow `f`, whose first step is on line 6."""
    head = "slots:\n  name: {type: text, ask: Name?}\n  n: {type: integer}\nflows:\n  f:\n"
    return f"{head}{start}    steps:\n{textwrap.indent(textwrap.dedent(steps).strip(), '      ')}\n"


# --- Files that are right


@pytest.mark.parametrize("text", [RETURN, APPOINTMENT, QUIZ], ids=["return", "appointment", "quiz"])
def test_files_as_people_write_them_are_read(read: Read, text: str) -> None:
    assert read(text, actions=("send_label",)).flows


def test_every_kind_of_step_is_read(read: Read) -> None:
    book = read(
        flow(
            """
            - say: [Hello, {text: Hallo, language: de}]
            - collect: name
            - choose: size
              options: {s: Small, l: {label: Large, when: ["[big|huge]"]}}
            - do: act
              with: {name: "{{ slots.name }}"}
            - when: slots.n
              then: {say: Yes}
              else: [{end: over}]
            - set: {n: 3}
            - call: g
            - hand_over: too hard
            """
        )
        + "  g:\n    steps: [{say: Sub}]\n"
    )
    steps = list(book.flows["f"].walk())
    kinds = [type(step).__name__ for step in steps]
    assert kinds == ["Say", "Ask", "Ask", "Do", "Branch", "Say", "End", "SetSlots", "Call", "HandOver"]
    assert [step.id for step in steps] == ["1", "2", "3", "4", "5", "5.then.1", "5.else.1", "6", "7", "8"]
    say, _, choose, do, branch, then, end, _, call, _ = steps
    assert isinstance(say, Say)
    assert isinstance(choose, Ask)
    assert [option.value for option in choose.slot.options] == ["s", "l"]
    assert isinstance(do, Do)
    assert not do.use.own
    assert isinstance(branch, Branch)
    assert (branch.then, branch.other) == (then, end)
    assert then.next is branch.next
    assert isinstance(end, End)
    assert isinstance(call, Call)
    assert book.flows["f"].touched == ("name", "size", "n")


def test_files_share_slots_actions_and_flows(read: Read) -> None:
    book = read(
        "slots: {name: {type: text, ask: Name?}}\nflows:\n  a:\n    steps: [{call: b}]\n",
        "flows:\n  b:\n    steps: [{collect: name}]\n",
    )
    assert list(book.flows) == ["a", "b"]
    assert book.flows["b"].file == "flows1.yaml"


# --- Files that are wrong

WRONG = {
    "an unknown step": ("- sya: Hello", "flows.yaml:7: flows.f.steps[0].sya: is no step. Did you mean 'say'?"),
    "no step at all": ("- hello", "flows.yaml:7: flows.f.steps[0]: is no step. A step begins with one of: collect"),
    "two steps in one": (
        "- say: Hello\n  collect: name",
        "flows.yaml:7: flows.f.steps[0]: is two steps in one: `collect` and `say`. Begin each step on a line",
    ),
    "an unknown key of a step": ("- collect: name\n  aks: Name?", "flows.yaml:8: flows.f.steps[0].aks: unknown key"),
    "an unknown slot": ("- collect: nmae", "flows.yaml:7: flows.f.steps[0].collect: there is no slot 'nmae'. Did"),
    "a slot nobody declared": ("- collect: zzz", "Declare it under `slots:`"),
    "an unknown slot in a text": (
        "- say: Hello\n- say: Dear {{ slots.nmae }}",
        "flows.yaml:8: flows.f.steps[1].say: there is no slot 'nmae'. Did you mean 'name'?",
    ),
    "an unknown slot in a condition": (
        "- when: slots.m > 3\n  then: {say: Hello}",
        "flows.yaml:7: flows.f.steps[0].when: there is no slot 'm'.",
    ),
    "an unknown slot that is set": ("- set: {m: 3}", "flows.yaml:7: flows.f.steps[0].set.m: there is no slot 'm'"),
    "a slot without slots": ("- say: Dear {{ name }}", "nothing is called `name` here. If it is a slot, write slots"),
    "an unknown action": ("- do: atc", "flows.yaml:7: flows.f.steps[0].do: there is no action 'atc'. Did you mean"),
    "an action named context": ("- do: act\n  with: {context: x}", "steps[0].with.context: is taken. Rename it"),
    "an unknown flow": ("- call: g", "flows.yaml:7: flows.f.steps[0].call: there is no flow 'g'."),
    "a condition nobody can read": ("- when: n ==\n  then: {say: x}", "flows.yaml:7: flows.f.steps[0].when: "),
    "a branch with nothing in it": ("- when: slots.n", "flows.yaml:7: flows.f.steps[0].then: is missing. Add `then:`"),
    "an empty list of steps": ("- when: slots.n\n  then: []", "flows.yaml:8: flows.f.steps[0].then: is empty."),
    "a choice of nothing": ("- choose: name", "flows.yaml:7: flows.f.steps[0].options: is missing. Add `options:`"),
    "a choice made twice": ("- choose: x\n  options: [a, a]", "steps[0].options[1]: 'a' can be chosen twice"),
    "a label that changes": (
        "- choose: x\n  options: {a: {label: '{{ slots.n }}'}}",
        "steps[0].options.a.label: a label cannot be a template",
    ),
    "steps behind the end": (
        "- end: done\n- say: Hello\n- say: again",
        "flows.yaml:8: flows.f.steps: this step is never reached. Remove it, or take away the `end`",
    ),
    "steps behind a branch that never comes back": (
        "- when: slots.n\n  then: {end: a}\n  else: {hand_over: b}\n- say: Hello",
        "flows.yaml:10: flows.f.steps: this step is never reached.",
    ),
    "`continue` anywhere": ("- say: Hello\n- continue: true", "`continue` has a meaning within `otherwise` only"),
    "a flow that calls itself": (
        "- say: Hello\n- call: f",
        "flows.yaml:8: flows.f.steps: the flow 'f' never ends: it always goes on to 'f', and so round again.",
    ),
    "a flow that goes round without asking": (
        "- when: slots.n\n  then: {call: f}\n- say: Hello",
        "flows.yaml:8: flows.f.steps: the flow 'f' comes back to itself through 'f' without asking the user anything",
    ),
    "too many attempts": ("- collect: name\n  attempts: 0", "flows.yaml:8: flows.f.steps[0].attempts: "),
}


@pytest.mark.parametrize(("steps", "told"), WRONG.values(), ids=WRONG)
def test_a_mistake_in_a_step_is_found(problems: Callable[..., list[str]], steps: str, told: str) -> None:
    found = problems(flow(steps))
    assert len(found) == 1, found
    assert told in found[0]


FILES = {
    "a key nobody knows": ("flow: {}\n", "flows.yaml:1: flow: unknown key. Did you mean 'flows'?"),
    "a flow without steps": ("flows:\n  f: {title: Hm}\n", "flows.yaml:2: flows.f.steps: is missing"),
    "a start without a pattern": (
        "flows:\n  f:\n    start: {match: whole}\n    steps: [{say: x}]\n",
        "flows.yaml:3: flows.f.start.when: is missing. Add `when:` with patterns, or `intent:`",
    ),
    "a start for everything": (
        "flows:\n  f:\n    start: {when: [(a)]}\n    steps: [{say: x}]\n",
        "flows.yaml:3: flows.f.start.when[0]: ",
    ),
    "a pattern that is never closed": (
        "flows:\n  f:\n    start:\n      when: '[a|b'\n    steps: [{say: x}]\n",
        "flows.yaml:4: flows.f.start.when: `[` is never closed",
    ),
    "a type nobody knows": ("slots: {n: {type: nubmer}}\nflows: {}\n", "flows.yaml:1: slots.n.type: "),
    "a condition over what is not there": (
        "slots:\n  n: {type: integer, validate: slots.m < value}\nflows: {}\n",
        "flows.yaml:2: slots.n.validate: there is no slot 'm'",
    ),
    "a message nobody says": ("messages: {cancled: Bye}\nflows: {}\n", "messages.cancled: unknown key. Did you mean"),
    "a word that is none": ("words: {yse: [si]}\nflows: {}\n", "words.yse: unknown key. Did you mean 'yes'?"),
    "a secret in the file": (
        "actions:\n  a:\n    url: https://x.example/\n    headers: {Authorization: Bearer 123}\nflows: {}\n",
        "flows.yaml:4: actions.a.headers.Authorization: what stands in a header may be a secret",
    ),
    "an address that is none": (
        "actions:\n  a: {url: x.example}\nflows: {}\n",
        "flows.yaml:2: actions.a.url: the address is neither http:// nor https://",
    ),
    "slots in the body of an action": (
        "slots: {n: {}}\nactions:\n  a: {url: 'http://x/', json: {n: '{{ slots.n }}'}}\nflows: {}\n",
        "flows.yaml:3: actions.a.json.n: an action knows its arguments and no slots. Give it to the action",
    ),
    "a name with a dash": ("flows:\n  my-flow:\n    steps: [{say: x}]\n", "'my-flow' cannot be the name of a flow"),
}


@pytest.mark.parametrize(("text", "told"), FILES.values(), ids=FILES)
def test_a_mistake_in_a_file_is_found(problems: Callable[..., list[str]], text: str, told: str) -> None:
    found = problems(text)
    assert len(found) == 1, found
    assert told in found[0]


def test_all_mistakes_are_found_at_once(problems: Callable[..., list[str]]) -> None:
    found = problems(flow("- sya: Hello\n- collect: nmae\n- do: atc\n- call: g\n- say: '{{ slots.x }}'"))
    assert [one.split(":")[1] for one in found] == ["7", "8", "9", "10", "11"]


def test_the_same_name_twice_is_told_with_the_other_place(problems: Callable[..., list[str]]) -> None:
    text = "slots: {n: {}}\nflows:\n  f:\n    steps: [{say: x}]\n"
    assert problems(text, text) == [
        "flows1.yaml:1: slots.n: two slots are called 'n': the other one is in flows.yaml:1. Rename one of them.",
        "flows1.yaml:3: flows.f: two flows are called 'f': the other one is in flows.yaml:3. Rename one of them.",
    ]


def test_flows_that_go_round_through_each_other_are_found(problems: Callable[..., list[str]]) -> None:
    text = """
    flows:
      a:
        steps: [{say: A}, {call: b}]
      b:
        steps:
          - say: B
          - call: a
    """
    assert len(problems(text)) == 2
    assert "flows.yaml:6" in problems(text)[1] or "flows.yaml:7" in problems(text)[1]


def test_flows_that_ask_on_the_way_round_are_no_mistake(problems: Callable[..., list[str]]) -> None:
    text = """
    slots: {again: {type: boolean, ask: Again?}}
    flows:
      a:
        steps: [{say: A}, {call: b}]
      b:
        steps: [{collect: again}, {when: slots.again, then: {call: a}}]
    """
    assert problems(text) == []


def test_which_actions_there_are_may_be_unknown(write_rules: Callable[..., Path]) -> None:
    assert read_flows([write_rules(flow("- do: whatever"))]).flows


@pytest.mark.parametrize(
    "text", ["", "- a\n", "flows: 3\n", "flows: {}\n", "flows:\n  f: 3\n", "flows: {f: {steps: 3}}\n", "{"]
)
def test_files_of_another_shape_are_told_in_words(problems: Callable[..., list[str]], text: str) -> None:
    found = problems(text)
    assert len(found) == 1
    assert found[0].startswith("flows.yaml:")
