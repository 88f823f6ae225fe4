import inspect

import pytest

from dialog_core.bot_file import ENTRY_MODELS, entry_model
from dialog_core.errors import PluginError
from dialog_core.plugins import PluginSet
from dialog_core.registry import Registration

VERBS = {
    "policy": "propose",
    "annotator": "annotate",
    "ranker": "rank",
    "store": "append",
    "reader": "read",
    "writer": "write",
    "cleaner": "clean",
    "augmenter": "augment",
    "recognizer": "find",
    "analyzer": "tokens",
    "encoder": "encode",
    "trainer": "train",
    "metric": "compute",
    "channel": "run",
}
REGISTERED = list(PluginSet.load().registry)


def shown(entry: Registration) -> str:
    return f"{entry.kind} {entry.name}"


@pytest.mark.parametrize("entry", REGISTERED, ids=shown)
def test_every_option_of_a_built_in_component_is_described(entry: Registration) -> None:
    """The reference pages and the JSON Schema are made from the descriptions."""
    options = entry.load_options()
    assert options.__doc__
    assert [name for name, field in options.model_fields.items() if not field.description] == []
    if entry.kind in ENTRY_MODELS:
        assert entry_model(entry).model_json_schema()


@pytest.mark.parametrize("entry", REGISTERED, ids=shown)
def test_every_built_in_component_has_its_verb_and_is_built_from_options_and_a_context(entry: Registration) -> None:
    try:
        target = entry.load()
    except PluginError as error:
        if "pip install" not in str(error):
            raise
        pytest.skip(str(error))  # an extra that is not installed here
    if entry.kind == "action":
        assert callable(target)
        return
    if entry.kind in VERBS:
        assert callable(getattr(target, VERBS[entry.kind]))
    if entry.kind == "guard":
        assert hasattr(target, "check_input") or hasattr(target, "check_output")
    assert len(inspect.signature(target).parameters) == 2
