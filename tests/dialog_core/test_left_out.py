"""A bot goes on without what is optional in its file: it is left out, named with its place, and the others answer."""

import json
from pathlib import Path

import pytest

from dialog_core import Bot, read_bot_file
from dialog_core.cli.chat import Reloader
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import TestChat, write_bot
from dialog_core.trusted import plugins_of
from tests.dialog_core.cli.command import run
from tests.third_party import installed

RULES = 'rules:\n  - {name: greet, when: hello, say: "Hi!"}\n'
FAQ = "entries:\n  - {id: a, questions: [When are you open?], answer: At nine.}\n"
BOT = """
version: 1
plugins: [{PLUGIN}]
knowledge: {KNOWLEDGE}
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {POLICY}
dispatch: {tiers: [[extra], [rules]]}
fallback: "No idea."
"""
PLUGIN = """
from dialog_core import Candidate, Component, hookimpl

class Extra(Component):
    def __init__(self, options, context):
        super().__init__(options, context)
        {built}

    def propose(self, turn):
        return [Candidate("Extra!", 1.0)]

@hookimpl
def dialog_register(registry):
    registry.policy("extra", "dialog_extra:Extra")
    {registers}
"""


def write(tmp_path: Path, policy: str, *, plugin: str = "", knowledge: str = "{}", **files: str) -> Path:
    text = BOT.replace("{PLUGIN}", plugin).replace("{KNOWLEDGE}", knowledge).replace("{POLICY}", policy)
    return write_bot(tmp_path, text, **{"rules.yaml": RULES, **files})


def checked(path: Path) -> list[str]:
    """Return what `check` prints of what is left out; it has to find no problems."""
    done = run("check", path.name, cwd=path.parent)
    assert done.returncode == 0, done.stderr
    assert "no problems" in done.stdout
    return [line for line in done.stdout.splitlines() if line.startswith("left out: ")]


@pytest.mark.parametrize(
    ("policy", "knowledge", "files", "told"),
    [
        ("{name: extra, use: extra, optional: true}", "{}", {}, "there is no policy named 'extra'"),
        ("{name: extra, use: bm25, knowledge: faq, optional: true}", "{}", {}, "there is no knowledge 'faq'"),
        (
            "{name: extra, use: bm25, knowledge: faq, optional: true}",
            "{faq: {path: faq.yaml}}",
            {},
            "its knowledge 'faq' cannot be used: ",
        ),
        (
            "{name: extra, use: bm25, knowledge: faq, optional: true}",
            "{faq: {path: faq.yaml}}",
            {"faq.yaml": "entries: [{id: a}]\n"},
            "faq.yaml:1:",
        ),
        ("{name: extra, use: rules, path: nowhere.yaml, optional: true}", "{}", {}, "nowhere.yaml"),
        ("{name: extra, use: rules, path: b.yaml, optional: true}", "{}", {"b.yaml": "rules: [{}]"}, "b.yaml:1:"),
        ("{name: extra, use: bm25, knowlege: faq, optional: true}", "{}", {}, "unknown key"),
    ],
)
def test_a_policy_that_cannot_be_used_is_left_out_and_named_with_its_place(
    tmp_path: Path, policy: str, knowledge: str, files: dict[str, str], told: str
) -> None:
    path = write(tmp_path, policy, knowledge=knowledge, **files)
    # when the bot is loaded
    with Bot.load(path) as bot:
        # then the other policy answers
        reply = TestChat(bot).user("hello").bot("Hi!").policy("rules").reply
        remark = next(remark for remark in bot.remarks if "policy extra" in remark)
    assert f"{path}:6" in remark
    assert told in remark
    # and every trace tells, as `check` does
    assert reply.trace is not None
    (part,) = [part for part in reply.trace["parts"] if part["part"] == "policy extra"]
    assert part["verdict"].startswith(f"left out ({path}:6): ")
    assert any("policy extra (bot.yaml:6)" in line and told in line for line in checked(path))


def test_without_optional_the_same_is_a_mistake(tmp_path: Path) -> None:
    for policy in ("{name: extra, use: extra}", "{name: extra, use: extra, optional: false}"):
        with pytest.raises(ConfigurationError, match="there is no policy named 'extra'"):
            Bot.load(write(tmp_path, policy))


