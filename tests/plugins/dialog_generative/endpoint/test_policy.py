import gc
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, PluginError
from dialog_core.configuration import ConfigurationError
from dialog_core.reply import Piece, Reply, Retracted
from dialog_core.testing import Cuts, Fails, Hang, Says, ScriptedEndpoint, TestChat
from tests.plugins.dialog_generative.endpoint.endpoint_bots import load, told, write_endpoint_bot

USAGE = {"prompt_tokens": 40, "completion_tokens": 10}
SQLITE = "store: {use: sqlite, path: talks.sqlite}"


def test_rules_come_first_and_the_model_answers_the_rest(tmp_path: Path) -> None:
    with ScriptedEndpoint(Says("Three euros.", usage=USAGE)) as endpoint, load(tmp_path, endpoint.url) as bot:
        chat = TestChat(bot).user("hello").bot("Hello from the rules!")
        assert endpoint.requests == []
        reply = chat.user("What does it cost?").bot("Three euros.").policy("llm").reply
    notes = told(reply)["notes"]
    assert (notes["tokens_in"], notes["tokens_out"], notes["requests"]) == (40, 10, 1)
    assert notes["seconds"] >= notes["first_token_seconds"] > 0
    assert endpoint.requests[0].body["messages"][-1]["content"].find("What does it cost?") >= 0


def test_a_budget_of_tokens_ends_the_model_and_not_the_bot(tmp_path: Path) -> None:
    options = ", budget: {tokens: 100}"
    with ScriptedEndpoint(Says("Yes.", usage=USAGE)) as endpoint, load(tmp_path, endpoint.url, options=options) as bot:
        chat = TestChat(bot).user("One?").bot("Yes.").user("Two?").bot("Yes.")
        reply = chat.user("Three?").fallback().reply
        assert told(reply)["notes"]["abstained"] == "the conversation's budget of 100 tokens is used up (100)"
        assert told(reply)["status"] == "nothing"
        chat.user("hello").bot("Hello from the rules!")
        TestChat(bot, "another").user("One?").bot("Yes.")
        assert len(endpoint.requests) == 3


def test_a_budget_of_money_holds_across_a_restart(tmp_path: Path) -> None:
    options = ", prices: {input: 1000, output: 2000}, budget: {cost: 0.1}"
    with ScriptedEndpoint(Says("Yes.", usage=USAGE)) as endpoint:
        for number in range(2):
            with load(tmp_path, endpoint.url, options=options, more=SQLITE) as bot:
                reply = TestChat(bot).user(f"Question {number}?").bot("Yes.").reply
                assert told(reply)["notes"]["cost"] == pytest.approx(0.06)
        with load(tmp_path, endpoint.url, options=options, more=SQLITE) as bot:
            spent = bot.conversation("test").memory["llm"]["spent"]
            assert spent == {"tokens": 100, "cost": pytest.approx(0.12)}
            reply = TestChat(bot).user("Question 3?").fallback().reply
            assert told(reply)["notes"]["abstained"] == "the conversation's budget of 0.1 is used up (0.12)"
    assert len(endpoint.requests) == 2


def test_answers_that_failed_are_paid_for_with_the_next(tmp_path: Path) -> None:
    steps = [Cuts("One two three four five six", after_bytes=700), Says("Yes.", usage=USAGE)]
    with ScriptedEndpoint(*steps) as endpoint, load(tmp_path, endpoint.url, options=", retries: 0") as bot:
        TestChat(bot).user("One?").fallback().user("Two?").bot("Yes.")
        assert bot.conversation("test").memory["llm"]["spent"]["tokens"] > 50


def test_a_reply_is_shown_while_it_comes(tmp_path: Path) -> None:
    with ScriptedEndpoint("It costs three euros.") as endpoint, load(tmp_path, endpoint.url) as bot:
        *pieces, reply = bot.stream_sync("What does it cost?", conversation="test")
    assert [piece.text for piece in pieces if isinstance(piece, Piece)] == ["It", " costs", " three", " euros."]
    assert isinstance(reply, Reply)
    assert reply.text == "It costs three euros."


def test_a_reply_that_is_cut_while_it_is_shown_is_taken_back(tmp_path: Path) -> None:
    step = Cuts("It costs three euros.", after_bytes=700)
    with ScriptedEndpoint(step) as endpoint, load(tmp_path, endpoint.url) as bot:
        items = [*bot.stream_sync("What does it cost?", conversation="test")]
    reply = items[-1]
    assert isinstance(reply, Reply)
    assert (reply.text, reply.policy) == ("Nobody knows.", "fallback")
    assert any(isinstance(item, Retracted) for item in items)
    assert "in the middle of the answer" in told(reply)["error"]
    assert len(endpoint.requests) == 1


def test_conversations_are_answered_at_the_same_time(tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=10)

    def step(body: Any) -> str:
        both.wait()  # neither is answered before the other has asked
        return "Yes." if "One" in str(body["messages"][-1]["content"]) else "No."

    with ScriptedEndpoint(step) as endpoint, load(tmp_path, endpoint.url, deadline="10s") as bot:
        first = bot.submit("One?", conversation="a")
        second = bot.submit("Two?", conversation="b")
        assert (first.result().text, second.result().text) == ("Yes.", "No.")


