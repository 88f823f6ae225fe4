"""What `dialog-core check` finds in files of stories, and what it lets pass."""

from pathlib import Path

import pytest

from dialog_core import Builder, Context, read_bot_file
from dialog_core.configuration import Remark
from dialog_rasa.checking import check, problems_of, remarks_on
from dialog_rasa.options import StoriesOptions
from tests.dialog_core.cli.command import run
from tests.plugins.dialog_rasa.driving import dialogue_of


def found(folder: Path, text: str) -> list[str]:
    """Return what is wrong with a bot of one file."""
    file = folder / "bot.yaml"
    file.write_text(text, encoding="utf-8")
    context = Context()
    told = [one for one in check(StoriesOptions(path=[file]), context) if not isinstance(one, Remark)]
    problems = [str(problem).replace(f"{folder}/", "") for problem in told]
    assert file in context.files
    return problems


def test_what_is_wrong_with_the_files_comes_first(tmp_path: Path) -> None:
    assert found(tmp_path, "storys: []\n") == ["bot.yaml:1:1: storys: unknown key 'storys'. Did you mean 'stories'?"]


def test_contradictions_are_found_before_training(tmp_path: Path) -> None:
    (problem,) = found(
        tmp_path,
        """
rules: [{rule: r, steps: [{intent: a}, {action: utter_x}]}]
stories: [{story: s, steps: [{intent: a}, {action: utter_y}]}]
""",
    )
    assert problem.startswith(
        "bot.yaml:3: after the message 'a', the rule 'r' (bot.yaml:2) goes on with 'utter_x', and"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "{slots: {a: {type: text, mappings: [{type: from_text}]}}, forms: {f: {required_slots: [a]}}, "
            "responses: {utter_ask_aa: [{text: x}]}}",
            "the form 'f' has no question for the slot 'a'. Add a response `utter_ask_a`. Did you mean 'utter_ask_aa'?",
        ),
        (
            "{slots: {a: {type: text}}, forms: {f: {required_slots: [a]}}, responses: {utter_ask_a: [{text: x}]}}",
            "the form 'f' asks for the slot 'a', and no message can fill it. Give the slot `mappings:`",
        ),
        ("responses: {utter_a: [{text: 'Hi {{ slots.name'}]}", "the response 'utter_a': the text"),
        (
            "stories: [{story: s, steps: [{checkpoint: c}, {intent: a}]}, "
            "{story: t, steps: [{intent: b}, {checkpoint: cc}]}]",
            "the story 's' begins with the checkpoint 'c', and none ends with it",
        ),
        (
            "stories: [{story: s, steps: [{checkpoint: c}, {intent: a}, {checkpoint: c}]}]",
            "the story 's' goes on from the checkpoint 'c', which is never reached",
        ),
    ],
)
def test_what_cannot_work_is_told(tmp_path: Path, text: str, problem: str) -> None:
    (one,) = found(tmp_path, text)
    assert problem in one


def test_a_form_with_an_action_of_its_own_may_ask_and_fill_as_it_likes(tmp_path: Path) -> None:
    assert not found(
        tmp_path,
        "{slots: {a: {type: text}}, forms: {f: {required_slots: [a]}}, actions: [validate_f], "
        "responses: {utter_x: [{text: x}]}}",
    )


def test_what_may_be_a_mistake_is_remarked_on_and_is_none() -> None:
    dialogue = dialogue_of("""
intents: [a, b, unheard]
slots: {note: {type: text, influence_conversation: false}}
rules: [{rule: r, condition: [{slot_was_set: [note]}], steps: [{intent: a}, {action: utter_said}]}]
responses: {utter_said: [{text: x}], utter_unsaid: [{text: y}]}
stories:
  - {story: s, steps: [{intent: a}, {action: utter_said}, {checkpoint: c}]}
  - {story: round, steps: [{checkpoint: c}, {intent: b}, {action: utter_said}, {checkpoint: c}]}
  - {story: t, steps: [{intent: b}, {action: utter_said}, {checkpoint: nowhere}]}
""")
    assert not list(problems_of(dialogue))
    assert [remark.message for remark in remarks_on(dialogue)] == [
        "the story 't' ends with the checkpoint 'nowhere', and none begins with it",
        "from the end of the story 'round' stories lead back to its beginning",
        "the rule 'r' holds whatever the slot 'note' is: it influences no prediction",
        "nothing says the response 'utter_unsaid'",
        "no story and no rule has a message with the intent 'unheard'",
    ]


