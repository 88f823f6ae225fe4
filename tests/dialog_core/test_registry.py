import sys
from pathlib import Path
from typing import Any

import pytest

from dialog_core.configuration import Options
from dialog_core.errors import PluginError, UnknownComponentError
from dialog_core.registry import KINDS, Registration, Registry


def registry(plugin: str = "mine") -> Registry:
    return Registry().registering(plugin)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that writes a module which can then be imported."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def write(name: str, text: str) -> None:
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    yield write
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_name_is_a_string_until_it_is_used(package: Any) -> None:
    package("lazy_part", "class Policy: pass\nclass Other:\n    class Inner: pass\n")
    names = registry()
    names.policy("lazy", "lazy_part:Policy", category="rules")
    names.policy("inner", "lazy_part:Other.Inner")
    assert "lazy_part" not in sys.modules

    assert names.get("policy", "lazy").load().__name__ == "Policy"
    assert names.get("policy", "inner").load().__name__ == "Inner"


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"profile_store"}))
def test_every_kind_can_be_registered(kind: str) -> None:
    names = registry()
    getattr(names, kind)("name", "module:Class", extra="package[extra]")
    entry = names.get(kind, "name")
    assert (entry.kind, entry.target, entry.plugin, entry.extra) == (kind, "module:Class", "mine", "package[extra]")
    assert names.names(kind) == ["name"]
    assert list(names) == [entry]


def test_a_policys_kind_is_its_name_unless_it_says_otherwise() -> None:
    names = registry()
    names.policy("bm25", "m:C", category="retrieval")
    names.policy("odd", "m:C")
    assert names.get("policy", "bm25").category == "retrieval"
    assert names.get("policy", "odd").category == "odd"


def test_one_name_may_serve_several_kinds() -> None:
    names = registry()
    names.policy("intents", "m:Policy")
    names.annotator("intents", "m:Annotator")
    assert names.get("annotator", "intents").target == "m:Annotator"


def test_two_plugins_that_claim_one_name_are_both_named() -> None:
    names = registry("one")
    names.policy("bm25", "a:B")
    with pytest.raises(PluginError, match=r"two plugins register a policy named 'bm25': 'one' and 'two'\. Remove one"):
        names.registering("two").policy("bm25", "c:D")
    assert names.get("policy", "bm25").plugin == "one"


@pytest.mark.parametrize(
    ("kind", "target", "told"),
    [
        ("polcy", "m:C", "registers 'x' as 'polcy'; kinds are policy, annotator"),
        ("policy", "module.Class", "write it as 'package.module:Class'"),
    ],
)
def test_a_wrong_registration_is_refused_naming_the_plugin(kind: str, target: str, told: str) -> None:
    with pytest.raises(PluginError, match="plugin 'mine' registers") as caught:
        registry().add(kind, "x", target)
    assert told in str(caught.value)


def test_an_unknown_name_is_answered_with_the_likely_one() -> None:
    names = registry()
    names.policy("bm25", "m:C")
    names.policy("rules", "m:C")
    with pytest.raises(UnknownComponentError) as caught:
        names.get("policy", "bm52")
    assert str(caught.value) == "there is no policy named 'bm52'. Did you mean 'bm25'?"
    assert (caught.value.kind, caught.value.name, caught.value.known) == ("policy", "bm52", ["bm25", "rules"])
    with pytest.raises(UnknownComponentError, match="there is no store named 'bm25'"):
        names.get("store", "bm25")


def test_a_missing_extra_is_answered_with_the_command_that_installs_it(package: Any) -> None:
    package("needy.policy", "import not_there_at_all\n")
    names = registry()
    names.policy("needy", "needy.policy:Policy", extra="dialog-core[encoders]")
    with pytest.raises(PluginError) as caught:
        names.get("policy", "needy").load()
    assert str(caught.value) == (
        "plugin 'mine': the policy 'needy' needs the package 'not_there_at_all', which is not installed. "
        "Run: pip install 'dialog-core[encoders]'"
    )


def test_a_missing_package_whose_name_begins_that_of_the_plugin_is_missing_all_the_same(package: Any) -> None:
    package("faissy_policy.part", "import faissy\n")
    names = registry()
    names.policy("p", "faissy_policy.part:P", extra="package[faissy]")
    with pytest.raises(PluginError, match=r"needs the package 'faissy'.*pip install 'package\[faissy\]'"):
        names.get("policy", "p").load()


@pytest.mark.parametrize(
    ("target", "extra", "told"),
    [
        ("not_there_at_all.part:P", "package[extra]", "could not be imported from 'not_there_at_all.part': No module"),
        ("needs.part:P", "", "could not be imported from 'needs.part': No module named 'not_there_either'"),
        ("broken.part:P", "package[extra]", "could not be imported from 'broken.part': ValueError: at import"),
        ("fine.part:Nothing", "", "names 'fine.part:Nothing', but 'fine.part' has no 'Nothing'"),
    ],
)
def test_what_cannot_be_loaded_is_told_with_its_cause(package: Any, target: str, extra: str, told: str) -> None:
    package("needs.part", "import not_there_either\n")
    package("broken.part", "raise ValueError('at import')\n")
    package("fine.part", "")
    with pytest.raises(PluginError, match="plugin 'mine': the policy 'p'") as caught:
        Registration("policy", "p", target, "mine", extra=extra).load()
    assert told in str(caught.value)
    assert caught.value.__cause__ is not None


def test_options_are_those_registered_or_none_at_all() -> None:
    assert Registration("policy", "p", "m:C", "mine").load_options() is Options
    loaded = Registration("policy", "p", "m:C", "mine", options="tests.parts:EchoOptions").load_options()
    assert loaded.__name__ == "EchoOptions"
    with pytest.raises(PluginError, match=r"is not a model. Derive it from dialog_core.configuration.Options."):
        Registration("policy", "p", "m:C", "mine", options="tests.parts:NotOptions").load_options()


def test_a_check_is_loaded_if_there_is_one() -> None:
    assert Registration("policy", "p", "m:C", "mine").load_check() is None
    assert callable(Registration("policy", "p", "m:C", "mine", check="tests.parts:check_file").load_check())
