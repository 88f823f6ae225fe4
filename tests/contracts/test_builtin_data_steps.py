"""Every built-in step over data sets does what any such step must do."""

from pathlib import Path
from typing import Any, ClassVar

from dialog_core import Context
from dialog_core.testing import AugmenterContract


class BuiltInAugmenter(AugmenterContract):
    """Makes the augmenter by its name, as commands do; the file it names is `written`."""

    use: ClassVar[str]
    written: ClassVar[str] = ""

    def make_augmenter(self, tmp_path: Path) -> Any:
        spec: dict[str, Any] = {"use": self.use}
        if self.written:
            file = tmp_path / "file.yaml"
            file.write_text(self.written, encoding="utf-8")
            spec["path"] = str(file)
        return Context(name="augment", seed=5).create("augmenter", spec)


class TestTypos(BuiltInAugmenter):
    use = "typos"


class TestWordDropout(BuiltInAugmenter):
    use = "word_dropout"


class TestSynonyms(BuiltInAugmenter):
    use = "synonyms"
    written = "- [parcel, package]\n- [fly, travel]\n- [open, start]\n- [订单, 定单]\n"


class TestTemplates(BuiltInAugmenter):
    use = "templates"
    written = "city: [Berlin, Paris, 上海]\n"
