import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import dialog_core
from dialog_core import hookimpl
from dialog_core.compatibility import wanted_versions
from dialog_core.errors import PluginError
from dialog_core.plugins import PluginSet, find_plugin, installed_plugins
from dialog_core.registry import Registry

Install = Callable[..., None]

SOUND = """
from dialog_core import Candidate, Component, hookimpl

class Policy(Component):
    def propose(self, turn):
        return [Candidate("Hello", 1.0)]

@hookimpl
def dialog_register(registry):
    registry.policy("{name}", "{module}:Policy")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return a function that installs a package with a plugin, as pip would, until the test is over."""
    monkeypatch.syspath_prepend(tmp_path)
    installed_plugins.cache_clear()
    wanted_versions.cache_clear()
    before = set(sys.modules)

    def write(
        plugin: str, text: str | None = None, *, distribution: str = "", module: str = "", needs: str = ""
    ) -> None:
        distribution, module = distribution or f"dialog-core-{plugin}", module or f"plugin_{plugin}"
        source = SOUND.format(name=plugin, module=module) if text is None else text
        (tmp_path / f"{module}.py").write_text(source)
        metadata = tmp_path / f"{distribution.replace('-', '_')}-1.2.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n"
            + (f"Requires-Dist: {needs}\n" if needs else "")
        )
        (metadata / "entry_points.txt").write_text(f"[dialog_core]\n{plugin} = {module}\n")
        installed_plugins.cache_clear()

    wanted_versions.cache_clear()

    yield write
    installed_plugins.cache_clear()
    wanted_versions.cache_clear()
    for name in set(sys.modules) - before:
        if (tmp_path / f"{name}.py").exists():
            del sys.modules[name]


def test_built_in_plugins_are_declared_as_third_partys_are() -> None:
    builtin = {plugin.name: plugin for plugin in installed_plugins() if plugin.builtin}
    assert {"core", "rules", "retrieval", "terminal", "data"} <= set(builtin)
    assert builtin["core"].distribution == "dialog-core"
    assert builtin["core"].target == "dialog_core.core_plugin"


def test_the_kernel_registers_a_ranker_and_two_stores() -> None:
    registry = PluginSet.load().registry
    assert "table" in registry.names("ranker")
    assert {"memory", "sqlite"} <= set(registry.names("store"))


def test_a_plugin_that_is_named_is_loaded(install: Install) -> None:
    install("sound")
    plugins = PluginSet.load(["sound", "sound"])
    assert plugins.registry.get("policy", "sound").plugin == "sound"
    assert [plugin.distribution for plugin in plugins.loaded if not plugin.builtin] == ["dialog-core-sound"]


def test_a_plugin_that_is_installed_and_not_named_is_never_imported(install: Install) -> None:
    install("broken", "raise ValueError('imported')")
    PluginSet.load()
    assert [(p.name, p.distribution, p.version, p.builtin) for p in installed_plugins() if not p.builtin] == [
        ("broken", "dialog-core-broken", "1.2", False)
    ]
    assert "plugin_broken" not in sys.modules


def test_built_ins_come_first(install: Install) -> None:
    install("aaa")
    listed = installed_plugins()
    assert [plugin.builtin for plugin in listed] == sorted((plugin.builtin for plugin in listed), reverse=True)


def test_a_plugin_that_is_not_installed_is_answered_with_the_likely_one_and_a_command(install: Install) -> None:
    install("customer_service")
    with pytest.raises(PluginError) as caught:
        find_plugin("custmer_service")
    assert str(caught.value) == (
        "plugin 'custmer_service' is not installed. Did you mean 'customer_service'? Install the package that brings "
        "it, for example: pip install dialog-core-custmer-service"
    )


