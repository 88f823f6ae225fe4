"""What to say in which language: one text, or one for each. Public, for plugin authors."""

from collections.abc import Iterable, Mapping

Wording = str | Mapping[str, str]
"""What to say: one text for every language, or one for each by BCP 47 tag."""


def worded(wording: Wording, language: str) -> str:
    """Return the text in a language; regions are left aside where need be, and the first text is better than none."""
    if isinstance(wording, str):
        return wording
    return wording[spoken_of(wording, language) or next(iter(wording))]


def spoken_of(languages: Iterable[str], language: str) -> str | None:
    """Return which of several languages one is (BCP 47 tags): `zh-TW` is `zh-TW`, or else any other `zh`."""
    wanted = language.casefold()
    tags = {tag.casefold(): tag for tag in reversed([*languages])}
    primary = {tag.partition("-")[0]: name for tag, name in tags.items()}
    return tags.get(wanted) or primary.get(wanted.partition("-")[0])