def test_a_policy_that_is_there_is_used_and_nothing_is_remarked(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "{name: extra, use: bm25, knowledge: faq, optional: true}",
        knowledge="{faq: {path: faq.yaml}}",
        **{"faq.yaml": FAQ},
    )
    with Bot.load(path) as bot:
        TestChat(bot).user("When are you open?").policy("extra")
        assert not bot.remarks
    assert checked(path) == []


def test_knowledge_that_others_need_is_still_a_mistake(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "{name: extra, use: bm25, knowledge: faq, optional: true}\n  - {name: faq, use: bm25, knowledge: faq}",
        knowledge="{faq: {path: nowhere.yaml}}",
    )
    path.write_text(path.read_text().replace("[[extra], [rules]]", "[[extra], [rules, faq]]"))
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml"):
        Bot.load(path)


def test_a_bot_of_which_nothing_is_left_is_a_mistake(tmp_path: Path) -> None:
    nothing = "version: 1\npolicies:\n  - {use: extra, optional: true}\n"
    with pytest.raises(ConfigurationError, match="no policy is left: all are optional, and left out"):
        Bot.load(write_bot(tmp_path, nothing))
    unreadable = "version: 1\npolicies:\n  - {use: rules, path: rules.yaml, optional: true}\n"
    path = write_bot(tmp_path, unreadable, **{"rules.yaml": "rules: [{}]"})
    with pytest.raises(ConfigurationError, match="left out: policy rules"):
        Bot.load(path)
    assert run("check", path).returncode == 2


@pytest.mark.parametrize("key", ["guards: [{use: length, optional: true}]", "store: {use: memory, optional: true}"])
def test_what_watches_and_what_keeps_cannot_be_optional(tmp_path: Path, key: str) -> None:
    path = write_bot(
        tmp_path, f"version: 1\npolicies: [{{use: rules, path: rules.yaml}}]\n{key}\n", **{"rules.yaml": RULES}
    )
    with pytest.raises(ConfigurationError, match="optional"):
        read_bot_file(path)


def test_annotators_and_observers_may_be_optional_too(tmp_path: Path) -> None:
    text = """
    version: 1
    annotators: [{name: mood, use: mood, optional: true}]
    observers: [{name: log, use: no_log, optional: true}]
    policies: [{use: rules, path: rules.yaml}]
    """
    with Bot.load(write_bot(tmp_path, text, **{"rules.yaml": RULES})) as bot:
        TestChat(bot).user("hello").bot("Hi!")
        assert [remark.split(" (")[0] for remark in bot.remarks] == [
            "left out: annotator mood",
            "left out: observer log",
        ]


def test_what_is_trained_copes(tmp_path: Path) -> None:
    path = write(tmp_path, "{name: extra, use: extra, optional: true}")
    path.write_text(path.read_text() + "training: [{component: extra, data: nowhere.yaml}]\n")
    spec = read_bot_file(path)
    assert (spec.training, spec.trained, spec.tiers) == ((), (), (("rules",),))


def test_an_artefact_that_is_missing_leaves_its_component_out(tmp_path: Path) -> None:
    text = """
    version: 1
    annotators: [{use: intents, optional: true}]
    policies: [{use: rules, path: rules.yaml}]
    training: [{component: intents, data: intents.yaml}]
    """
    path = write_bot(
        tmp_path, text, **{"rules.yaml": RULES, "intents.yaml": "intents: {a: [one, two], b: [three, four]}"}
    )
    with Bot.load(path) as bot:
        TestChat(bot).user("hello").bot("Hi!")
        assert "annotator intents" in bot.remarks[0]
        assert "dialog-core train" in bot.remarks[0]
    assert [entry.name for entry in read_bot_file(path).training] == ["intents"]


