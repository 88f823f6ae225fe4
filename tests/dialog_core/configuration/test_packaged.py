"""Base configurations that installed plugins bring along: `extends: PLUGIN:PATH`."""

import shutil
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


def install(site: Path, package: str, target: str, *files: str) -> None:
    """Install a distribution with the plugin `shop` as pip would; whatever imports it raises."""
    metadata = site / f"{package}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[dialog_core]\nshop = {target}\n", encoding="utf-8")
    for name in files:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("raise AssertionError('imported')\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("target", "files", "folder"),
    [
        ("dialog_shop", ["dialog_shop/__init__.py"], "dialog_shop"),
        ("dialog_shop:plugin", ["dialog_shop/__init__.py"], "dialog_shop"),
        ("dialog_shop.plugin", ["dialog_shop/__init__.py", "dialog_shop/plugin.py"], "dialog_shop"),
        ("dialog_shop.plugin", ["dialog_shop/plugin.py"], "dialog_shop"),
        ("acme.shop", ["acme/shop/__init__.py"], "acme/shop"),
        ("acme.shop", ["acme/__init__.py", "acme/shop/__init__.py"], "acme/shop"),
        ("acme.shop.plugin", ["acme/shop/__init__.py", "acme/shop/plugin.py"], "acme/shop"),
    ],
)
def test_a_plugin_inside_another_package_is_found_without_importing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, files: list[str], folder: str
) -> None:
    install(tmp_path, "acme_shop", target, *files)
    monkeypatch.syspath_prepend(tmp_path)
    assert folder_of("shop") == tmp_path / folder


def test_of_two_packages_that_bring_one_plugin_none_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "first_shop", "first_shop", "first_shop/__init__.py")
    install(tmp_path, "other_shop", "other_shop", "other_shop/__init__.py")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(
        NotPackaged, match=r"two packages bring a plugin named 'shop': first_shop and other_shop\. Unin"
    ):
        folder_of("shop")


@pytest.mark.parametrize("files", [["shop.py"], []])
def test_a_plugin_without_a_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    install(tmp_path, "acme_shop", "shop", *files)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(NotPackaged, match="'shop' is no package that is there"):
        folder_of("shop")


def test_a_plugin_in_an_archive_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", "acme_shop", "acme_shop", "acme_shop/__init__.py")
    archive = shutil.make_archive(str(tmp_path / "site"), "zip", tmp_path / "site")
    monkeypatch.syspath_prepend(archive)
    with pytest.raises(NotPackaged, match=r"the files of plugin 'shop' are not in a folder: .* Install it with pip"):
        folder_of("shop")
