"""The command line as people use it: real processes, real files."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from dialog_core import Bot, Remembered
from tests.dialog_core.cli.command import COMMAND, run


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("init") / "my-bot"
    assert run("init", directory).returncode == 0
    return directory


@pytest.fixture
def bot(made: Path, tmp_path: Path) -> Path:
    """A bot of its own for each test, as `init` makes it."""
    for file in made.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path / "bot.yaml"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("init",),
        ("chat",),
        ("ask",),
        ("check",),
        ("schema",),
        ("plugins",),
        ("plugins", "list"),
        ("conversations",),
        ("conversations", "list"),
        ("conversations", "show"),
        ("conversations", "export"),
        ("conversations", "delete"),
        ("users",),
        ("users", "list"),
        ("users", "show"),
        ("users", "export"),
        ("users", "forget"),
        ("users", "expire"),
        ("train",),
        ("test",),
        ("evaluate",),
        ("evaluate", "intents"),
    ],
)
def test_help_teaches_with_an_example(arguments: Sequence[str]) -> None:
    done = run(*arguments, "--help")

    assert done.returncode == 0
    assert " ".join(("dialog-core", *arguments)) in done.stdout.split("Example" if arguments else "Start here")[1]


def test_a_mistyped_command_is_answered_with_the_likely_one() -> None:
    done = run("chta")

    assert done.returncode == 2
    assert "Did you mean 'chat'?" in done.stderr


@pytest.mark.parametrize("language", ["en", "zh"])
def test_init_makes_a_bot_that_has_no_problems_and_answers(tmp_path: Path, language: str) -> None:
    question, answer = {"en": ("until when are you open", "Tuesday"), "zh": ("请问几点开门", "周二")}[language]

    assert run("init", tmp_path / "new", "--language", language).returncode == 0
    checked = run("check", tmp_path / "new" / "bot.yaml")
    asked = run("ask", tmp_path / "new" / "bot.yaml", question)

    assert checked.returncode == 0, checked.stderr
    assert "no problems" in checked.stdout
    assert answer in asked.stdout


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_init_offers_in_a_comment_works(tmp_path: Path, language: str) -> None:
    assert run("init", tmp_path / "new", "--language", language).returncode == 0
    bot = tmp_path / "new" / "bot.yaml"
    text = bot.read_text(encoding="utf-8")
    assert text.count("\n# ranking: ") == 1
    bot.write_text(text.replace("\n# ranking: ", "\nranking: "), encoding="utf-8")
    assert run("ask", bot, "hello").returncode == 0

    learnt = run("learn", bot)

    assert learnt.returncode == 0, learnt.stderr
    assert ("conversations: 1" if language == "en" else "会话 1") in learnt.stdout


def test_init_overwrites_nothing(bot: Path) -> None:
    before = bot.read_text()
    done = run("init", bot.parent)

    assert done.returncode == 2
    assert "exists already" in done.stderr
    assert bot.read_text() == before


def test_ask_prints_the_reply_and_nothing_else(bot: Path) -> None:
    done = run("ask", bot, "hello")

    assert done.returncode == 0
    assert done.stdout.strip() in ("Hello! What would you like to know?", "Hi! How can I help?")
    assert done.stderr == ""


def test_ask_tells_beside_the_reply_which_policy_failed(tmp_path: Path) -> None:
    path = tmp_path / "bot.yaml"
    path.write_text(
        "version: 1\npolicies: [{name: llm, use: openai, base_url: 'http://127.0.0.1:9/v1', model: m, retries: 0}]\n"
        "fallback: I do not know.\n"
    )
    done = run("ask", path, "hello")
    assert (done.returncode, done.stdout) == (0, "I do not know.\n")
    assert done.stderr.startswith("note: llm failed: no connection to http://127.0.0.1:9/v1")


def test_ask_explains(bot: Path) -> None:
    text, _, trace = run("ask", bot, "hello", "--explain").stdout.partition("\n")

    assert text
    assert json.loads(trace)["chosen"] == 0


def test_ask_goes_on_with_a_conversation_across_runs(bot: Path) -> None:
    run("ask", bot, "my name is ada", "--conversation", "c")

    assert "Goodbye, Ada" in run("ask", bot, "goodbye", "-c", "c").stdout


def test_ask_needs_exactly_one_of_text_and_jsonl(bot: Path) -> None:
    assert run("ask", bot).returncode == 2
    assert run("ask", bot, "hi", "--jsonl", input="").returncode == 2


def test_jsonl_answers_in_the_order_of_the_questions_with_their_traces(bot: Path) -> None:
    asked = [
        {"id": n, "conversation": f"c{n % 3}", "text": "hello" if n % 2 else "how much is the late fee"}
        for n in range(60)
    ]
    done = run("ask", bot, "--jsonl", input="\n".join(map(json.dumps, asked)))
    answers = lines(done.stdout)

    assert done.returncode == 0
    assert [answer["id"] for answer in answers] == list(range(60))
    assert [answer["policy"] for answer in answers] == ["rules" if n % 2 else "faq" for n in range(60)]
    assert all(set(answer) == {"id", "conversation", "text", "policy", "probability", "trace"} for answer in answers)
    assert all(answer["trace"]["candidates"] for answer in answers)  # type: ignore[index]


def test_jsonl_is_answered_line_by_line_for_a_partner_that_waits(bot: Path) -> None:
    process = subprocess.Popen([COMMAND, "ask", str(bot), "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "text": "hello"}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()


def test_a_bad_line_costs_only_itself(bot: Path) -> None:
    done = run(
        "ask",
        bot,
        "--jsonl",
        input=b'{"id": 1, "text": "hello"}\nnot json\n\xff\xfe\n[]\n{"id": 2}\n{"id": 3, "text": "hello"}\n',
    )
    answers = lines(done.stdout)

    assert done.returncode == 1
    assert [answer["id"] for answer in answers] == [1, None, None, None, 2, 3]
    assert "line 2 is not JSON" in str(answers[1]["error"])
    assert 'line 5 has no "text"' in str(answers[4]["error"])
    assert answers[5]["policy"] == "rules"


@pytest.mark.parametrize(
    "text", ["", "\u0000", "\\ud800", "\u202eabc", "\\u001b[31mred", "x" * 1_000_000], ids=lambda text: repr(text[:8])
)
def test_whatever_a_user_types_is_answered(bot: Path, text: str) -> None:
    line = json.dumps({"id": 1, "text": text}) if "\\u" not in text else f'{{"id": 1, "text": "{text}"}}'
    done = run("ask", bot, "--jsonl", input=line)

    assert done.returncode == 0
    assert lines(done.stdout)[0]["text"]


def test_no_store_leaves_no_file(bot: Path) -> None:
    assert run("ask", bot, "hello", "--no-store").returncode == 0
    assert not (bot.parent / "conversations.db").exists()


def test_chat_reads_a_pipe_as_plain_text(bot: Path) -> None:
    done = run("chat", bot, input="hello\nhow much is the late fee?\n")

    assert done.returncode == 0
    assert "0.20 an item" in done.stdout
    assert "\x1b" not in done.stdout


def test_conversations_are_listed_shown_exported_and_deleted(bot: Path) -> None:
    run("ask", bot, "hello", "-c", "monday")
    run("ask", bot, "how much is the late fee", "-c", "tuesday")

    assert [line["id"] for line in lines(run("conversations", "list", bot, "--json").stdout)] == ["tuesday", "monday"]
    assert "monday" in run("conversations", "list", bot).stdout
    shown = run("conversations", "show", bot, "tuesday").stdout
    assert "user: how much is the late fee" in shown
    assert "bot (faq): Each day late" in shown
    exported = lines(run("conversations", "export", bot, "tuesday").stdout)
    assert [event["type"] for event in exported] == ["SessionStarted", "UserSaid", "BotSaid"]
    assert exported[-1]["trace"]["chosen"] == 0  # type: ignore[index]
    assert {line["conversation"] for line in lines(run("conversations", "export", bot).stdout)} == {"monday", "tuesday"}

    assert run("conversations", "delete", bot, "monday", input="n\n").returncode == 1
    assert run("conversations", "delete", bot, "monday", "--yes").returncode == 0
    missing = run("conversations", "show", bot, "mondya")
    assert missing.returncode == 2
    assert "there is no conversation 'mondya'" in missing.stderr


def test_what_policies_remember_is_exported_and_stays_out_of_what_was_said(bot: Path) -> None:
    with Bot.load(bot) as loaded:
        loaded.reply("hello", conversation="monday")
        loaded.record("monday", [Remembered("llm", {"summary": "Greetings."})])

    assert "Greetings" not in run("conversations", "show", bot, "monday").stdout
    exported = lines(run("conversations", "export", bot, "monday").stdout)
    assert exported[-1] == {
        "conversation": "monday",
        "type": "Remembered",
        "v": 1,
        "policy": "llm",
        "values": {"summary": "Greetings."},
    }
    assert lines(run("conversations", "list", bot, "--json").stdout)[0]["messages"] == 2


def test_a_bot_without_a_durable_store_has_no_conversations_to_look_at(bot: Path) -> None:
    bot.write_text(bot.read_text().replace("store: {use: sqlite, path: conversations.db}", ""))
    done = run("conversations", "list", bot)

    assert done.returncode == 2
    assert "memory only" in done.stderr


def test_plugins_list_names_what_is_built_in_and_what_it_registers() -> None:
    done = run("plugins", "list")

    assert done.returncode == 0
    assert "policy bm25" in done.stdout
    assert "store memory, sqlite" in done.stdout


def test_a_plugin_is_one_line_of_a_pipe_however_long() -> None:
    done = run("plugins", "list", COLUMNS="40")

    assert "policy rules, flows" in next(line for line in done.stdout.splitlines() if line.startswith("rules "))


def test_the_schema_describes_every_component_and_accepts_the_bots_we_ship() -> None:
    schema = json.loads(run("schema").stdout)

    definitions = schema["$defs"]
    assert {"policy_rules", "policy_bm25", "store_sqlite", "ranker_table"} <= set(definitions)
    assert definitions["policy_bm25"]["properties"]["use"]["const"] == "bm25"
    assert definitions["policy_bm25"]["additionalProperties"] is False
    assert "description" in definitions["policy_bm25"]["properties"]["knowledge"]


def test_every_mistake_is_reported_at_once_with_place_and_remedy(bot: Path) -> None:
    bot.write_text(
        """version: 1
