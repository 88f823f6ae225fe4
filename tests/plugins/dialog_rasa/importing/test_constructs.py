"""What becomes of each construct: the examples, the pipeline, entities, test cases."""

from pathlib import Path

import pytest

from dialog_core.configuration import parse_yaml
from dialog_rasa.dialogue.marks import parse_marks
from dialog_rasa.dialogue.values import EntityGiven
from dialog_rasa.importing.pipeline import _INSTEAD
from dialog_rasa.importing.talks import marked
from tests.plugins.dialog_rasa.importing.small import DOMAIN, NLU, converted, told, yaml_of


def config(*components: str, policies: str = "[{name: RulePolicy}]") -> str:
    lines = "".join(f"- {component}\n" for component in components)
    return f"language: en\npipeline:\n{lines}policies: {policies}\n"


def test_a_text_of_two_intents_is_told_and_not_learnt_from(tmp_path: Path) -> None:
    result = converted(tmp_path, data_nlu_yml=NLU + "    - Hello\n")
    assert told(result, "example") == [
        "nlu.yml:10 'Hello' is an example of 'greet' and of 'bye': training passes over it"
    ]
    assert yaml_of(result, "bot.yaml")["training"][0]["contradictions"] == "drop"


def test_an_intent_with_one_example_is_learnt_and_told(tmp_path: Path) -> None:
    result = converted(tmp_path, data_nlu_yml=NLU + "- intent: thanks\n  examples: |\n    - thank you\n")
    assert told(result, "intent examples", "approximated") == [
        "nlu.yml:10 'thanks' has one example only, and is learnt by chance",
        "nlu.yml:10 no domain declares 'thanks': it is learnt, and nothing is done about it",
    ]
    assert yaml_of(result, "bot.yaml")["training"][0]["fewest"] == 1


def test_one_intent_alone_can_be_told_from_nothing(tmp_path: Path) -> None:
    result = converted(tmp_path, data_nlu_yml="nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi there\n")
    bot = yaml_of(result, "bot.yaml")
    assert not {"annotators", "training"} & set(bot)
    assert "nothing can be told apart" in told(result, "intent examples", "left out")[0]


def test_roles_groups_and_values_are_marked_as_ours_are(tmp_path: Path) -> None:
    nlu = NLU + (
        '    - from [Berlin](city) to [NYC]{"entity": "city", "role": "to", "value": "New York"}\n'
        '    - [two]{"entity": "count", "group": "1"} of [them]{"entity": "what", "role": "a", "group": "b"}\n'
        '    - [Graz][{"entity": "city"}, {"entity": "home"}]\n'
    )
    result = converted(tmp_path, domain_yml=f"{DOMAIN}entities: [city, count, what, home]\n", data_nlu_yml=nlu)
    assert yaml_of(result, "nlu/examples.yaml")["intents"]["bye"][2:] == [
        "from [Berlin](city) to [NYC](city:to=New York)",
        "[two](count:1) of [them](what:a)",
        "[Graz](city)",
    ]
    assert "the role is kept" in told(result, "example", "approximated")[0]
    assert "several entities for the same words" in told(result, "entity", "approximated")[0]


def test_words_stand_for_one_value(tmp_path: Path) -> None:
    nlu = (
        NLU
        + '    - [it](what=a) and [it]{"entity": "what", "value": "b"}\n    - [it]{"entity": "what", "value": "c"}\n'
    )
    result = converted(tmp_path, domain_yml=f"{DOMAIN}entities: [what]\n", data_nlu_yml=nlu)
    values = {
        one.value
        for text in yaml_of(result, "nlu/examples.yaml")["intents"]["bye"]
        for one in parse_marks(text).entities
    }
    assert len(values - {"it"}) == 1
    assert told(result, "example", "approximated")


