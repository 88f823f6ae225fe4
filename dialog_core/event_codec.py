"""Events as JSON objects: how stores write them down and read them again.

`encode_event` gives a dict that `json.dumps` takes as it is; `decode_event` is its inverse. Every object says its
`type` (the class's name) and `v` (the version of that notation); fields that have their default are left out. The
notation is made from the dataclasses themselves: `_NOTATIONS` says for each type of field how it is written.

Knows nothing about where the objects are kept.
"""

import base64
import binascii
import dataclasses
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from dialog_core.errors import StoreError
from dialog_core.events import Attachment, Event, Evidence, Message

VERSION = 1
MAX_DEPTH = 100  # a value nested deeper could be written, but Python's JSON parser might not read it again
MAX_INTEGER_BITS = 4096  # likewise: Python reads no integer of more than 4,300 digits

_REQUIRED = object()


class _Refused(Exception):
    """A value that cannot be written; collects the path to it on the way out."""

    def __init__(self, kind: type[TypeError | ValueError], reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.kind, self.reason, self.path = kind, reason, path


class _Field(NamedTuple):
    name: str
    default: Any
    write: Callable[[Any], Any]
    read: Callable[[Any], Any] | None


class _Record(NamedTuple):
    """How one dataclass is written."""

    cls: type[Any]
    fields: tuple[_Field, ...]
    converted: tuple[tuple[str, Callable[[Any], Any]], ...]  # the fields that JSON does not give back as they were
    names: frozenset[str]


def encode_event(event: Event) -> dict[str, Any]:
    """Return the event as a dict of JSON values.

    Tuples inside slot values and metadata become lists; everything else comes back as it was.

    Raises:
        TypeError: A field holds something that JSON has no notation for; the message names event and field.
        ValueError: A field holds a number JSON cannot write (NaN, infinity), a time without a time zone, or a value
            nested too deep; the message names event and field.
    """
    record = _EVENTS.get(type(event).__name__)
    if record is None or record.cls is not type(event):
        raise TypeError(f"{type(event).__name__} is not an event; events are {', '.join(sorted(_EVENTS))}")
    data: dict[str, Any] = {"type": record.cls.__name__, "v": VERSION}
    try:
        _write_fields(event, record, data)
    except _Refused as refused:
        raise refused.kind(f"{record.cls.__name__}{refused.path}: {refused.reason}") from None
    return data


def decode_event(data: Mapping[str, Any]) -> Event:
    """Return the event that `encode_event` made `data` from.

    Raises:
        StoreError: It was written by a newer dialog-core, or is damaged.
    """
    try:
        name, version = data["type"], data["v"]
        record = _EVENTS.get(name)
        if record is None:
            raise StoreError(f"an event of the unknown type {name!r} was written by a newer dialog-core; update it")
        if version > VERSION:
            raise StoreError(
                f"a {name} event in version {version} was written by a newer dialog-core (this one reads up to "
                f"version {VERSION}); update it"
            )
        fields = dict(data)
        del fields["type"], fields["v"]
        return _read_fields(fields, record)  # type: ignore[no-any-return]
    except (TypeError, ValueError, KeyError, AttributeError, binascii.Error) as error:
        raise StoreError(f"a stored event is damaged ({_damage(error)}); restore it from a backup") from error


def _damage(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def _write_fields(value: Any, record: _Record, data: dict[str, Any]) -> None:
    for name, default, write, _ in record.fields:
        item = getattr(value, name)
        if item is not default:
            try:
                data[name] = write(item)
            except _Refused as refused:
                refused.path = f".{name}{refused.path}"
                raise


def _read_fields(fields: dict[str, Any], record: _Record) -> Any:
    for name, read in record.converted:
        if name in fields:
            fields[name] = read(fields[name])
    if not record.names.issuperset(fields):  # an addition by a newer version that older ones may pass over
        fields = {name: fields[name] for name in record.names.intersection(fields)}
    return record.cls(**fields)


# --- One pair of functions per type of field --------------------------------------------------------------------------


def _write_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _Refused(TypeError, f"needs text, not {_named(value)}")


def _write_truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _Refused(TypeError, f"needs true or false, not {_named(value)}")


def _write_number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _Refused(TypeError, f"needs a number, not {_named(value)}")
    if not math.isfinite(value):
        raise _Refused(ValueError, f"JSON has no notation for {value}; give a finite number or leave it out")
    return value


def _write_time(value: Any) -> str:
    if not isinstance(value, datetime):
        raise _Refused(TypeError, f"needs a datetime, not {_named(value)}")
    if value.utcoffset() is None:
        raise _Refused(ValueError, "has no time zone; use datetime.now(UTC) or turn.now")
    return value.isoformat()


def _write_bytes(value: Any) -> str:
    if not isinstance(value, bytes):
        raise _Refused(TypeError, f"needs bytes, not {_named(value)}")
    return base64.b64encode(value).decode("ascii")


def _read_bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)


def _write_texts(value: Any) -> list[str]:
    return _write_each(value, _write_text)


def _write_each(value: Any, write: Callable[[Any], Any]) -> list[Any]:
    if not isinstance(value, tuple | list):
        raise _Refused(TypeError, f"needs a tuple, not {_named(value)}")
    written = []
    for position, item in enumerate(value):
        try:
            written.append(write(item))
        except _Refused as refused:
            refused.path = f"[{position}]{refused.path}"
            raise
    return written


def _write_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _Refused(TypeError, f"needs a mapping, not {_named(value)}")
    return _write_mapping(value, 0)


def _write_value(value: Any, depth: int = 0) -> Any:
    """Check and copy a JSON value of any shape."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if value.bit_length() > MAX_INTEGER_BITS:
            raise _Refused(ValueError, "is an integer too long for JSON; give it as text")
        return value
    if isinstance(value, float):
        return _write_number(value)
    if depth >= MAX_DEPTH:
        raise _Refused(ValueError, f"is nested more than {MAX_DEPTH} deep, or contains itself")
    if isinstance(value, Mapping):
        return _write_mapping(value, depth)
    if isinstance(value, list | tuple):
        return _write_each(value, lambda item: _write_value(item, depth + 1))
    raise _Refused(TypeError, f"{_named(value)} is not a JSON value; use str, int, float, bool, None, list or dict")


def _write_mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    written = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise _Refused(TypeError, f"the key {key!r} is {_named(key)}; JSON has only text as keys")
        try:
            written[key] = _write_value(item, depth + 1)
        except _Refused as refused:
            refused.path = f"[{key!r}]{refused.path}"
            raise
    return written


def _named(value: Any) -> str:
    return "None" if value is None else _with_article(type(value).__name__)


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


# --- The table, and what is derived from it ---------------------------------------------------------------------------

_NOTATIONS: dict[Any, tuple[Callable[[Any], Any], Callable[[Any], Any] | None]] = {
    str: (_write_text, None),
    str | None: (_write_text, None),  # None is the default of such a field, and defaults are left out
    bool: (_write_truth, None),
    float: (_write_number, None),
    float | None: (_write_number, None),
    datetime: (_write_time, datetime.fromisoformat),
    datetime | None: (_write_time, datetime.fromisoformat),
    bytes | None: (_write_bytes, _read_bytes),
    tuple[str, ...]: (_write_texts, tuple),
    Mapping[str, Any]: (_write_object, None),
    Any: (_write_value, None),
}


def _record(cls: type[Any]) -> _Record:
    hints = get_type_hints(cls)
    fields = []
    for field in dataclasses.fields(cls):
        hint = hints[field.name]
        write, read = _NOTATIONS[str if get_origin(hint) is Literal else hint]
        fields.append(_Field(field.name, _default(field, hint), write, read))
    converted = tuple((field.name, field.read) for field in fields if field.read is not None)
    return _Record(cls, tuple(fields), converted, frozenset(field.name for field in fields))


def _default(field: "dataclasses.Field[Any]", hint: Any) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if (
        field.default_factory is not dataclasses.MISSING and hint is not datetime
    ):  # the default time is now: no constant
        return field.default_factory()
    return _REQUIRED


def _add_notation(cls: type[Any]) -> None:
    """Make `cls` and tuples of it known as types of fields."""
    record = _record(cls)

    def write(value: Any) -> dict[str, Any]:
        if not isinstance(value, cls):
            raise _Refused(TypeError, f"needs {_with_article(cls.__name__)}, not {_named(value)}")
        data: dict[str, Any] = {}
        _write_fields(value, record, data)
        return data

    def read(data: Mapping[str, Any]) -> Any:
        return _read_fields(dict(data), record)

    _NOTATIONS[cls] = (write, read)
    _NOTATIONS[tuple[cls, ...]] = (  # type: ignore[valid-type]
        lambda value: _write_each(value, write),
        lambda value: tuple(read(item) for item in value),
    )


for _part in (Attachment, Message, Evidence):  # in this order: a message has attachments
    _add_notation(_part)
_EVENTS: dict[str, _Record] = {cls.__name__: _record(cls) for cls in get_args(Event)}