bot: {nam: Robin}
knowledge:
  faq: {path: faq.yaml}
policies:
  - {name: rules, use: rulez, path: rules.yaml}
  - {name: faq, use: bm25, knowlege: faq}
dispatch: {tiers: [[rules], [faqs]], accept_at: high}
""",
        encoding="utf-8",
    )
    done = run("check", bot.name, cwd=bot.parent)

    assert done.returncode == 2
    assert "bot.yaml:2:7: bot.nam" in done.stderr
    assert "Did you mean 'name'?" in done.stderr
    assert "bot.yaml:6:24: policies[0].use" in done.stderr
    assert "Did you mean 'rules'?" in done.stderr
    assert "bot.yaml:7:28: policies[1].knowlege" in done.stderr
    assert "Did you mean 'knowledge'?" in done.stderr
    assert "accept_at" in done.stderr
    assert done.stdout == ""


def test_mistakes_in_rules_and_knowledge_are_found_by_check(bot: Path) -> None:
    (bot.parent / "rules.yaml").write_text("rules:\n  - {name: a, when: 'hi (', sya: hello}\n", encoding="utf-8")
    (bot.parent / "faq.yaml").write_text("entries:\n  - {questions: [a], anser: b}\n", encoding="utf-8")
    done = run("check", bot.name, cwd=bot.parent)

    assert done.returncode == 2
    assert "rules.yaml:2:" in done.stderr
    assert "Did you mean 'say'?" in done.stderr
    assert "faq.yaml:2:" in done.stderr
    assert "Did you mean 'answer'?" in done.stderr


@pytest.mark.parametrize("command", ["chat", "ask", "check", "schema"])
def test_a_missing_file_is_named(command: str, tmp_path: Path) -> None:
    extra = ["hi"] if command == "ask" else []
    done = run(command, tmp_path / "nowhere.yaml", *extra)

    assert done.returncode == 2
    assert "nowhere.yaml" in done.stderr


def test_a_plugin_that_is_not_installed_is_named_at_its_line(bot: Path) -> None:
    bot.write_text(bot.read_text() + "plugins: [medcal]\n")
    done = run("ask", bot, "hi")

    assert done.returncode == 2
    assert "plugin 'medcal' is not installed" in done.stderr
    assert f"bot.yaml:{len(bot.read_text().splitlines())}:" in done.stderr


def test_output_that_nobody_reads_any_more_is_no_error(bot: Path) -> None:
    asked = "\n".join(json.dumps({"id": n, "text": "hello"}) for n in range(2000))
    process = subprocess.run(
        f"{COMMAND} ask {bot} --jsonl --no-store | head -n 1",
        shell=True,
        input=asked.encode(),
        capture_output=True,
        timeout=60,
    )

    assert json.loads(process.stdout)["id"] == 0
    assert b"Traceback" not in process.stderr