# --- Plugins ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def plugin(built: str = "pass", registers: str = "pass") -> str:
    return PLUGIN.replace("{built}", built).replace("{registers}", registers)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (None, "is not installed"),
        ("raise ValueError('broken')", "could not be imported from 'dialog_extra': ValueError: broken"),
        (plugin(registers="registry.policy('bm25', 'a:B')"), "two plugins register a policy named 'bm25'"),
        (plugin(registers="registry.polcy('a', 'b:C')"), "made for another version of dialog-core than"),
        ("x = 1", "implements no hook"),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_left_out_with_its_policy(
    tmp_path: Path, site: Path, code: str | None, told: str
) -> None:
    path = write(tmp_path, "{name: extra, use: extra, optional: true}", plugin="{name: extra, optional: true}")
    with installed(site, "extra" if code else "other", code or ""):
        with Bot.load(path) as bot:
            TestChat(bot).user("hello").bot("Hi!")
            plugin_remark, policy_remark = bot.remarks
        lines = checked(path)
        assert plugins_of(path) == ()
    assert f"plugin extra ({path}:2)" in plugin_remark
    assert told in plugin_remark
    assert "Does a plugin bring it that was left out (extra)?" in policy_remark
    assert len(lines) == 2


def test_a_policy_of_a_plugin_that_raises_when_it_is_built_is_left_out(tmp_path: Path, site: Path) -> None:
    path = write(tmp_path, "{name: extra, use: extra, optional: true}", plugin="{name: extra, optional: true}")
    with installed(site, "extra", plugin(built="raise RuntimeError('no connection')")), Bot.load(path) as bot:
        TestChat(bot).user("hello").bot("Hi!")
        (remark,) = bot.remarks
    assert "the policy 'extra' could not be built: RuntimeError: no connection" in remark


def test_a_plugin_that_works_is_used(tmp_path: Path, site: Path) -> None:
    path = write(tmp_path, "{name: extra, use: extra, optional: true}", plugin="{name: extra, optional: true}")
    with installed(site, "extra", plugin()), Bot.load(path) as bot:
        TestChat(bot).user("hello").bot("Extra!")
        assert (bot.remarks, plugins_of(path)) == ((), ("extra",))


