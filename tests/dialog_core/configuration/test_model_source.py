"""An option that names a model takes a folder or a hub id, and tells a slip in a path from both."""

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import ValidationError

from dialog_core.configuration import LocatedStr, ModelSource, Options


class Owned(Options):
    model: Annotated[Path | str, ModelSource("acme/small-model")] = ""


class Bare(Options):
    model: Annotated[Path | str, ModelSource("gpt2", bare=True)] = ""


def test_a_folder_is_a_path_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "models" / "mine").mkdir(parents=True)
    written = LocatedStr("models/mine", file=tmp_path / "bot.yaml")
    assert Owned(model=written).model == tmp_path / "models" / "mine"


@pytest.mark.parametrize("name", ["acme/small-model", "sentence-transformers/all-MiniLM-L6-v2", "a/b.c_d"])
def test_a_hub_id_stays_a_text(name: str) -> None:
    assert Owned(model=name).model == Bare(model=name).model == name


def test_a_name_without_owner_is_one_only_where_that_is_usual() -> None:
    assert Bare(model="gpt2").model == "gpt2"
    with pytest.raises(ValidationError, match="no hub id such as 'acme/small-model'"):
        Owned(model="gpt2")


@pytest.mark.parametrize("slip", ["./models/mine", "../mine", "models/mine/v2", "-model", ".hidden/m", "a/", "a b/c"])
@pytest.mark.parametrize("options", [Owned, Bare])
def test_a_slip_in_a_path_is_told(options: type[Options], slip: str) -> None:
    with pytest.raises(ValidationError, match=r"there is no folder .* is no hub id such as"):
        options.model_validate({"model": slip})


def test_editors_are_told_that_it_is_a_text() -> None:
    assert Owned.model_json_schema()["properties"]["model"]["type"] == "string"
