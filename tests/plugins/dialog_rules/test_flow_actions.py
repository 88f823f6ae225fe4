"""Flows and their actions: what becomes of the conversation when they work, fail, hang or talk nonsense."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, Candidate
from dialog_core.testing import ScriptedPolicy, write_bot
from tests.plugins.dialog_rules.services import Service, flood, redirect, reply, serve, trickle

Begin = Callable[..., Any]

ORDER = """
slots:
  order: {type: text, pattern: '\\d{4}', ask: Which order?}
  total: {type: number}
  note: {type: text, ask: Anything else?}
flows:
  pay:
    start: {when: [pay]}
    steps:
      - collect: order
      - do: charge
        with: {order: "{{ slots.order }}"}
        SETTINGS
        set: {total: "{{ result.total }}"}
        otherwise:
          - say: "That did not work ({{ error }})."
          - continue: true
      - collect: note
      - say: "Order {{ slots.order }}: {{ slots.total or 'nothing' }}, {{ slots.note }}."
"""


def pay(talk: Begin, charge: Any, settings: str = "timeout: 5s", **more: Any) -> Any:
    return talk(ORDER.replace("SETTINGS", settings), actions={"charge": charge}, **more)


def parts(reply: Any) -> str:
    """Return what the trace says of actions."""
    return "; ".join(part["verdict"] for part in reply.trace["parts"] if part["part"].startswith("action"))


# --- Python actions


def test_a_plain_and_an_async_action_set_slots_from_their_result(talk: Begin) -> None:
    async def later(order: str) -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"total": 9.5}

    for charge in (lambda order: {"total": 9.5}, later):
        shop = pay(talk, charge)
        assert shop.say("pay", "4512") == "Anything else?"
        assert shop.slots == {"order": "4512", "total": 9.5}
        assert shop.say("no thanks") == "Order 4512: 9.5, no thanks."


def raising(order: str) -> Any:
    raise RuntimeError("the till is empty")


def hanging(order: str) -> Any:
    time.sleep(5)


async def hanging_politely(order: str) -> Any:
    await asyncio.sleep(5)


class Strange:
    """Something no JSON can hold."""


@pytest.mark.parametrize(
    ("charge", "told"),
    [
        (raising, "RuntimeError: the till is empty"),
        (hanging, "took longer than 0.1 s"),
        (hanging_politely, "took longer than 0.1 s"),
        (lambda order: Strange(), "not JSON serializable"),
        (lambda order: {"total": float("nan")}, "not JSON compliant"),
        (lambda order: {"total": "a lot"}, "the slot 'total' (number) cannot hold 'a lot'"),
        (lambda order: {"sum": 3}, "the action 'charge' has no value for the slot 'total'"),
        (lambda order: None, "the action 'charge' has no value for the slot 'total'"),
        (lambda order: "done", "the action 'charge' has no value for the slot 'total'"),
        (lambda: {"total": 1}, "unexpected keyword argument 'order'"),
        (lambda order: sys.exit(3), "SystemExit"),
    ],
)
def test_an_action_that_goes_wrong_is_told_and_the_conversation_goes_on(talk: Begin, charge: Any, told: str) -> None:
    shop = pay(talk, charge, "timeout: 0.1s")
    said = shop.say("pay", "4512")
    assert said.startswith("That did not work (")
    assert said.endswith(").\n\nAnything else?")
    assert told in said
    assert shop.slots == {"order": "4512"}
    assert told in shop.reply.messages[0].evidence[0].metadata["error"]
    assert told in parts(shop.reply) or "slot" in told
    assert shop.say("no thanks") == "Order 4512: nothing, no thanks."


def test_without_otherwise_a_failure_ends_the_flow_and_nothing_else(talk: Begin) -> None:
    flows = ORDER.replace("SETTINGS", "retries: 0")
    flows = flows[: flows.index("        otherwise")] + flows[flows.index("      - collect: note") :]
    shop = talk(flows, actions={"charge": raising})
    assert shop.say("pay", "4512") == "I am sorry, that did not work just now. Please try again later."
    assert shop.ended == [("pay", "failed")]
    assert shop.slots == {"order": "4512"}
    assert shop.say("pay") == "Which order?"


def test_an_action_that_fails_is_tried_again_with_the_same_key(talk: Begin) -> None:
    keys: list[str] = []

    def charge(order: str, context: Any) -> dict[str, Any]:
        keys.append(context.idempotency_key)
        if len(keys) < 3:
            raise ConnectionError("busy")
        return {"total": 1}

    shop = pay(talk, charge, "retries: 2")
    assert shop.say("pay", "4512") == "Anything else?"
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert parts(shop.reply) == "ran, tried 3 times"


def test_the_action_of_a_flow_that_loses_never_runs(talk: Begin) -> None:
    ran: list[str] = []
    flows = "flows:\n  buy:\n    start: {when: [buy]}\n    steps: [{do: charge}, {say: Bought.}]\n"
    better = ScriptedPolicy(Candidate("Nothing is for sale today.", 1.0), mode="inline")
    shop = talk(
        flows, actions={"charge": lambda: ran.append("x")}, others={"better": better}, kinds={"better": "rules"}
    )
    assert shop.say("I would like to buy what you have") == "Nothing is for sale today."
    assert ran == []
    assert shop.flows == []


def test_what_an_action_is_given_is_never_made_up(talk: Begin) -> None:
    ran: list[Any] = []
    flows = """
    slots: {word: {type: text, ask: A word?}}
    flows:
      half:
        start: {when: [half]}
        steps:
          - collect: word
          - do: cut
            with: {half: "{{ slots.word / 2 }}"}
            otherwise: {say: "No: {{ error }}"}
    """
    shop = talk(flows, actions={"cut": lambda half: ran.append(half)})
    assert shop.say("half", "apple").startswith("No: what 'cut' is given cannot be made: unsupported operand")
    assert ran == []


def test_templates_in_what_a_user_says_stay_words(talk: Begin) -> None:
    given: list[str] = []
    flows = """
    slots: {word: {type: text, ask: A word?}}
    flows:
      echo:
        start: {when: [echo]}
        steps: [{collect: word}, {do: keep, with: {word: "<{{ slots.word }}>"}}, {say: "You said {{ slots.word }}."}]
    """
    shop = talk(flows, actions={"keep": lambda word: given.append(word)})
    said = "{{ 7 * 7 }} {% raw %} {{ slots.__class__ }}"
    assert shop.say("echo", said) == f"You said {said}."
    assert given == [f"<{said}>"]


def test_at_most_nine_actions_run_in_a_turn_and_the_flow_has_the_last_word(talk: Begin) -> None:
    ran: list[int] = []
    steps = ", ".join("{do: step}" for _ in range(12))
    shop = talk(
        f"flows:\n  many:\n    start: {{when: [go]}}\n    steps: [{steps}, {{say: Done it.}}]\n",
        actions={"step": lambda: ran.append(1)},
    )
    assert shop.say("go").startswith("I am sorry")
    assert len(ran) == 9
    assert shop.flows == []


# --- Actions that judge an answer

JUDGED = """
slots:
  order: {type: text, pattern: '\\d{4}', ask: Which order?, invalid: "{{ error or 'No.' }}"}