def test_ask_tells_on_standard_error_and_answers(tmp_path: Path) -> None:
    path = write(tmp_path, "{name: extra, use: extra, optional: true}", plugin="{name: extra, optional: true}")
    done = run("ask", path.name, "hello", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Hi!\n")
    told = [line for line in done.stderr.splitlines() if line.startswith("note: left out: ")]
    assert [line.split(" (")[0] for line in told] == ["note: left out: plugin extra", "note: left out: policy extra"]


def test_plugins_of_a_base_configuration_stay_trusted(tmp_path: Path) -> None:
    path = write_bot(
        tmp_path,
        "extends: base.yaml\nplugins: [{name: two, optional: true}, three]\n",
        **{
            "base.yaml": "version: 1\nplugins: [one, two]\npolicies: [{use: rules, path: rules.yaml}]\n",
            "rules.yaml": RULES,
        },
    )
    with pytest.raises(ConfigurationError) as caught:
        read_bot_file(path)
    assert [problem.message.split(" is not")[0] for problem in caught.value.problems] == [
        "plugin 'one'",
        "plugin 'three'",
    ]
    path.write_text("extends: base.yaml\nplugins: null\n")
    assert read_bot_file(path).file.plugins == ()


def test_the_schema_describes_optional_plugins_and_policies(tmp_path: Path) -> None:
    path = write(tmp_path, "{name: extra, use: extra, optional: true}", plugin="{name: extra, optional: true}")
    done = run("schema", path)
    assert done.returncode == 0
    schema = json.loads(done.stdout)
    item = schema["properties"]["plugins"]["anyOf"][1]["items"]["anyOf"][1]
    assert set(item["properties"]) == {"name", "optional"}
    assert schema["$defs"]["policy_bm25"]["properties"]["optional"]["type"] == "boolean"
    assert "optional" not in schema["$defs"]["guard_pii"]["properties"]


def test_knowledge_that_breaks_while_the_bot_runs_keeps_the_bot_as_it_was(tmp_path: Path) -> None:
    path = write(
        tmp_path, "{name: extra, use: bm25, knowledge: faq}", knowledge="{faq: {path: faq.yaml}}", **{"faq.yaml": FAQ}
    )
    with Bot.load(path) as bot:
        reload = Reloader(bot)
        (tmp_path / "faq.yaml").write_text("entries: [{id: a}]\n")
        new, told = reload()
        assert new is None
        assert told is not None
        assert "faq.yaml:1:" in told
        assert told.endswith("The bot goes on as it was.")
        TestChat(bot).user("When are you open?").bot("At nine.")


def test_knowledge_that_breaks_while_the_bot_runs_costs_only_what_is_optional(tmp_path: Path) -> None:
    policy = "{name: extra, use: bm25, knowledge: faq, optional: true}"
    path = write(tmp_path, policy, knowledge="{faq: {path: faq.yaml}}", **{"faq.yaml": FAQ})
    with Bot.load(path) as bot:
        reload = Reloader(bot)
        (tmp_path / "faq.yaml").write_text("entries: [{id: a}]\n")
        new, told = reload()
        assert new is not None
        with new:
            assert told is not None
            assert "left out: policy extra" in told
            TestChat(new).user("When are you open?").bot("No idea.")
            (tmp_path / "faq.yaml").write_text(FAQ)
            again, told = reload()
            assert again is not None, "the file of what is left out is watched too"
            with again:
                assert told == "reloaded: faq.yaml changed"
                TestChat(again).user("When are you open?").bot("At nine.")


def test_a_guard_of_a_plugin_that_is_left_out_is_still_missed(tmp_path: Path) -> None:
    path = write(tmp_path, "{name: extra, use: extra, optional: true}", plugin="{name: extra, optional: true}")
    path.write_text(path.read_text() + "guards: [{use: no_shouting}]\n")
    with pytest.raises(
        ConfigurationError, match=r"no guard named 'no_shouting'\. Does a plugin bring it that was left"
    ):
        Bot.load(path)


ENDS = ["import sys\nsys.exit(3)", "class Panic(BaseException): pass\nraise Panic('compiled code')"]


@pytest.mark.parametrize("code", [*ENDS, plugin(registers="raise SystemExit(3)")])
def test_a_plugin_that_ends_the_program_is_left_out(tmp_path: Path, site: Path, code: str) -> None:
    path = write(tmp_path, "{name: extra, use: extra, optional: true}", plugin="{name: extra, optional: true}")
    with installed(site, "extra", code), Bot.load(path) as bot:
        TestChat(bot).user("hello").bot("Hi!")
        assert any(told in bot.remarks[0] for told in ("SystemExit: 3", "Panic: compiled code"))


UNUSABLE = [
    (plugin(built="{}['url']"), "the policy 'extra' could not be built: KeyError: 'url'"),
    (plugin(built="raise SystemExit(3)"), "the policy 'extra' could not be built: RuntimeError: raised SystemExit: 3"),
    (f"{plugin(built='pass')}\ndel Extra\ndef __getattr__(name): raise SystemExit(3)", "raised SystemExit: 3"),
]


@pytest.mark.parametrize(("code", "told"), UNUSABLE)
def test_a_policy_that_the_bot_needs_and_that_cannot_be_built_is_named_with_its_place(
    tmp_path: Path, site: Path, code: str, told: str
) -> None:
    path = write(tmp_path, "{name: extra, use: extra}", plugin="extra")
    with installed(site, "extra", code):
        done = run("ask", path.name, "hello", cwd=path.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "plugin 'extra'" in done.stderr
    assert "Traceback" not in done.stderr


BROKEN = """
from dialog_core import hookimpl

class Bad:
    def __init__(self, options, context):
        raise SystemExit(3)

class Reader:
    def __init__(self, options, context): ...

    def read(self, path):
        yield {}["no such key"]

@hookimpl
def dialog_register(registry):
    for kind in (registry.store, registry.profile_store, registry.ranker, registry.guard, registry.annotator):
        kind("bad", "dialog_extra:Bad")
    registry.reader("odd", "dialog_extra:Reader", suffixes=(".odd",))
"""


@pytest.mark.parametrize(
    ("section", "command", "told"),
    [
        ("store: {use: bad}", "ask", "bot.yaml:4:8: store: the store 'bad' could not be built"),
        ("store: {use: bad}", "conversations", "bot.yaml:4:8: store: the store 'bad' could not be built"),
        ("profiles: {use: bad}", "ask", "bot.yaml:4:11: profiles: the profile_store 'bad' could not be built"),
        ("profiles: {use: bad}", "users", "bot.yaml:4:11: profiles: the profile_store 'bad' could not be built"),
        ("ranking: {use: bad}", "ask", "bot.yaml:4:10: ranking: the ranker 'bad' could not be built"),
        ("guards: [{use: bad}]", "ask", "bot.yaml:4:10: guards[0]: the guard 'bad' could not be built"),
        ("annotators: [bad]", "ask", "bot.yaml:4:14: annotators[0]: the annotator 'bad' could not be built"),
        ("knowledge: {k: {path: k.odd}}", "check", "bot.yaml:4:16: knowledge.k: the reader 'odd' could not be used"),
    ],
)
def test_whatever_a_bot_needs_and_a_plugin_breaks_is_named_with_its_place(
    tmp_path: Path, site: Path, section: str, command: str, told: str
) -> None:
    text = f"version: 1\nplugins: [extra]\npolicies: [{{use: rules, path: rules.yaml}}]\n{section}\n"
    path = write_bot(tmp_path, text, **{"rules.yaml": RULES, "k.odd": "x"})
    arguments = {"ask": ("ask", path, "hello"), "check": ("check", path)}.get(command, (command, "list", path))
    with installed(site, "extra", BROKEN):
        done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(told)


CHECKED = PLUGIN.replace('"dialog_extra:Extra")', '"dialog_extra:Extra", check="dialog_extra:look")').replace(
    "@hookimpl", "def look(options, context):\n    raise {error}\n\n@hookimpl"
)


@pytest.mark.parametrize("error", ["KeyError('url')", "SystemExit(3)"])
def test_a_check_that_raises_is_a_mistake_of_its_component(tmp_path: Path, site: Path, error: str) -> None:
    code = CHECKED.replace("{error}", error).replace("{built}", "pass").replace("{registers}", "pass")
    needed = write(tmp_path, "{name: extra, use: extra}", plugin="extra")
    with installed(site, "extra", code):
        done = run("check", needed.name, cwd=tmp_path)
        optional = write(tmp_path, "{name: extra, use: extra, optional: true}", plugin="extra")
        lines = checked(optional)
    assert done.returncode == 2
    assert done.stderr.startswith("bot.yaml:6:5: policies[1]: the policy 'extra' could not be checked: ")
    assert "Traceback" not in done.stderr
    assert len(lines) == 1


def test_what_a_plugin_prints_is_no_answer(tmp_path: Path, site: Path) -> None:
    path = write(tmp_path, "{name: extra, use: extra}", plugin="extra")
    code = "print('hello from the plugin')\n" + plugin(built="print('built')").replace(
        "return [Cand", "print('asked'); return [Cand"
    )
    with installed(site, "extra", code):
        done = run("ask", path.name, "--jsonl", cwd=path.parent, input='{"text": "hello"}\n' * 3)
    assert done.returncode == 0
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["Extra!"] * 3
    assert [done.stderr.count(told) for told in ("hello from the plugin", "built", "asked")] == [1, 1, 3]


def test_a_policy_stays_that_is_called_like_an_annotator_that_goes(tmp_path: Path) -> None:
    text = """
    version: 1
    annotators: [{name: rules, use: no_such_annotator, optional: true}]
    policies: [{name: rules, use: rules, path: rules.yaml}]
    dispatch: {tiers: [[rules]]}
    """
    with Bot.load(write_bot(tmp_path, text, **{"rules.yaml": RULES})) as bot:
        TestChat(bot).user("hello").policy("rules").bot("Hi!")


def test_a_plugin_that_is_called_like_a_built_in_one_is_not_passed_over(tmp_path: Path, site: Path) -> None:
    path = write(tmp_path, "{name: extra, use: rules, path: rules.yaml}", plugin="core")
    with (
        installed(site, "core", plugin()),
        pytest.raises(
            ConfigurationError, match=r"bot\.yaml:2:11: plugins\[0\]: two packages bring a plugin named 'core'"
        ),
    ):
        Bot.load(path)