def test_what_may_be_a_mistake_is_told_and_keeps_nobody_from_talking(tmp_path: Path) -> None:
    (tmp_path / "talk.yaml").write_text(
        "intents: [greet, order]\nresponses: {utter_hi: [{text: Hi}]}\n"
        "rules: [{rule: greet, steps: [{intent: greet}, {action: utter_hi}]}]\n",
        encoding="utf-8",
    )
    bot = tmp_path / "bot.yaml"
    bot.write_text("version: 1\npolicies: [{use: stories, path: talk.yaml}]\n", encoding="utf-8")
    done = run("check", bot)
    assert done.returncode == 0, done.stderr
    assert "no problems" in done.stdout
    told = "no story and no rule has a message with the intent 'order'. Write a rule for it, or remove it."
    assert f"Worth a look: {tmp_path / 'talk.yaml'}:1: {told}" in done.stdout

    builder = Builder(read_bot_file(bot))
    assert builder.check() == []
    assert len(builder.remarks) == 1


def test_a_text_that_names_a_slot_there_is_not_is_a_remark() -> None:
    dialogue = dialogue_of("""
intents: [pay]
slots: {amount: {type: any, mappings: [{type: custom}]}}
responses: {utter_paid: [{text: "{{ slots.amount }} of {{ slots.amunt }} {{ slots.currency }}"}]}
rules: [{rule: pay, steps: [{intent: pay}, {action: utter_paid}]}]
""")
    told = [(remark.message, remark.remedy) for remark in remarks_on(dialogue)]
    says = "the response 'utter_paid' names the slot"
    assert told == [
        (f"{says} 'amunt', and there is none: nothing stands there", "Did you mean 'amount'?"),
        (
            f"{says} 'currency', and there is none: nothing stands there",
            "Declare it, unless an action gives it a value.",
        ),
    ]


def test_custom_actions_that_cannot_be_loaded_are_a_mistake_though_nobody_has_said_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop-1.0.dist-info").mkdir()
    (tmp_path / "shop-1.0.dist-info" / "entry_points.txt").write_text("[dialog_core]\nshop_actions = shop_plugin\n")
    (tmp_path / "shop-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n")
    (tmp_path / "shop_plugin.py").write_text(
        "from dialog_core import hookimpl\n\n@hookimpl\ndef dialog_register(registry):\n"
        "    registry.action('action_book', 'shop_acting:action_book')\n"
        "    registry.action('action_pay', 'shop_acting:action_pay')\n"
    )
    (tmp_path / "shop_acting.py").write_text("import shop_database\n")
    (tmp_path / "talk.yaml").write_text("intents: [book]\nactions: [action_book, action_pay]\n")
    bot = tmp_path / "bot.yaml"
    bot.write_text("version: 1\nplugins: [shop_actions]\npolicies: [{use: stories, path: talk.yaml}]\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = run("check", bot)
    assert done.returncode == 2, done.stdout
    assert "the action 'action_book' could not be imported from 'shop_acting'" in done.stderr
    assert "No module named 'shop_database' (and so for 1 more)" in done.stderr
    assert "1 problem" in done.stderr


def test_custom_actions_that_nothing_runs_are_a_remark(tmp_path: Path) -> None:
    (tmp_path / "talk.yaml").write_text(
        "intents: [book]\nactions: [action_book]\n"
        "rules: [{rule: book, steps: [{intent: book}, {action: action_book}]}]\n",
        encoding="utf-8",
    )
    bot = tmp_path / "bot.yaml"
    bot.write_text("version: 1\npolicies: [{use: stories, path: talk.yaml}]\n", encoding="utf-8")
    told = (
        "nothing runs the action 'action_book'. "
        "Name the plugin that registers it under `plugins:`, or an `action_server:`."
    )
    done = run("check", bot)
    assert done.returncode == 0, done.stderr
    assert told in done.stdout

    bot.write_text(
        "version: 1\npolicies: [{use: stories, path: talk.yaml, action_server: 'http://localhost:5055/webhook'}]\n",
        encoding="utf-8",
    )
    assert "nothing runs" not in run("check", bot).stdout


def test_an_intent_that_may_only_answer_a_form_is_not_simply_to_be_removed() -> None:
    dialogue = dialogue_of("""
intents: [begin, inform]
entities: [city]
slots: {city: {type: text, mappings: [{type: from_entity, entity: city}]}}
forms: {trip: {required_slots: [city]}}
responses: {utter_ask_city: [{text: Where to?}]}
rules: [{rule: begin, steps: [{intent: begin}, {action: trip}, {active_loop: trip}]}]
""")
    assert [remark.remedy for remark in remarks_on(dialogue)] == [
        "Write a rule for it, or remove it, unless it only answers what forms ask."
    ]


def test_a_slot_in_single_braces_is_told_as_what_it_is() -> None:
    dialogue = dialogue_of("""
intents: [a]
slots: {name: {type: text, influence_conversation: false}}
responses: {utter_hi: [{text: "Hi {name}!"}, {text: "Hi {{ slots.name }}, {you}"}]}
rules: [{rule: r, steps: [{intent: a}, {action: utter_hi}]}]
""")
    (remark,) = remarks_on(dialogue)
    assert remark.message == "the response 'utter_hi' says `{name}` word for word"
    assert remark.remedy == "Write `{{ slots.name }}` for what is in the slot."
