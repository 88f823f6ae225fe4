import asyncio
import importlib.util
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import PluginError
from dialog_rasa.actions.in_process import actions_of
from dialog_rasa.actions.in_process.standing_in import installed, standing_in
from tests.plugins.dialog_rasa.actions.sdk_server import ENVIRONMENT, SHOP, sdk_python
from tests.plugins.dialog_rasa.actions.shop_bot import call, tracker

Actions = dict[str, Callable[..., Any]]
ACTION = """
    from rasa_sdk import Action

    class A(Action):
        def name(self):
            return "action_a"

        def run(self, dispatcher, tracker, domain):
            {does}
"""


class Desk:
    """A folder on Python's path, whose modules are forgotten afterwards."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> str:
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        importlib.invalidate_caches()
        return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def actions(self, text: str, name: str = "desk_actions.py") -> Actions:
        return actions_of(self.write(name, text))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    yield Desk(tmp_path)
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


def test_every_action_of_a_module_is_a_function_by_its_name(shop_actions: Actions) -> None:
    assert {
        "action_offer",
        "action_async",
        "validate_order_form",
        "action_validate_slot_mappings",
    } <= shop_actions.keys()
    assert shop_actions["action_offer"].__name__ == "action_offer"
    assert shop_actions["action_offer"].__doc__ == "Offers two drinks."
    assert asyncio.iscoroutinefunction(shop_actions["validate_order_form"])


def test_nothing_is_left_behind_that_looks_like_the_sdk(desk: Desk) -> None:
    function = desk.actions(ACTION.format(does="import rasa_sdk.events; return [rasa_sdk.events.SlotSet('a', 1)]"))
    assert function["action_a"](call=call("action_a"))["events"][0]["name"] == "a"
    assert not [name for name in sys.modules if name.split(".")[0] == "rasa_sdk"]
    assert importlib.util.find_spec("rasa_sdk") is None


def test_what_old_files_import_is_there_if_nothing_comes_of_it(desk: Desk) -> None:
    old = "from rasa_sdk import events\nfrom rasa_sdk.exceptions import FileIOException\n"
    old += "from rasa_sdk.forms import FormAction\n"
    assert list(desk.actions(old + textwrap.dedent(ACTION.format(does="return [events.SlotSet('a')]")))) == ["action_a"]


def test_two_may_stand_in_at_once_and_the_last_one_clears_up() -> None:
    first, second = standing_in(), standing_in()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert "rasa_sdk" in sys.modules
    assert not installed()
    second.__exit__(None, None, None)
    assert "rasa_sdk" not in sys.modules


def test_two_plugins_may_be_imported_at_the_same_time(desk: Desk) -> None:
    names = [
        desk.write(f"shop{number}.py", ACTION.format(does=f"return [{{'event': 'n{number}'}}]")) for number in range(8)
    ]
    found: dict[str, Actions] = {}
    threads = [threading.Thread(target=lambda name=name: found.update({name: actions_of(name)})) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kinds = [found[name]["action_a"](call=call("action_a"))["events"][0]["event"] for name in names]
    assert kinds == [f"n{number}" for number in range(8)]
    assert "rasa_sdk" not in sys.modules


def test_actions_of_a_package_may_stand_in_any_of_its_modules(desk: Desk) -> None:
    desk.write("pack/base.py", "from rasa_sdk import Action\nclass Base(Action):\n    pass\n")
    desk.write("pack/__main__.py", "raise SystemExit('not to be run')")
    desk.write(
        "pack/a.py", ACTION.format(does="return []").replace("(Action)", "(Base)") + "    from .base import Base\n"
    )
    desk.write("pack/a.py", "from pack.base import Base\nclass A(Base):\n    def name(self): return 'action_a'\n")
    assert list(actions_of(desk.write("pack/__init__.py", ""))) == ["action_a"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import rasa_sdk\nx = [\n", "desk_actions.py:2: desk_actions is no Python: '[' was never closed"),
        (
            "import no_such_thing.at_all",
            "desk_actions.py:1: desk_actions needs 'no_such_thing', which is not installed",
        ),
        (
            "from rasa_sdk.knowledge_base.actions import X",
            "desk_actions.py:1: rasa_sdk.knowledge_base is a part of Rasa's",
        ),
        (
            "from rasa_sdk.forms import FormAction\nclass Order(FormAction):\n    pass",
            "desk_actions.py:2: desk_actions cannot be imported: TypeError: Order is a FormAction, which is of Rasa",
        ),
        ("x = 0\ny = 1 / x", "desk_actions.py:2: desk_actions cannot be imported: ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "desk_actions.py:1: desk_actions cannot be imported: SystemExit: 3"),
    ],
)
def test_a_module_that_cannot_be_imported_is_told_with_its_line(text: str, reason: str, desk: Desk) -> None:
    with pytest.raises(PluginError) as raised:
        desk.actions(text)
    assert reason in str(raised.value)
    assert "rasa_sdk" not in sys.modules


def test_a_module_that_is_not_there_is_told() -> None:
    with pytest.raises(PluginError, match="there is no module 'no_such_actions' to take custom actions from"):
        actions_of("no_such_actions")


def test_a_module_of_another_project_is_not_taken_for_ones_own(desk: Desk, tmp_path: Path) -> None:
    name = desk.write("pack/actions.py", ACTION.format(does="return []"))
    assert list(actions_of(name, beside=tmp_path / "robin_actions" / "in_process.py")) == ["action_a"]
    with pytest.raises(PluginError, match=r"'pack\.actions' is found in .*pack, and not in .*elsewhere"):
        actions_of(name, beside=tmp_path / "elsewhere" / "robin_actions" / "in_process.py")


def test_of_two_actions_of_one_name_in_a_file_the_later_counts_and_both_places_are_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    twice = ACTION.format(does="return []") + '\n    class B(A):\n        """Later."""\n'
    assert desk.actions(twice)["action_a"].__doc__ == "Later."
    assert "two actions are called 'action_a': desk_actions.py:3 and desk_actions.py:10" in caplog.text


def test_two_actions_of_one_name_in_different_files_are_refused_with_both_places(desk: Desk) -> None:
    desk.write("desks/__init__.py", "")
    desk.write("desks/one.py", ACTION.format(does="return []"))
    desk.write("desks/two.py", ACTION.format(does="return []"))
    with pytest.raises(PluginError, match=r"two actions are called 'action_a': one\.py:3 and two\.py:3"):
        actions_of("desks")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("pass", "desk_actions.py:2: A has no name. Give it a method `name`"),
        ("name = lambda self: 7", "the name of A is 7; it has to be a text"),
        ("def __init__(self, shop): pass", "A cannot be made: TypeError"),
    ],
)
def test_an_action_that_cannot_be_called_by_a_name_is_told(body: str, reason: str, desk: Desk) -> None:
    with pytest.raises(PluginError) as raised:
        desk.actions(f"from rasa_sdk import Action\nclass A(Action):\n    {body}\n")
    assert reason in str(raised.value)


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("raise KeyError('till')", "the action 'action_a' failed: KeyError: 'till' (desk_actions.py:8)"),
        ("__import__('json').loads('{')", "failed: JSONDecodeError: Expecting property name"),
        ("raise SystemExit('bye')", "failed: SystemExit: bye (desk_actions.py:8)"),
        ("import rasa_sdk.knowledge_base", "failed: ModuleNotFoundError: No module named 'rasa_sdk.knowledge_base'"),
        ("return {'event': 'slot'}", "returned a dict; it has to return a list of events"),
        ("return [{'event': 'slot', 'name': 'a', 'value': object()}]", "returned or said what is no JSON"),
        ("return [{'event': 'slot', 'name': 'a', 'value': float('nan')}]", "returned or said what is no JSON"),
        ("dispatcher.utter_message(json_message={'a': {1}})", "returned or said what is no JSON"),
    ],
)
def test_an_action_that_fails_says_at_which_line(does: str, reason: str, desk: Desk) -> None:
    with pytest.raises(Exception, match="action_a") as raised:
        desk.actions(ACTION.format(does=does))["action_a"](call=call("action_a"))
    assert reason in str(raised.value)
    assert "rasa_sdk" not in sys.modules


async def test_an_asynchronous_action_that_blocks_does_not_block_the_bot(desk: Desk) -> None:
    blocking = ACTION.format(does="__import__('time').sleep(0.3); return []").replace("def run", "async def run")
    running = asyncio.ensure_future(desk.actions(blocking)["action_a"](call=call("action_a")))
    turns = 0
    while not running.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10
    assert (await running)["events"] == []


async def test_an_action_that_is_given_up_is_cancelled(desk: Desk) -> None:
    text = """
        import asyncio
        from rasa_sdk import Action
        log = []

        class A(Action):
            def name(self):
                return "action_a"

            async def run(self, dispatcher, tracker, domain):
                log.append("begun")
                try:
                    await asyncio.sleep(60)
                finally:
                    log.append("ended")
    """
    running = asyncio.ensure_future(desk.actions(text)["action_a"](call=call("action_a")))
    log = sys.modules["desk_actions"].log
    while not log:
        await asyncio.sleep(0.01)
    running.cancel()
    while len(log) < 2:
        await asyncio.sleep(0.01)
    assert log == ["begun", "ended"]
    with pytest.raises(asyncio.CancelledError):
        await running


def test_a_client_that_an_action_keeps_finds_its_loop_again(desk: Desk) -> None:
    text = ACTION.format(does="return [{'event': str(id(__import__('asyncio').get_running_loop()))}]")
    function = desk.actions(text.replace("def run", "async def run"))["action_a"]
    first, second = [asyncio.run(function(call=call("action_a"))) for _ in range(2)]
    assert first == second


def test_a_plain_method_may_hand_back_a_coroutine(desk: Desk) -> None:
    text = ACTION.format(does="return self.later(dispatcher)")
    text += "\n        async def later(self, dispatcher):\n            dispatcher.utter_message('later')\n"
    assert desk.actions(text)["action_a"](call=call("action_a"))["responses"][0]["text"] == "later"


def test_what_an_action_changes_is_its_own_copy(desk: Desk) -> None:
    told = call("action_a", tracker(drink="tea"))
    does = "tracker.slots['drink'] = 'spilt'; domain['forms'].clear(); tracker.events.append({}); return []"
    desk.actions(ACTION.format(does=does))["action_a"](call=told)
    assert told == call("action_a", tracker(drink="tea"))


def test_a_validation_that_returns_no_slots_changes_nothing_and_is_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    text = """
        from rasa_sdk import FormValidationAction

        class ValidateOrderForm(FormValidationAction):
            def name(self):
                return "validate_order_form"

            def validate_drink(self, value, dispatcher, tracker, domain):
                return value

            def extract_size(self, dispatcher, tracker, domain):
                return None
    """
    told = call("validate_order_form", candidates={"drink": "tea"})
    outcome = asyncio.run(desk.actions(text)["validate_order_form"](call=told))
    assert [(event["name"], event["value"]) for event in outcome["events"]] == [("drink", "tea")]
    assert "ValidateOrderForm: validate_drink returned str and no dict of slots" in caplog.text
    assert "extract_size returned NoneType" in caplog.text


def test_pieces_are_said_as_messages(desk: Desk) -> None:
    text = ACTION.format(does="await dispatcher.stream_chunk('a'); await dispatcher.stream_chunk(text='b', image='c')")
    text = text.replace("def run", "async def run") + "            await dispatcher.stream_end()\n"
    outcome = asyncio.run(desk.actions(text)["action_a"](call=call("action_a")))
    assert [(said["text"], said["image"]) for said in outcome["responses"]] == [("a", None), ("b", "c")]


@pytest.mark.slow
def test_where_the_sdk_is_installed_it_is_what_actions_get(tmp_path: Path) -> None:
    sdk_python()
    [packages] = (ENVIRONMENT / "lib").glob("python*/site-packages")
    script = f"""
        import asyncio, sys
        sys.path += [{str(packages)!r}]  # behind everything else, so that only what is missing is found there
        sys.path.insert(0, {str(SHOP)!r})
        from dialog_rasa.actions.in_process import actions_of
        from tests.plugins.dialog_rasa.actions.shop_bot import call, tracker
        actions = actions_of("shop_actions")
        told = call("validate_order_form", candidates={{"drink": "Wein", "size": "L"}})
        print(asyncio.run(actions["validate_order_form"](call=told))["responses"][0]["text"])
        print(asyncio.run(actions["action_unwilling"](call=told)))
        print(sys.modules["rasa_sdk"].__file__)
    """
    run = subprocess.run(
        [sys.executable, "-B", "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=100
    )
    said, rejected, file = run.stdout.splitlines() or [run.stderr, "", ""]
    assert said == "There is no Wein."
    assert rejected == "{'rejected': 'not in the mood'}"
    assert file.startswith(str(packages))