def test_several_files_of_examples_stay_several(tmp_path: Path) -> None:
    more = "nlu:\n- intent: thanks\n  examples: |\n    - thank you\n    - cheers\n"
    result = converted(tmp_path, data_thanks_yml=more)
    assert [path for path in result.files if path.startswith("nlu/")] == ["nlu/nlu.yaml", "nlu/thanks.yaml"]
    assert yaml_of(result, "bot.yaml")["training"][0]["data"] == ["nlu/nlu.yaml", "nlu/thanks.yaml"]


RETRIEVAL = """\
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
- intent: faq/hours
  examples: |
    - when do you open
    - opening hours
- intent: faq/price
  examples: |
    - what does it cost
    - how much is it
responses:
  utter_faq/hours: [{text: At nine.}]
  utter_faq/price: [{text: Nothing.}]
"""


def test_a_retrieval_intent_gets_an_annotator_that_says_which_question_it_is(tmp_path: Path) -> None:
    domain = DOMAIN.replace("bye", "faq")
    pipeline = config("name: DIETClassifier", "name: ResponseSelector\n  retrieval_intent: faq")
    bot = yaml_of(converted(tmp_path, data_nlu_yml=RETRIEVAL, domain_yml=domain, config_yml=pipeline), "bot.yaml")
    assert {"use": "classifier", "name": "faq"} in bot["annotators"]
    assert bot["policies"][0]["selectors"] == {"faq": "faq"}
    assert [(entry["component"], entry["label_level"]) for entry in bot["training"]] == [
        ("intents", "first"),
        ("faq", "rest"),
    ]


@pytest.mark.parametrize("component", sorted(_INSTEAD))
def test_every_component_has_its_line_in_the_report(component: str, tmp_path: Path) -> None:
    if component.endswith("Policy"):
        text = config("name: WhitespaceTokenizer", policies=f"[{{name: {component}}}]")
    else:
        text = config(f"name: {component}")
    assert told(converted(tmp_path, config_yml=text), component)


def test_what_a_value_of_a_list_is_called_as_well_is_found_as_it_is(tmp_path: Path) -> None:
    cities = ["New York", "Rome", "Paris", "NYC"]
    nlu = NLU + (
        "- lookup: city\n  examples: |\n" + "".join(f"    - {city}\n" for city in cities) + "- lookup: street\n"
        "  examples: |\n" + "".join(f"    - Street {number}\n" for number in range(30)) + "- synonym: New York\n"
        "  examples: |\n    - big apple\n    - NYC\n- synonym: Street 7\n  examples: |\n    - main street\n"
    )
    result = converted(tmp_path, domain_yml=f"{DOMAIN}entities: [city, street]\n", data_nlu_yml=nlu)
    entities = next(one for one in yaml_of(result, "bot.yaml")["annotators"] if one["use"] == "entities")["entities"]
    assert entities["city"] == {"values": {"New York": ["big apple"], "Rome": [], "Paris": [], "NYC": []}}
    streets = yaml_of(result, "nlu/street.values.yaml")
    assert streets["Street 7"] == ["main street"]
    assert len(streets) == 30
    assert yaml_of(result, "dialogue/domain.yaml")["synonyms"]["New York"] == ["big apple", "NYC"]


def test_a_component_of_somebodys_own_is_left_out_with_what_to_do(tmp_path: Path) -> None:
    text = config("name: sentiment.SentimentAnalyzer", policies="[{name: mine.MyPolicy}]")
    result = converted(tmp_path, config_yml=text)
    assert told(result, "sentiment.SentimentAnalyzer", "left out")
    assert told(result, "mine.MyPolicy", "left out")
    assert all(
        one.remedy for one in result.findings if one.construct in ("sentiment.SentimentAnalyzer", "mine.MyPolicy")
    )


