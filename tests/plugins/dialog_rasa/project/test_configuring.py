"""The configuration, where actions run, and which channels there are."""

from pathlib import Path

from dialog_rasa.project.values import Configuration, Part
from tests.plugins.dialog_rasa.project.reading import read, told

CONFIG = """\
recipe: default.v1
assistant_id: mine
language: de
pipeline:
- name: WhitespaceTokenizer
- name: DIETClassifier
  epochs: 100
  learning_rate: 1e-3
  features: [a, {b: c}]
- KeywordIntentClassifier
policies:
- name: RulePolicy
  core_fallback_threshold: 0.30
"""


def test_components_are_read_with_their_options_and_places(tmp_path: Path) -> None:
    project = read(tmp_path, {"config.yml": CONFIG})
    assert {finding.fate for finding in project.findings} == {"exact", "left out"}
    assert [finding.construct for finding in project.findings] == ["recipe", "assistant_id"]
    configuration = project.configuration
    assert configuration.language == "de"
    assert [(part.name, part.place.line) for part in configuration.pipeline] == [
        ("WhitespaceTokenizer", 5),
        ("DIETClassifier", 6),
        ("KeywordIntentClassifier", 10),
    ]
    assert configuration.pipeline[1].options == {
        "epochs": 100,
        "learning_rate": 0.001,
        "features": ["a", {"b": "c"}],
    }
    assert [part.options for part in configuration.policies] == [{"core_fallback_threshold": 0.3}]


def test_an_empty_pipeline_means_the_usual_one(tmp_path: Path) -> None:
    project = read(tmp_path, {"config.yml": "language:\npipeline: null\npolicies:\n"})
    assert project.findings == ()
    assert (project.configuration.language, project.configuration.pipeline) == ("en", ())


def test_a_template_of_rasa_1_is_the_usual_pipeline_and_said_so(tmp_path: Path) -> None:
    project = read(tmp_path, {"config.yml": "pipeline: supervised_embeddings\n"})
    assert project.configuration.pipeline == ()
    assert told(project.findings, "approximated")[0].startswith("config.yml:1: `pipeline: supervised_embeddings`")


def test_addresses_are_read_and_secrets_are_not(tmp_path: Path) -> None:
    endpoints = """\
action_endpoint:
  url: http://${HOST}:5055/webhook
  token: very-secret
tracker_store:
  type: SQL
  password: very-secret
  user: ${DB_USER}
event_broker:
"""
    credentials = "rest:\nslack:\n  slack_token: very-secret\n  slack_channel: ${CHANNEL}\n"
    files: dict[str, str | bytes] = {"endpoints.yml": endpoints, "credentials.yml": credentials}
    project = read(tmp_path, files, HOST="actions.example.org")
    configuration = project.configuration
    assert configuration.action_server == "http://actions.example.org:5055/webhook"
    assert configuration.channels == ("rest", "slack")
    assert [(part.name, part.options) for part in configuration.other_endpoints] == [("tracker_store", {"type": "SQL"})]
    assert "very-secret" not in repr(project)
    assert told(project.findings) == []
    left_out = told(project.findings, "left out")
    assert [line.split(": ")[0] for line in left_out] == ["credentials.yml:2", "endpoints.yml:3", "endpoints.yml:4"]
    assert "CHANNEL" in left_out[0]
    assert "DB_USER" in left_out[2]


def test_a_variable_that_is_not_set_is_named_and_the_text_kept(tmp_path: Path) -> None:
    nlu = "nlu:\n- intent: hi\n  examples: |\n    - hello\n    - hello ${NAME}\n"
    domain = "intents: [hi]\nresponses:\n  utter_hi:\n  - text: Hi from ${CITY} and ${NAME}\n"
    endpoints = "action_endpoint: {url: '${SERVER}'}\n"
    project = read(tmp_path, {"domain.yml": domain, "data/nlu.yml": nlu, "endpoints.yml": endpoints}, CITY="Rome")
    assert told(project.findings) == [
        "nlu.yml:5: the environment variable NAME is not set",
        "domain.yml:4: the environment variable NAME is not set",
        "endpoints.yml:1: the environment variable SERVER is not set",
    ]
    assert "export NAME=" in project.findings[0].remedy
    assert project.configuration.action_server == "${SERVER}"
    assert project.understanding.intents[0].examples[1].text == "hello ${NAME}"
    assert "Rome" in project.dialogue.responses["utter_hi"][0].text


def test_a_slot_behind_a_dollar_sign_is_no_variable(tmp_path: Path) -> None:
    domain = 'responses:\n  utter_price:\n  - text: "That is ${price}."\n  - text: That is ${price}.\n'
    project = read(tmp_path, {"domain.yml": domain})
    assert project.dialogue.responses["utter_price"][0].text == "That is ${{ slots.price }}."
    assert told(project.findings) == ["domain.yml:4: the environment variable price is not set"]


def test_what_no_endpoint_and_no_channel_needs_has_its_place(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "endpoints.yml": "action_endpoint: {url: 'http://x'}\nsomething: {url: y}\n",
        "credentials.yml": "rest:\nslack: {}\n",
        "config.yml": "language: en\nimporters: [{name: RasaFileImporter}]\n",
    }
    project = read(tmp_path, files)
    assert [line.split(": ")[0] for line in told(project.findings, "left out")] == ["config.yml:2", "endpoints.yml:2"]
    places = {name: place.line for name, place in project.configuration.places.items()}
    assert places == {"action_endpoint": 1, "rest": 1, "slack": 2}


def test_actions_may_run_in_the_same_process(tmp_path: Path) -> None:
    project = read(tmp_path, {"endpoints.yml": "action_endpoint: {actions_module: actions}\n"})
    assert told(project.findings) == []
    assert project.configuration.action_server == ""


def test_files_of_comments_only_say_nothing(tmp_path: Path) -> None:
    project = read(tmp_path, {"endpoints.yml": "# action_endpoint:\n#  url: x\n", "credentials.yml": ""})
    assert project.findings == ()


def test_of_two_configurations_the_one_called_config_counts(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.yml": "language: fr\npipeline: []\n", "conf/config.yml": "language: de\n"}
    project = read(tmp_path, files)
    assert project.configuration.language == "de"
    assert told(project.findings, "left out") == ["a.yml:1: another configuration; the one in config.yml:1 is read"]


def test_what_is_wrong_with_a_configuration_is_said_with_its_line(tmp_path: Path) -> None:
    config = "language: [en]\npipeline:\n- epochs: 3\n- 1\npolicies: {a: b}\ndata: x\n"
    project = read(tmp_path, {"config.yml": config})
    assert [line.split(":")[1] for line in told(project.findings)] == ["1", "3", "5"]
    assert told(project.findings, "left out") == ["config.yml:6: `data:` is not read"]
    assert project.configuration == Configuration(
        pipeline=(Part("1", {}, project.configuration.pipeline[0].place),), place=project.configuration.place
    )


def test_what_is_wrong_with_endpoints_and_credentials_is_said_with_its_line(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "endpoints.yml": "nlg:\naction_endpoint:\n  port: 5\n",
        "config.yml": "recipe: graph.v1\nlanguage: en\n",
    }
    project = read(tmp_path, files)
    assert told(project.findings) == ["endpoints.yml:2: this endpoint has no `url:`"]
    assert told(project.findings, "left out")[0].startswith("config.yml:1: the recipe 'graph.v1' is not read")
