"""The public names of the package."""

from dialog_core import configuration


def test_the_public_names_are_exactly_those_listed() -> None:
    assert sorted(configuration.__all__) == dir(configuration)
    assert configuration.__all__ == sorted(configuration.__all__)


def test_every_public_name_is_there() -> None:
    for name in configuration.__all__:
        assert getattr(configuration, name) is not None