def test_what_duckling_found_is_found_without_a_server(tmp_path: Path) -> None:
    dimensions = "[amount-of-money, time, volume, number]"
    duckling = f"name: DucklingEntityExtractor\n  timezone: Europe/Berlin\n  dimensions: {dimensions}"
    result = converted(tmp_path, config_yml=config(duckling))
    entities = next(one for one in yaml_of(result, "bot.yaml")["annotators"] if one["use"] == "entities")
    assert entities["entities"] == {"amount-of-money": "money", "time": "datetime", "number": "number"}
    assert entities["timezone"] == "Europe/Berlin"
    assert told(result, "DucklingEntityExtractor", "left out") == ["config.yml:3 nothing finds 'volume' here"]


def test_what_duckling_found_for_nobody_takes_no_place_of_what_is_marked(tmp_path: Path) -> None:
    nlu = f"{NLU}- intent: travel\n  examples: |\n    - fly [tomorrow](date)\n    - fly on [Monday](date)\n"
    domain = DOMAIN.replace("intents: [", "intents: [travel, ") + "entities: [date, number]\n"
    text = config("name: DucklingEntityExtractor\n  dimensions: [time, number]")
    result = converted(tmp_path, config_yml=text, domain_yml=domain, data_nlu_yml=nlu)
    entities = next(one for one in yaml_of(result, "bot.yaml")["annotators"] if one["use"] == "entities")
    assert entities == {"use": "entities", "trained": True, "entities": {"number": "number"}}
    assert told(result, "DucklingEntityExtractor", "left out") == [
        "config.yml:3 'time' is the name of no entity, and would be found in place of what examples mark"
    ]


def test_without_dimensions_only_what_is_declared_is_found(tmp_path: Path) -> None:
    text = config("name: DucklingEntityExtractor")
    result = converted(tmp_path, config_yml=text, domain_yml=f"{DOMAIN}entities: [email]\n")
    entities = next(one for one in yaml_of(result, "bot.yaml")["annotators"] if one["use"] == "entities")
    assert entities["entities"] == {"email": "email"}


def test_expressions_and_lists_find_entities_that_are_declared(tmp_path: Path) -> None:
    nlu = NLU + (
        "- regex: account\n  examples: |\n    - \\d{10}\n    - a*\n"
        "- regex: hint\n  examples: |\n    - please\n"
        "- lookup: country\n  examples: |\n    - Spain\n    - spain\n    - Perú\n"
        "- lookup: street\n  examples: |\n" + "".join(f"    - Street {number}\n" for number in range(30))
    )
    result = converted(tmp_path, domain_yml=f"{DOMAIN}entities: [account, country, street]\n", data_nlu_yml=nlu)
    entities = next(one for one in yaml_of(result, "bot.yaml")["annotators"] if one["use"] == "entities")["entities"]
    assert entities["account"] == {"regex": [r"\d{10}"]}
    assert entities["country"] == {"values": ["Spain", "Perú"]}
    assert entities["street"] == {"path": "nlu/street.values.yaml"}
    streets = parse_yaml(result.files["nlu/street.values.yaml"])
    assert len(streets.value) == 30
    refused, hint = told(result, "regex", "left out")
    assert "empty text" in refused
    assert "'hint' is the name of no entity" in hint


def test_endpoints_and_channels_are_told(tmp_path: Path) -> None:
    endpoints = "action_endpoint:\n  url: http://actions:5055/webhook\ntracker_store:\n  type: redis\n"
    result = converted(tmp_path, endpoints_yml=endpoints, credentials_yml="slack:\n  slack_token: xoxb\nrest:\n")
    assert yaml_of(result, "bot.yaml")["policies"][0]["action_server"] == "http://actions:5055/webhook"
    assert told(result, "tracker_store", "left out")
    assert told(result, "channel slack", "left out")
    assert told(result, "channel rest", "approximated")
    assert "xoxb" not in "".join(result.files.values())