flows:
  track:
    start: {when: [track]}
    steps:
      - collect: order
        validate: {do: known, with: {order: "{{ value }}"}, timeout: 0.1s}
        otherwise: [{say: "Sorry: {{ error or 'none of these' }}"}]
      - say: "Order {{ slots.order }}."
"""


def test_an_action_judges_an_answer(talk: Begin) -> None:
    verdicts: dict[str, Any] = {
        "1111": False,
        "2222": "We have no 2222.",
        "3333": {"valid": False, "reason": "Old."},
        "4444": {"valid": True, "value": "0044"},
    }
    shop = talk(JUDGED.replace("ask:", "ask:", 1), actions={"known": lambda order: verdicts[order]})
    assert shop.say("track", "1111") == "No.\n\nWhich order?"
    assert shop.say("2222") == "We have no 2222.\n\nWhich order?"
    assert shop.say("stop") != ""
    assert shop.say("track", "3333") == "Old.\n\nWhich order?"
    assert "order" not in shop.slots
    assert shop.say("4444") == "Order 0044."


@pytest.mark.parametrize("verdict", [None, 1, [], {"valid": "yes"}, {"value": "1"}, {"valid": True, "value": 2.5}])
def test_a_verdict_that_is_none_goes_another_way(talk: Begin, verdict: Any) -> None:
    flows = JUDGED.replace("type: text, pattern: '\\d{4}'", "type: integer").replace("order }}.", "order }}!")
    shop = talk(flows, actions={"known": lambda order: verdict})
    assert shop.say("track", "1111").startswith("Sorry: ")
    assert shop.flows == []


@pytest.mark.parametrize("known", [raising, hanging])
def test_a_judge_who_fails_judges_nobody(talk: Begin, known: Any) -> None:
    shop = talk(JUDGED, actions={"known": known})
    assert shop.say("track", "1111").startswith("Sorry: ")
    assert "order" not in shop.slots
    assert shop.say("track") == "Which order?"


# --- Web services


@pytest.fixture
def service() -> Iterator[Service]:
    with serve() as running:
        yield running


def web(talk: Begin, service: Service, method: str = "GET") -> Any:
    flows = ORDER.replace("SETTINGS", "retries: 1") + (
        f"actions:\n  charge: {{url: '{service.url}/orders/{{{{ order }}}}', timeout: 0.3s, method: {method}}}\n"
    )
    return talk(flows)


def test_a_service_is_asked_after_the_choice_and_its_answer_used(talk: Begin, service: Service) -> None:
    service.answer = lambda handler: reply(handler, {"total": 12})
    shop = web(talk, service, "POST")
    assert shop.say("pay", "4512", "nothing") == "Order 4512: 12, nothing."
    (asked,) = service.asked
    assert (asked.path, asked.body) == ("/orders/4512", b'{"order": "4512"}')
    assert asked.headers["Idempotency-Key"].startswith("c/")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda handler: reply(handler, {}, 500), "the service answered 500"),
        (lambda handler: time.sleep(0.5), "longer than 0.3 s"),
        (trickle, "longer than 0.3 s"),
        (redirect("http://127.0.0.1:1/admin"), "cannot be reached"),
        (redirect("/again"), "within the local network"),
        (flood, "more than 1,000,000 bytes"),
        (lambda handler: reply(handler, b"<p>"), "no JSON"),
        (lambda handler: reply(handler, ["total"]), "no value for the slot"),
        (lambda handler: reply(handler, {"total": "x"}), "cannot hold 'x'"),
    ],
)
def test_a_service_that_fails_is_told_and_the_conversation_goes_on(
    talk: Begin, service: Service, answer: Any, told: str
) -> None:
    service.answer = answer
    shop = web(talk, service)
    said = shop.say("pay", "4512")
    assert told in said
    assert said.endswith("Anything else?")
    assert shop.slots == {"order": "4512"}
    assert told in shop.reply.messages[0].evidence[0].metadata["error"]
    assert "tried 2 times" in parts(shop.reply) or "ran" in parts(shop.reply)
    service.answer = lambda handler: reply(handler, {"total": 3})
    assert shop.say("stop", "pay", "4512", "ok") == "Order 4512: 3, ok."


# --- The process ends in between

BOT = """
version: 1
policies:
  - {name: flows, use: flows, path: flows.yaml}
