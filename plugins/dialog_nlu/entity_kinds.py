"""What finds each built-in kind of entity."""

from collections.abc import Callable

from dialog_core import PluginError
from dialog_nlu.entity_found import Finder
from dialog_nlu.entity_options import EntitiesOptions, EntitySpec
from dialog_nlu.entity_values import read_values

INSTALL = "Run: pip install 'dialog-core[nlu]'"


def finders_of(
    name: str, spec: EntitySpec, options: EntitiesOptions, languages: frozenset[str], primary: str
) -> list[Finder]:
    """Return what finds one entity, in order of priority.

    Raises:
        PluginError: It needs a package that is not installed.
        ConfigurationError: Its file of values has mistakes.
    """
    finders: list[Finder] = []
    if spec.regex:
        from dialog_nlu.entity_patterns import PatternFinder

        finders.append(PatternFinder(spec.regex, timeout=options.pattern_timeout))
    values = dict(spec.values)
    if spec.path is not None:
        for value, names in read_values(spec.path).items():
            values[value] = (*values.get(value, ()), *names)
    if values:
        from dialog_nlu.entity_lists import ListFinder

        if spec.fuzzy:
            _need("rapidfuzz", f"the fuzzy list of the entity {name!r}")
        finders.append(ListFinder(values, fuzzy=spec.fuzzy))
    if spec.kind is not None:
        finders.append(_BUILT_IN[spec.kind](options, languages, primary))
    return finders


def _number(options: EntitiesOptions, languages: frozenset[str], primary: str) -> Finder:
    from dialog_nlu.entity_numbers import NumberFinder

    _need_numerals(languages)
    return NumberFinder()


def _ordinal(options: EntitiesOptions, languages: frozenset[str], primary: str) -> Finder:
    from dialog_nlu.entity_numbers import OrdinalFinder

    _need_numerals(languages)
    return OrdinalFinder()


def _money(options: EntitiesOptions, languages: frozenset[str], primary: str) -> Finder:
    from dialog_nlu.entity_money import MoneyFinder

    _need_numerals(languages)
    return MoneyFinder(options.dollar, yen=primary == "ja")


def _duration(options: EntitiesOptions, languages: frozenset[str], primary: str) -> Finder:
    from dialog_nlu.entity_durations import DurationFinder

    _need_numerals(languages)
    return DurationFinder()


def _date(options: EntitiesOptions, languages: frozenset[str], primary: str) -> Finder:
    from dialog_nlu.entity_dates import OWN_LANGUAGES, DateFinder

    _need_numerals(languages)
    others = languages - OWN_LANGUAGES
    if others:
        _need("dateparser", f"finding dates in {', '.join(sorted(others))}")
    day_first = primary not in OWN_LANGUAGES if options.day_first is None else options.day_first
    try:
        return DateFinder(languages, day_first=day_first, past=options.prefer == "past")
    except ValueError as error:
        raise PluginError(
            f"dates cannot be found in one of the languages {', '.join(sorted(others))}: {error}. "
            "Name other `languages` for the annotator."
        ) from error


def _time(options: EntitiesOptions, languages: frozenset[str], primary: str) -> Finder:
    from dialog_nlu.entity_dates import TimeFinder

    _need_numerals(languages)
    return TimeFinder()


def _datetime(options: EntitiesOptions, languages: frozenset[str], primary: str) -> Finder:
    from dialog_nlu.entity_dates import DateFinder, DateTimeFinder

    dates = _date(options, languages, primary)
    assert isinstance(dates, DateFinder)
    return DateTimeFinder(dates)


def _email(options: EntitiesOptions, languages: frozenset[str], primary: str) -> Finder:
    from dialog_nlu.entity_contacts import EmailFinder

    return EmailFinder()


def _phone(options: EntitiesOptions, languages: frozenset[str], primary: str) -> Finder:
    from dialog_nlu.entity_contacts import PhoneFinder

    return PhoneFinder()


def _url(options: EntitiesOptions, languages: frozenset[str], primary: str) -> Finder:
    from dialog_nlu.entity_contacts import UrlFinder

    return UrlFinder()


_BUILT_IN: dict[str, Callable[[EntitiesOptions, frozenset[str], str], Finder]] = {
    "number": _number,
    "ordinal": _ordinal,
    "money": _money,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "duration": _duration,
    "email": _email,
    "phone": _phone,
    "url": _url,
}


def _need_numerals(languages: frozenset[str]) -> None:
    if "zh" in languages:
        _need("cn2an", "reading Chinese numerals")


def _need(package: str, what: str) -> None:
    from importlib.util import find_spec

    if find_spec(package) is None:
        raise PluginError(f"{what} needs the package {package!r}, which is not installed. {INSTALL}")