def test_how_stories_are_compared_and_believed_is_as_it_was(tmp_path: Path) -> None:
    policies = """
- name: MemoizationPolicy
  max_history: 3
- name: AugmentedMemoizationPolicy
  max_history: 99
- name: RulePolicy
  core_fallback_threshold: 0.6
  core_fallback_action_name: action_call_somebody"""
    text = config("name: FallbackClassifier\n  threshold: 0.7\n  ambiguity_threshold: 0.2", policies=policies)
    result = converted(tmp_path, config_yml=text)
    policy = yaml_of(result, "bot.yaml")["policies"][0]
    assert policy == {
        "name": "stories",
        "use": "stories",
        "path": "dialogue",
        "responses": "responses.yaml",
        "max_history": 30,
        "threshold": 0.7,
        "ambiguity": 0.2,
        "core_threshold": 0.6,
    }
    assert told(result, "max_history", "approximated")
    assert told(result, "core_fallback_action_name", "left out")


def test_the_response_where_nothing_is_predicted_is_as_it_was(tmp_path: Path) -> None:
    policies = "\n- name: RulePolicy\n  core_fallback_action_name: utter_hi"
    result = converted(tmp_path, config_yml=config("name: DIETClassifier", policies=policies))
    assert yaml_of(result, "bot.yaml")["policies"][0]["fallback"] == "utter_hi"


CASES = """\
test_cases:
- test_case: they are greeted
  steps:
  - user: hello
  - utter: utter_hi
  - bot: How are you?
  - slot_was_set: [{mood: good}, name]
  - slot_was_not_set: [city]
  - user: bye
  - utter: utter_many
- test_case: by name
  steps:
  - user: I am Ann
  - utter: utter_name
"""


def test_test_cases_become_conversation_tests(tmp_path: Path) -> None:
    domain = (
        "intents: [greet, bye]\nresponses:\n  utter_hi:\n  - text: Hello!\n"
        "  utter_many: [{text: Bye}, {text: See you}]\n  utter_name: [{text: 'Hello {name}, welcome'}]\n"
        "slots:\n"
        + "".join(f"  {slot}: {{type: text, mappings: [{{type: custom}}]}}\n" for slot in ("mood", "name", "city"))
    )
    result = converted(tmp_path, domain_yml=domain, **{"tests__cases__yml": CASES})
    assert yaml_of(result, "tests/cases.tests.yaml")["tests"] == [
        {
            "name": "they are greeted",
            "steps": [
                {"user": "hello", "slots": {"mood": "good", "city": None}, "bot": "Hello!\n\nHow are you?"},
                {"user": "bye", "bot": ["Bye", "See you"]},
            ],
        },
        {"name": "by name", "steps": [{"user": "I am Ann", "contains": ["Hello", ", welcome"]}]},
    ]
    assert "that 'name' has some value cannot be said" in told(result, "test case", "left out")[0]


def test_test_stories_keep_their_marks(tmp_path: Path) -> None:
    story = (
        "stories:\n- story: one\n  steps:\n  - user: |\n      fly to [Rome](city)\n    intent: greet\n"
        '  - action: utter_hi\n  - user: |\n      [NYC]{"entity": "city", "role": "to", "value": "New York"}\n'
        "    intent: bye\n  - action: utter_hi\n"
    )
    domain = f"{DOMAIN}entities: [{{city: {{roles: [to]}}}}]\n"
    result = converted(tmp_path, domain_yml=domain, **{"tests__test_stories.yml__yml": story})
    steps = yaml_of(result, next(path for path in result.files if path.endswith(".stories.yaml")))["stories"][0][
        "steps"
    ]
    assert steps[0] == {"user": "fly to [Rome](city)", "intent": "greet"}
    second = parse_marks(steps[2]["user"]).entities or tuple(
        EntityGiven("city", one["city"], one.get("role", "")) for one in steps[2]["entities"]
    )
    assert second == (EntityGiven("city", "New York", "to"),)