def test_two_packages_that_bring_one_plugin_are_both_named(install: Install) -> None:
    install("echo", distribution="echo-one", module="echo_one")
    install("echo", distribution="echo-two", module="echo_two")
    with pytest.raises(PluginError, match=r"two packages bring a plugin named 'echo': echo-(one|two) 1\.2 and echo-"):
        PluginSet.load(["echo"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import not_there_at_all", "ModuleNotFoundError: No module named 'not_there_at_all'"),
        ("raise ValueError('at import')", "ValueError: at import"),
        ("def broken(:", "SyntaxError: "),
    ],
)
def test_a_plugin_that_cannot_be_imported_is_told_with_its_cause(install: Install, text: str, told: str) -> None:
    install("bad", text)
    with pytest.raises(PluginError) as caught:
        PluginSet.load(["bad"])
    assert str(caught.value).startswith(
        f"plugin 'bad' (dialog-core-bad 1.2) could not be imported from 'plugin_bad': {told}"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "from dialog_core import hookimpl\n@hookimpl\ndef dialog_regster(registry): ...",
            "plugin 'bad': there is no hook 'dialog_regster'. Did you mean 'dialog_register'?",
        ),
        (
            "def dialog_register(registry): ...",
            "plugin 'bad' implements no hook. Mark dialog_register with @dialog_core.hookimpl.",
        ),
        (
            "x = 1",
            "plugin 'bad' implements no hook. Define a function dialog_register(registry) marked with "
            "@dialog_core.hookimpl.",
        ),
        (
            "from dialog_core import hookimpl\n@hookimpl\ndef dialog_register(registry, extra): ...",
            "{'extra'} are declared in the hookimpl but can not be found in the hookspec",
        ),
        (
            "from dialog_core import hookimpl\n@hookimpl\ndef dialog_register(registry): raise ValueError('no')",
            "plugin 'bad' failed to register: ValueError: no",
        ),
        (
            "from dialog_core import hookimpl\n@hookimpl\ndef dialog_register(registry): registry.polcy('a', 'b:C')",
            "plugin 'bad' failed to register: AttributeError: 'Registry' object has no attribute 'polcy'",
        ),
        (
            "from dialog_core import hookimpl\n@hookimpl\nasync def dialog_turn_finished(turn, reply): ...",
            "plugin 'bad': dialog_turn_finished is async, and hooks are not awaited",
        ),
        (SOUND.format(name="other", module="x"), "two plugins register a policy named 'other': 'other' and 'bad'"),
    ],
)
def test_a_plugin_that_is_wrong_is_refused_loudly(install: Install, text: str, told: str) -> None:
    install("other")
    install("bad", text)
    with pytest.raises(PluginError) as caught:
        PluginSet.load(["other", "bad"])
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "from dialog_core import hookimpl\n@hookimpl\ndef dialog_regster(registry): ...",
        "from dialog_core import hookimpl\n@hookimpl\ndef dialog_register(registry, extra): ...",
        "def dialog_register(registry): ...",
    ],
)
def test_a_wrong_plugin_is_not_held_against_the_next_one(install: Install, text: str) -> None:
    install("bad", text)
    install("sound")
    plugins = PluginSet()
    with pytest.raises(PluginError, match="'bad'"):
        plugins.add_named("bad")
    plugins.add_named("sound")
    assert plugins.registry.names("policy") == ["sound"]


def test_an_object_may_be_a_plugin_in_tests() -> None:
    class Plugin:
        @hookimpl
        def dialog_register(self, registry: Registry) -> None:
            registry.policy("mine", "m:C")

    plugins = PluginSet()
    plugins.add("mine", Plugin())
    assert plugins.registry.names("policy") == ["mine"]
    with pytest.raises(PluginError, match="plugin 'mine': "):
        plugins.add("mine", Plugin())


def test_sets_of_plugins_know_nothing_of_each_other(install: Install) -> None:
    install("sound")
    one, other = PluginSet.load(["sound"]), PluginSet.load()
    assert "sound" in one.registry.names("policy")
    assert "sound" not in other.registry.names("policy")


def test_loading_the_built_in_plugins_imports_nothing_heavy() -> None:
    program = (
        "import sys; from dialog_core.plugins import PluginSet; PluginSet.load();"
        "heavy = {'numpy', 'torch', 'rich', 'prompt_toolkit', 'jinja2', 'faiss', 'rank_bm25'} & set(sys.modules);"
        "print(*sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize("needs", ["dialog-core>=7,<8", "dialog-core (<0.1)", "Dialog_Core==99.*"])
def test_a_plugin_made_for_another_version_is_refused_before_it_is_imported(install: Install, needs: str) -> None:
    install("other", "raise ValueError('imported')", needs=needs)
    with pytest.raises(PluginError) as caught:
        PluginSet.load(["other"])
    told = str(caught.value)
    assert told.startswith("plugin 'other' (dialog-core-other 1.2) is made for dialog-core ")
    assert f"and this is dialog-core {dialog_core.__version__}. Get two that fit: " in told
    assert told.endswith("pip install --upgrade dialog-core dialog-core-other")


@pytest.mark.parametrize(
    "needs",
    [
        "dialog-core>=0.1,<1",
        "dialog-core",
        "dialog-core[retrieval]>=0.1",
        'dialog-core>=7; extra == "new"',
        "dialog-cor>=7",
    ],
)
def test_a_plugin_made_for_this_version_is_loaded(install: Install, needs: str) -> None:
    install("sound", needs=needs)
    assert PluginSet.load(["sound"]).registry.get("policy", "sound")


def test_a_hook_nobody_knows_may_be_of_another_version(install: Install) -> None:
    install("newer", "from dialog_core import hookimpl\n@hookimpl\ndef dialog_teleport(turn): ...")
    with pytest.raises(PluginError, match="made for another version of dialog-core than"):
        PluginSet.load(["newer"])


def test_a_plugin_that_is_refused_leaves_nothing_behind(install: Install) -> None:
    plugins = PluginSet.load()
    before = sorted((entry.kind, entry.name, entry.plugin) for entry in plugins.registry)
    text = SOUND.format(name="mine", module="plugin_clash") + '    registry.policy("rules", "plugin_clash:Policy")\n'
    install("clash", text)
    with pytest.raises(PluginError, match="two plugins register a policy named 'rules'"):
        plugins.add_named("clash")
    assert sorted((entry.kind, entry.name, entry.plugin) for entry in plugins.registry) == before
    assert not plugins.manager.has_plugin("clash")
    assert "clash" not in [plugin.name for plugin in plugins.loaded]
    with pytest.raises(PluginError, match="two plugins register"):
        plugins.add_named("clash")
