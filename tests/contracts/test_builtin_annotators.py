"""Every built-in annotator does what any annotator must do."""

from pathlib import Path

import pytest

from dialog_core.plugins import PluginSet
from dialog_core.testing import AnnotatorContract, make_context
from dialog_nlu.entities import EntitiesAnnotator
from dialog_nlu.entity_options import EntitiesOptions
from dialog_nlu.label_annotators import ClassifierAnnotator, IntentsAnnotator
from dialog_nlu.language import LanguageAnnotator
from dialog_nlu.language_options import LanguageOptions
from dialog_nlu.options import ClassifierOptions, IntentsOptions
from tests.plugins.dialog_nlu.finding import KINDS
from tests.plugins.dialog_nlu.labelling import SHOP
from tests.plugins.dialog_nlu.labelling import train as train_labels
from tests.plugins.dialog_nlu_training.tagging import JOURNEYS
from tests.plugins.dialog_nlu_training.tagging import train as train_entities

EVERYTHING = {
    **dict.fromkeys(KINDS),
    "when": {"kind": "datetime"},
    "city": {"values": {"Berlin": ["BLN"], "北京": ["Peking"]}, "fuzzy": True, "roles": {"from": ["from", "从"]}},
    "order": {"regex": r"[A-Z]{2}\d+"},
}


@pytest.fixture(scope="session")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_labels(tmp_path_factory.mktemp("labels"), SHOP)[0]


@pytest.fixture(scope="session")
def journeys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("journeys")
    train_entities(directory, JOURNEYS)
    return directory / "artefact"


class LabelContract(AnnotatorContract):
    """Hands the trained model to `make_annotator`, which the contract calls with a folder alone."""

    model: Path

    @pytest.fixture(autouse=True)
    def _trained(self, labels: Path) -> None:
        self.model = labels


class TestIntents(LabelContract):
    def make_annotator(self, tmp_path: Path) -> IntentsAnnotator:
        return IntentsAnnotator(IntentsOptions(), make_context("intents", artefact=self.model))


class TestClassifier(LabelContract):
    def make_annotator(self, tmp_path: Path) -> ClassifierAnnotator:
        return ClassifierAnnotator(ClassifierOptions(several=True), make_context("tone", artefact=self.model))


class TestEntities(AnnotatorContract):
    def make_annotator(self, tmp_path: Path) -> EntitiesAnnotator:
        options = EntitiesOptions.model_validate({"entities": EVERYTHING, "languages": ["en", "zh"]})
        return EntitiesAnnotator(options, make_context("entities"))


class TestEntitiesInOtherLanguages(AnnotatorContract):
    def make_annotator(self, tmp_path: Path) -> EntitiesAnnotator:
        options = EntitiesOptions.model_validate({"entities": EVERYTHING})
        return EntitiesAnnotator(options, make_context("entities", language="de"))


class TestTrainedEntities(AnnotatorContract):
    model: Path

    @pytest.fixture(autouse=True)
    def _trained(self, journeys: Path) -> None:
        self.model = journeys

    def make_annotator(self, tmp_path: Path) -> EntitiesAnnotator:
        options = EntitiesOptions.model_validate({"trained": True, "entities": {"city": {"values": ["Berlin"]}}})
        return EntitiesAnnotator(options, make_context("entities", artefact=self.model))


class TestLanguage(AnnotatorContract):
    def make_annotator(self, tmp_path: Path) -> LanguageAnnotator:
        return LanguageAnnotator(LanguageOptions(), make_context("language"))


class TestLanguageByLingua(AnnotatorContract):
    def make_annotator(self, tmp_path: Path) -> LanguageAnnotator:
        options = LanguageOptions(engine="lingua", languages=("en", "de", "zh"))
        return LanguageAnnotator(options, make_context("language"))


def test_no_built_in_annotator_is_left_out() -> None:
    tested = {"intents", "classifier", "entities", "language"}
    assert {entry.name for entry in PluginSet.load().registry if entry.kind == "annotator"} == tested