store: {use: sqlite, path: talks.db, synchronous: full}
"""

QUESTIONS = """
slots:
  name: {type: text, ask: Your name?}
  size: {ask: "Which size?", options: [small, large]}
  count: {type: integer, ask: How many?}
flows:
  order:
    start: {when: [order]}
    steps:
      - collect: name
      - call: details
      - say: "{{ slots.count }} {{ slots.size }} for {{ slots.name }}."
  details:
    steps: [{choose: size}, {collect: count}]
"""


def test_a_flow_goes_on_where_it_was_after_every_restart(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT, **{"flows.yaml": QUESTIONS})

    def say(text: str) -> str:
        with Bot.load(bot) as loaded:
            return loaded.reply(text, conversation="c").text

    assert say("order, please") == "Your name?"
    assert say("Ann") == "Which size?"
    assert say("smal") == "How many?"
    assert say("no, large") == "All right: large.\n\nHow many?"
    assert say("dunno") == "Sorry, I did not understand that as an answer.\n\nHow many?"
    assert say("three") == "3 large for Ann."


def test_a_file_that_has_changed_ends_what_it_no_longer_knows(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT, **{"flows.yaml": QUESTIONS})
    with Bot.load(bot) as loaded:
        loaded.reply("order", conversation="c")
    (tmp_path / "flows.yaml").write_text(QUESTIONS.replace("  order:\n    start", "  buy:\n    start"))
    with Bot.load(bot) as loaded:
        assert loaded.reply("hm", conversation="c").policy == "fallback"
        assert loaded.reply("order", conversation="c").text == "Your name?"
        assert [flow.name for flow in loaded.conversation("c").flows] == ["buy"]


PROGRAM = """
import os, sys
from pathlib import Path
from dialog_core.testing import make_bot
from dialog_core import Context
from dialog_core.testing import make_context
from dialog_rules.flow_options import FlowsOptions
from dialog_rules.flow_policy import FlowsPolicy

