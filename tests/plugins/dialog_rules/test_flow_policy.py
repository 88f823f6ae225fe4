"""The policy `flows` as the framework sees it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import dialog_rules
from dialog_core import Context, FlowStarted, FlowStepped, Registry
from dialog_core.testing import PolicyContract, make_context, make_turn
from dialog_rules.check import check_flows
from dialog_rules.flow_options import FlowsOptions
from dialog_rules.flow_policy import FlowsPolicy
from tests.plugins.dialog_rules.flow_texts import APPOINTMENT, QUIZ, RETURN


class TestFlowsKeepThePolicysContract(PolicyContract):
    answers = "quiz me"
    messages = ("I want to return my order 4512", "quiz me", "hello", "stop")

    def make_policy(self, tmp_path: Path) -> FlowsPolicy:
        paths = [tmp_path / "return.yaml", tmp_path / "quiz.yaml"]
        for path, text in zip(paths, (RETURN, QUIZ), strict=True):
            path.write_text(text, encoding="utf-8")
        return FlowsPolicy(FlowsOptions(path=paths), Context(name="flows", actions={"send_label": False}))


def test_it_registers_the_policy_and_its_command() -> None:
    registry = Registry().registering("rules")
    dialog_rules.dialog_register(registry)
    registration = registry.get("policy", "flows")
    assert registration.category == "flows"
    assert registration.load() is FlowsPolicy
    assert registration.load_options() is FlowsOptions
    assert registration.load_check() is check_flows


def test_checking_finds_every_problem_and_knows_the_actions_of_plugins(write_rules: Callable[..., Path]) -> None:
    path = write_rules(RETURN, "flows.yaml")
    context = make_context("flows")
    (problem,) = check_flows(FlowsOptions(path=path), context)
    assert "there is no action 'send_label'" in problem.message
    assert context.files == {path}
    known = Context(name="flows", actions={"send_label": True})
    assert list(check_flows(FlowsOptions(path=path), known)) == []


def test_it_knows_itself_by_its_name_in_the_bot_file(make_flows: Callable[..., FlowsPolicy]) -> None:
    policy = make_flows(QUIZ)
    other = (FlowStarted("quiz", "another_policy", "1"), FlowStepped("quiz", "1"))
    (candidate,) = policy.propose(make_turn("quiz me", events=other))
    assert candidate.text == "What is 6 times 7?"
    own = (FlowStarted("quiz", "flows", "1"), FlowStepped("quiz", "1"))
    answer, reminder = policy.propose(make_turn("42", events=own))
    assert answer.text == "What is the capital of France?"
    assert reminder.follow_up == "What is 6 times 7?"


def test_several_flows_that_may_begin_are_proposed_best_first(make_flows: Callable[..., FlowsPolicy]) -> None:
    flows = "flows:\n" + "".join(
        f"  {name}:\n    start: {{when: ['{when}']}}\n    steps: [{{say: {name}}}]\n"
        for name, when in (("a", "pay"), ("b", "pay my bill"), ("c", "my bill"), ("d", "bill"))
    )
    found = make_flows(flows).propose(make_turn("I pay my bill"))
    assert [candidate.text for candidate in found] == ["b", "c", "a"]
    assert len(make_flows(flows, candidates=1).propose(make_turn("I pay my bill"))) == 1


def test_a_flow_whose_state_was_never_written_goes_on(make_flows: Callable[..., FlowsPolicy]) -> None:
    events = (FlowStarted("book", "flows", "2"),)
    assert make_flows(APPOINTMENT).propose(make_turn("4", events=events))[0].text == "您要哪种房间？"


def test_what_flows_do_not_need_is_not_imported(write_rules: Callable[..., Path]) -> None:
    path = write_rules(QUIZ, "flows.yaml")
    program = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from pathlib import Path\n"
        "from dialog_rules.flow_options import FlowsOptions\n"
        "from dialog_rules.flow_policy import FlowsPolicy\n"
        "from dialog_core import Context\n"
        f"FlowsPolicy(FlowsOptions(path=Path({str(path)!r})), Context(name='flows'))\n"
        "print(*sorted({'urllib.request', 'http.client', 'regex', 'numpy'} & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert output.split() == []
