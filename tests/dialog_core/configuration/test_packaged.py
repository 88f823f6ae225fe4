"""Base configurations that installed plugins bring along: `extends: PLUGIN:PATH`."""

from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError, load
from dialog_core.configuration.packaged import NotPackaged, folder_of, packaged_file


def extending(directory: Path, reference: str) -> Path:
    file = directory / "bot.yaml"
    file.write_text(f"extends: {reference}\n", encoding="utf-8")
    return file


def test_a_file_of_a_plugin_is_found_without_importing_it() -> None:
    found = packaged_file("rules:README.md")
    assert found == folder_of("rules") / "README.md"
    assert found.is_file()


@pytest.mark.parametrize("reference", ["base.yaml", "../base.yaml", "/etc/base.yaml", "C:\\base.yaml", "C:/base.yaml"])
def test_other_paths_are_paths(reference: str) -> None:
    assert packaged_file(reference) is None


def test_a_path_that_leads_out_of_the_plugin_is_refused() -> None:
    with pytest.raises(NotPackaged, match="leads out of the plugin's own folder"):
        packaged_file("rules:../dialog_data/README.md")


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("rulez:base.yaml", "bot.yaml:1:10: extends: plugin 'rulez' is not installed. Did you mean 'rules'?"),
        ("rules:README.MD", "bot.yaml:1:10: extends: there is no file 'rules:README.MD' in "),
        ("rules:../x.yaml", "bot.yaml:1:10: extends: 'rules:../x.yaml' leads out of the plugin's own folder"),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path: Path, reference: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load(extending(tmp_path, reference))
    assert told in str(raised.value)