folder, text, client_id, dies = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]

def charge(order, context):
    with open(folder / "charged.txt", "a") as file:
        file.write(f"{order} {context.idempotency_key}\\n")
    if dies == "dies":
        os.kill(os.getpid(), 9)
    return {"total": 7}

policy = FlowsPolicy(FlowsOptions(path=folder / "flows.yaml"), Context(name="flows", actions={"charge": False}))
store = make_context("store").create("store", {"use": "sqlite", "path": str(folder / "talks.db")})
with make_bot({"flows": policy}, actions={"charge": charge}, kinds={"flows": "flows"}, store=store) as bot:
    print(bot.reply(text, conversation="c", client_id=client_id).text)
"""


def test_an_action_that_ran_before_the_process_was_killed_has_the_same_key_afterwards(tmp_path: Path) -> None:
    (tmp_path / "flows.yaml").write_text(ORDER.replace("SETTINGS", "retries: 0"))

    def say(text: str, client_id: str, dies: str = "lives") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", PROGRAM, str(tmp_path), text, client_id, dies]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ})

    assert say("pay", "m1").stdout == "Which order?\n"
    assert say("4512", "m2", "dies").returncode == -signal.SIGKILL
    done = say("4512", "m2")
    assert (done.stdout, done.stderr) == ("Anything else?\n", "")
    assert say("4512", "m2").stdout == "Anything else?\n"  # sent once more: the stored reply
    charged = (tmp_path / "charged.txt").read_text().splitlines()
    assert charged == ["4512 c/m2/0"] * 2
    assert say("nothing", "m3").stdout == "Order 4512: 7, nothing.\n"


def test_two_messages_at_once_run_an_action_once_each(talk: Begin) -> None:
    ran: list[str] = []
    lock = threading.Lock()

    def charge(order: str, context: Any) -> dict[str, Any]:
        with lock:
            ran.append(context.idempotency_key)
        return {"total": 1}

    shop = pay(talk, charge)
    shop.say("pay")
    futures = [shop.bot.submit("4512", conversation="c", client_id="same") for _ in range(5)]
    assert {future.result().text for future in futures} == {"Anything else?"}
    assert ran == ["c/same/0"]
