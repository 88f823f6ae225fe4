from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dialog_core.bot_file import DEFAULT_FALLBACK, BotSpec, entry_model
from dialog_core.bot_reader import read_bot_file
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.errors import PluginError
from dialog_core.plugins import installed_plugins
from dialog_core.testing import write_bot
from tests.parts import plugins

Read = Callable[..., BotSpec]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Return a function that writes and reads a bot file beside others."""
    monkeypatch.chdir(tmp_path)

    def write_and_read(text: str, environ: dict[str, str] | None = None, **files: str) -> BotSpec:
        return read_bot_file(write_bot(tmp_path, text, **files), plugins=plugins(), environ=environ or {})

    return write_and_read


def problems_of(read: Read, text: str, **files: str) -> list[str]:
    """Return what is told about a file, without its directory."""
    with pytest.raises(ConfigurationError) as caught:
        read(text, **files)
    return str(caught.value).splitlines()


# --- What is right


def test_what_a_bot_says_may_differ_by_language(read: Read) -> None:
    spec = read('version: 1\nbot: {languages: [zh]}\npolicies: [echo]\nfallback: {en: "No.", zh-Hans: "不知道。"}\n')

    assert spec.file.fallback == {"en": "No.", "zh-Hans": "不知道。"}


def test_words_in_a_language_the_bot_does_not_speak_are_a_mistake(read: Read) -> None:
    text = "version: 1\nbot: {greeting: {zh: 你好}}\npolicies: [echo]\nfallback: {en: No, fr: Non}\n"

    assert problems_of(read, text) == [
        "bot.yaml:2:22: bot.greeting.zh: 'zh' is none of the bot's languages. "
        "Add it to `bot.languages`, or write it in one of en.",
        "bot.yaml:4:24: fallback.fr: 'fr' is none of the bot's languages. "
        "Add it to `bot.languages`, or write it in one of en.",
    ]


def test_a_small_file_says_everything(read: Read) -> None:
    spec = read("version: 1\npolicies: [echo]\n")

    assert [policy.name for policy in spec.policies] == ["echo"]
    assert spec.tiers == (("echo",),)
    assert (spec.ranker.name, spec.store.name, spec.file.fallback) == ("table", "memory", DEFAULT_FALLBACK)
    assert (spec.file.dispatch.accept_at, spec.file.dispatch.answer_at, spec.file.dispatch.deadline) == (0.8, 0.3, 5.0)
    assert spec.files == (spec.path,)


def test_a_large_file_is_read_section_by_section(read: Read) -> None:
    spec = read(
        """
        version: 1
        bot: {name: Aria, language: zh, greeting: 你好, session_expiry: 12h, max_message: 500, seed: 7}
        knowledge:
          faq: {path: faq.lines}
          more: {use: lines, path: more.txt}
        annotators:
          - language
        policies:
          - {name: parrot, use: echo, prefix: Ahoy, timeout: 300ms, breaker: {failures: 5, reset_after: 1}}
          - {use: look_up, knowledge: [faq, more], encoder: {use: reversing, dimension: 5}}
        dispatch: {tiers: [parrot, [look_up]], accept_at: 0.9, answer_at: 0.2, deadline: 2s, action_timeout: 1m}
        ranking: {use: table, name: ranks, timeout: 1}
        guards:
          - {use: open, on_error: allow}
        store: {use: sqlite, path: data/conversations.db}
        fallback: I pass.
        """,
        **{"faq.lines": "", "more.txt": ""},
    )

    parrot, look_up = spec.policies
    assert (parrot.name, parrot.options.prefix, parrot.options.timeout) == ("parrot", "Ahoy", 0.3)
    assert (parrot.options.breaker.failures, parrot.options.breaker.reset_after) == (5, 1.0)
    assert look_up.options.knowledge == ("faq", "more")
    assert spec.tiers == (("parrot",), ("look_up",))
    assert {name: source.registration.name for name, source in spec.knowledge.items()} == {
        "faq": "lines",
        "more": "lines",
    }
    assert spec.knowledge["faq"].options.path == spec.path.parent / "faq.lines"
    assert spec.store.options.path == spec.path.parent / "data/conversations.db"
    assert (spec.ranker.name, spec.guards[0].options.on_error) == ("ranks", "allow")
    assert (spec.file.bot.session_expiry, spec.file.dispatch.action_timeout) == (43_200.0, 60.0)


def test_files_extend_others_and_the_environment_fills_in(read: Read) -> None:
    spec = read(
        "extends: base.yaml\nbot: {name: '${NAME}'}\n",
        {"NAME": "Aria"},
        **{"base.yaml": "version: 1\npolicies: [echo]\nfallback: I pass.\n"},
    )
    assert (spec.file.bot.name, spec.file.fallback) == ("Aria", "I pass.")
    assert [path.name for path in spec.files] == ["bot.yaml", "base.yaml"]


# --- What is wrong


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "version: 1\npolicies:\n  - {use: ehco}\n",
            "bot.yaml:3:11: policies[0].use: there is no policy named 'ehco'. Did you mean 'echo'?",
        ),
        (
            "version: 1\npolicies: [ehco]\n",
            "bot.yaml:2:12: policies[0]: there is no policy named 'ehco'. Did you mean 'echo'?",
        ),
        (
            "version: 1\npolicies:\n  - use: echo\n    prefx: Ahoy\n",
            "bot.yaml:4:5: policies[0].prefx: unknown key. Did you mean 'prefix'?",
        ),
        (
            "version: 1\npolices: [echo]\npolicies: [echo]\n",
            "bot.yaml:2:1: polices: unknown key. Did you mean 'policies'?",
        ),
        (
            "version: 1\nbot: {langauge: en}\npolicies: [echo]\n",
            "bot.yaml:2:7: bot.langauge: unknown key. Did you mean 'language'?",
        ),
        (
            "version: 1\npolicies:\n  - echo\n  - {use: echo, prefix: Ahoy}\n",
            "bot.yaml:4:5: policies[1]: the name 'echo' is taken by the one on line 3. "
            "Give one of them another `name:`.",
        ),
        (
            "version: 1\npolicies: [echo]\nranking: {use: tabel}\n",
            "bot.yaml:3:16: ranking.use: there is no ranker named 'tabel'. Did you mean 'table'?",
        ),
        (
            "version: 1\npolicies: [echo]\nstore: sqlit\n",
            "bot.yaml:3:8: store: there is no store named 'sqlit'. Did you mean 'sqlite'?",
        ),
        (
            "version: 1\npolicies: [{prefix: Ahoy}]\n",
            "bot.yaml:2:12: policies[0]: does not say which policy it is. Add `use:` with one of: clashing, echo, ",
        ),
        (
            "version: 1\npolicies: [7]\n",
            "bot.yaml:2:12: policies[0]: does not say which policy it is. Add `use:` with one of: clashing, echo, ",
        ),
        (
            "version: 1\npolicies: [echo]\ndispatch: {tiers: [[echo, ecco]]}\n",
            "bot.yaml:3:27: dispatch.tiers[0][1]: no policy is named 'ecco'. Did you mean 'echo'?",
        ),
        (
            "version: 1\npolicies: [echo, {use: echo, name: two}]\ndispatch: {tiers: [[echo, two], [echo]]}\n",
            "bot.yaml:3:34: dispatch.tiers[1][0]: 'echo' stands in two tiers. Remove it here or on line 3.",
        ),
        (
            "version: 1\npolicies: [echo, {use: echo, name: two}]\ndispatch:\n  tiers: [[echo]]\n",
            "bot.yaml:4:10: dispatch.tiers: the policy 'two' is in no tier. Add it, or remove the policy.",
        ),
        (
            "version: 1\npolicies:\n  - {use: look_up, knowledge: fqa}\nknowledge: {faq: {path: faq.lines}}\n",
            "bot.yaml:3:31: policies[0].knowledge: there is no knowledge 'fqa'. Did you mean 'faq'?",
        ),
        (
            "version: 1\npolicies: [{use: look_up, knowledge: faq}]\n",
            "bot.yaml:2:38: policies[0].knowledge: there is no knowledge 'faq'. Add it under `knowledge:`, for example "
            "`faq: {path: faq.yaml}`.",
        ),
        (
            "version: 1\npolicies: [{use: loose, knowledge: fqa}]\nknowledge: {faq: {path: faq.lines}}\n",
            "bot.yaml:2:36: policies[0].knowledge: there is no knowledge 'fqa'. Did you mean 'faq'?",
        ),
        (
            "version: 1\npolicies: [echo]\nknowledge: {faq: {path: faq.docx}}\n",
            "bot.yaml:3:25: knowledge.faq.path: no reader is known for 'faq.docx'. Known endings: .lines. Or name a "
            "reader with `use:`.",
        ),
        (
            "version: 1\npolicies: [echo]\nknowledge: {faq: {}}\n",
            "bot.yaml:3:18: knowledge.faq: does not say which file it is. Add `path: FILE`.",
        ),
        (
            "version: 1\npolicies: [echo]\nknowledge: {faq: faq.lines}\n",
            "bot.yaml:3:18: knowledge.faq: does not say which reader it is. Write `path: FILE`.",
        ),
        (
            "version: 1\npolicies: [echo]\ntraining:\n  - {component: ecco, data: x}\n",
            "bot.yaml:4:17: training[0].component: no component is named 'ecco'. Did you mean 'echo'?",
        ),
        (
            "version: 1\npolicies: [echo]\ntraining: [{data: x}]\n",
            "bot.yaml:3:12: training[0]: does not say what to train. Add `component:`.",
        ),
        (
            "version: 1\nplugins: [not_there]\npolicies: [echo]\n",
            "bot.yaml:2:11: plugins[0]: plugin 'not_there' is not installed. Install the package that brings it, for "
            "example: pip install dialog-core-not-there",
        ),
        (
            "version: 1\npolicies: [{use: echo, timeout: 0}]\n",
            "bot.yaml:2:33: policies[0].timeout: must be greater than 0, not 0",
        ),
        (
            "version: 1\npolicies: [{use: echo, breaker: {failures: none}}]\n",
            "bot.yaml:2:44: policies[0].breaker.failures: needs a whole number, not 'none'",
        ),
        (
            "version: 1\npolicies: [echo]\nguards: [{use: open, on_error: ignore}]\n",
            "bot.yaml:3:32: guards[0].on_error: needs 'refuse' or 'allow', not 'ignore'",
        ),
        ("version: 1\npolicies: []\n", "bot.yaml:2:11: policies: "),
        ("version: 2\npolicies: [echo]\n", "bot.yaml:1:10: version: needs 1, not 2"),
        (
            "version: 1\npolicies: [no_options]\n",
            "bot.yaml:2:12: policies[0]: plugin 'parts': tests.parts:NotOptions of the policy 'no_options' is not a "
            "model. Derive it from dialog_core.configuration.Options.",
        ),
        (
            "version: 1\npolicies: [clashing]\n",
            "bot.yaml:2:12: policies[0]: plugin 'parts': the options of the policy 'clashing' have a field 'timeout', "
            "which every policy has already. Rename it.",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_a_remedy(read: Read, text: str, told: str) -> None:
    (problem,) = problems_of(read, text, **{"faq.lines": ""})
    assert problem.startswith(told)


def test_every_mistake_is_told_at_once_in_reading_order(read: Read) -> None:
    text = """
        version: 1
        bot: {langauge: en}
        plugins: [not_there]
        policies:
          - {use: ehco}
          - {use: echo, score: 5}
          - {name: two, use: echo, prefx: Ahoy}
        dispatch: {tiers: [[echo], [two, three]], accept_at: high}
        guards: [{use: opn}]
        store: {use: sqlite}
        """
    assert [problem.rsplit(": ", 1)[0].split(": ")[:2] for problem in problems_of(read, text)] == [
        ["bot.yaml:2:7", "bot.langauge"],
        ["bot.yaml:3:11", "plugins[0]"],
        ["bot.yaml:5:11", "policies[0].use"],
        ["bot.yaml:6:24", "policies[1].score"],
        ["bot.yaml:7:28", "policies[2].prefx"],
        ["bot.yaml:8:19", "dispatch.tiers"],
        ["bot.yaml:8:34", "dispatch.tiers[1][1]"],
        ["bot.yaml:8:54", "dispatch.accept_at"],
        ["bot.yaml:9:16", "guards[0].use"],
        ["bot.yaml:10:8", "store.path"],
    ]


def test_a_policy_with_a_mistake_is_not_reported_as_missing_elsewhere(read: Read) -> None:
    problems = problems_of(
        read,
        """
        version: 1
        policies:
          - {name: faq, use: echo, prefx: Ahoy}
        dispatch: {tiers: [[faq]]}
        training: [{component: faq, data: x}]
        """,
    )
    assert problems == ["bot.yaml:3:28: policies[0].prefx: unknown key. Did you mean 'prefix'?"]


@pytest.mark.parametrize(
    "text", ["", "[]", "hello", "version: 1\npolicies: echo\n", "version: 1\npolicies: {use: echo}\n"]
)
def test_what_is_no_bot_file_is_told_so(read: Read, text: str) -> None:
    assert all(problem.startswith("bot.yaml:") for problem in problems_of(read, text))


@pytest.mark.parametrize(
    "section", ["bot", "knowledge", "annotators", "guards", "dispatch", "training", "ranking", "store", "plugins"]
)
@pytest.mark.parametrize("value", ["[]", "{}", "7", "text", "null", "[[]]", "[{}]", "{a: {}}", "{tiers: [{}]}", "[7]"])
def test_a_section_of_the_wrong_shape_is_a_mistake_and_never_a_crash(read: Read, section: str, value: str) -> None:
    problems: Sequence[Problem] = ()
    try:
        read(f"version: 1\npolicies: [echo]\n{section}: {value}\n")
    except ConfigurationError as error:
        problems = error.problems
    assert all(problem.line == 3 for problem in problems)


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml"):
        read_bot_file(tmp_path / "nowhere.yaml", plugins=plugins())


def test_a_plugin_that_is_broken_is_told_where_it_is_named(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = tmp_path / "broken-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[dialog_core]\nbroken = broken_at_import\n")
    (tmp_path / "broken_at_import.py").write_text("raise ValueError('at import')\n")
    monkeypatch.syspath_prepend(tmp_path)
    installed_plugins.cache_clear()
    try:
        (problem,) = problems_of(read, "version: 1\nplugins:\n  - broken\npolicies: [echo]\n")
    finally:
        installed_plugins.cache_clear()
    assert problem == (
        "bot.yaml:3:5: plugins[0]: plugin 'broken' (broken 1.0) could not be imported from 'broken_at_import': "
        "ValueError: at import"
    )


# --- Models of entries


def test_an_entry_has_its_own_options_and_those_of_its_kind() -> None:
    registry = plugins().registry
    fields: dict[str, Any] = dict(entry_model(registry.get("policy", "echo")).model_fields)
    assert {"use", "name", "timeout", "breaker", "optional", "prefix", "score"} == set(fields)
    assert set(entry_model(registry.get("guard", "open")).model_fields) == {"use", "name", "timeout", "on_error"}
    assert set(entry_model(registry.get("store", "memory")).model_fields) == {"use", "name"}
    with pytest.raises(PluginError):
        entry_model(registry.get("policy", "clashing"))