def test_what_cannot_be_marked_stands_beside_the_message() -> None:
    both = EntityGiven("city", "Rome", "to", "1")
    assert marked("to Rome", [both]) == ("to Rome", (both,))
    elsewhere = EntityGiven("city", "New York")
    assert marked("to NYC", [elsewhere]) == ("to NYC", (elsewhere,))
    assert marked("to NYC", [EntityGiven("city", "New York", start=3, end=6)]) == ("to [NYC](city=New York)", ())
    assert marked("to Rome or Rome", [EntityGiven("city", "Rome")] * 2)[0] == "to [Rome](city) or [Rome](city)"


def test_why_a_threshold_is_what_it_is_stays_beside_it(tmp_path: Path) -> None:
    pipeline = "pipeline:\n- name: FallbackClassifier\n  # Below it people were annoyed.\n  threshold: 0.6\n"
    result = converted(tmp_path, config_yml=f"language: en\n{pipeline}policies: [{{name: RulePolicy}}]\n")
    assert "    # Below it people were annoyed.\n    threshold: 0.6\n" in result.files["bot.yaml"]
    assert told(result, "comment") == []


def test_settings_of_components_that_stay_behind_are_named(tmp_path: Path) -> None:
    pipeline = config(
        "{name: DIETClassifier, epochs: 5, entity_recognition: false}",
        "{name: RegexEntityExtractor, case_sensitive: true}",
        policies="[{name: RulePolicy, core_fallback_threshold: 0.5, restrict_rules: false}, {name: MemoizationPolicy}]",
    )
    result = converted(tmp_path, config_yml=pipeline)
    assert told(result, "DIETClassifier")[0].endswith("; not taken over: `epochs`")
    assert told(result, "RegexEntityExtractor", "approximated")[0].endswith("; not taken over: `case_sensitive`")
    assert told(result, "RulePolicy", "approximated")[0].endswith("; not taken over: `restrict_rules`")
    assert told(result, "MemoizationPolicy", "exact")


def test_where_actions_run_channels_and_what_is_chosen_between_have_places(tmp_path: Path) -> None:
    nlu = NLU + "".join(f"- intent: faq/{one}\n  examples: |\n    - {one}?\n    - the {one}\n" for one in ("a", "b"))
    result = converted(
        tmp_path,
        data_nlu_yml=nlu,
        endpoints_yml="# where\naction_endpoint: {url: 'http://actions:5055/webhook'}\n",
        credentials_yml="rest:\nslack: {}\ncmdline:\n",
    )
    assert told(result, "action_endpoint")[0].startswith("endpoints.yml:2 ")
    lines = [told(result, f"channel {name}")[0].split()[0] for name in ("rest", "slack", "cmdline")]
    assert lines == ["credentials.yml:1", "credentials.yml:2", "credentials.yml:3"]
    assert told(result, "retrieval intent")[0].startswith("nlu.yml:10 faq: 2 answers")


def test_policies_that_rules_have_replaced_are_known_and_say_which_rule_to_write(tmp_path: Path) -> None:
    policies = "[{name: FormPolicy}, {name: MappingPolicy}, {name: FallbackPolicy}, {name: TwoStageFallbackPolicy}]"
    result = converted(tmp_path, config_yml=config("name: DIETClassifier", policies=policies))
    remedies = {one.construct: one.remedy for one in result.findings if one.construct.endswith("Policy")}
    assert len(remedies) == 4
    assert "Write a rule" in remedies["FormPolicy"]
    assert "action_two_stage_fallback" in remedies["TwoStageFallbackPolicy"]
    assert "`threshold`" in remedies["FallbackPolicy"]


def test_an_intent_that_has_examples_and_is_declared_nowhere_is_told(tmp_path: Path) -> None:
    nlu = NLU + "".join(
        f"- intent: {one}\n  examples: |\n    - {one}?\n    - the {one}\n" for one in ("faq/a", "faq/b")
    )
    result = converted(tmp_path, data_nlu_yml=nlu)
    assert told(result, "intent examples", "approximated") == [
        "nlu.yml:10 no domain declares 'faq': it is learnt, and nothing is done about it"
    ]