def test_a_bot_that_is_warmed_asks_nobody(tmp_path: Path) -> None:
    with ScriptedEndpoint("Yes.") as endpoint, load(tmp_path, endpoint.url) as bot:
        bot.warm()
        for thread in [thread for thread in threading.enumerate() if thread.name.startswith("warming")]:
            thread.join(20)
        assert endpoint.requests == []
        TestChat(bot).user("One?").bot("Yes.")


def test_a_missing_package_is_named_before_anybody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialog_generative.endpoint.policy.PACKAGE", "a_package_nobody_has")
    with pytest.raises(PluginError, match=r"pip install 'dialog-core\[endpoint\]'"):
        load(tmp_path, "http://127.0.0.1:1/v1")


def test_a_bot_closes_its_connections(tmp_path: Path) -> None:
    with ScriptedEndpoint("Yes.", Hang(60)) as endpoint:
        with load(tmp_path, endpoint.url) as bot:
            TestChat(bot).user("One?").bot("Yes.")
            waiting = bot.submit("Two?", conversation="another")
            while len(endpoint.requests) < 2:
                pass
        with pytest.raises(BaseException):  # noqa: B017, PT011 - cancelled, or closed
            waiting.result(5)
        gc.collect()  # an unclosed connection would complain now, and complaints are errors


def test_a_bot_that_is_reloaded_goes_on(tmp_path: Path) -> None:
    with ScriptedEndpoint("Yes.") as endpoint:
        bot = load(tmp_path, endpoint.url)
        TestChat(bot).user("One?").bot("Yes.")
        again = bot.reload()
        bot.close()
        with again:
            TestChat(again).user("Two?").bot("Yes.")
    gc.collect()


def test_the_key_stands_in_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE", "sk-secret")
    steps = [Fails(401, "sk-secret is wrong"), Fails(400, "what is sk-secret?"), "Yes."]
    options = ", api_key_env: MINE, retries: 0"
    with ScriptedEndpoint(*steps) as endpoint, load(tmp_path, endpoint.url, options=options) as bot:
        replies = [TestChat(bot).user(f"{number}?").reply for number in range(3)]
    assert "sk-secret" not in str([reply.trace for reply in replies])
    assert {each.headers["authorization"] for each in endpoint.requests} == {"Bearer sk-secret"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (", api_key: sk-1", "put it into an environment variable, and name that with `api_key_env`"),
        (", budget: {cost: 1}", "a budget of money (`budget.cost`) needs `prices`"),
        (", extra: {stream: false, top_k: 3}", "`extra` must not hold stream"),
        (", api_key_env: sk-1", "api_key_env: needs the name of an environment variable"),
        (", api_key_enw: MINE", "api_key_env"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(tmp_path: Path, options: str, complaint: str) -> None:
    path = write_endpoint_bot(tmp_path, "http://127.0.0.1:1/v1", options=options)
    with pytest.raises(ConfigurationError) as error:
        Bot.load(path)
    assert complaint in str(error.value)
    assert "sk-1" not in str(error.value)


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "ftp://host/v1", "http://", "'http://host/v1?key=1'", "http://h h/v1"]
)
def test_a_base_url_has_to_be_one(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"base_url: needs a URL such as http://127\.0\.0\.1:8000/v1"):
        Bot.load(write_endpoint_bot(tmp_path, url))


@pytest.mark.parametrize("url", ["http://host:99999/v1", "http://host:x/v1", "http://:80/v1", "'http://[::1/v1'"])
def test_a_base_url_has_to_lead_somewhere(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url: has no host and port that can be meant"):
        Bot.load(write_endpoint_bot(tmp_path, url))


def test_an_endpoint_may_have_an_address_of_version_6(tmp_path: Path) -> None:
    Bot.load(write_endpoint_bot(tmp_path, "'http://[::1]:8000/v1'")).close()


def test_a_password_does_not_belong_into_a_url(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="has a password in it") as error:
        Bot.load(write_endpoint_bot(tmp_path, "http://me:geheim@host/v1"))
    assert "geheim" not in str(error.value)


def test_a_bot_that_nobody_closes_ends_quietly(tmp_path: Path) -> None:
    code = (
        "import sys; from dialog_core import Bot; from dialog_core.testing import ScriptedEndpoint;"
        "endpoint = ScriptedEndpoint('Yes.').start(); path = sys.argv[1]; text = open(path).read();"
        "open(path, 'w').write(text.replace('http://127.0.0.1:1/v1', endpoint.url));"
        "print(Bot.load(path).reply('One?').text)"
    )
    path = write_endpoint_bot(tmp_path, "http://127.0.0.1:1/v1", deadline="20s")
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", code, path], capture_output=True, text=True, check=True
    )
    assert done.stdout == "Yes.\n"
    assert "Task" not in done.stderr
    assert "socket" not in done.stderr
