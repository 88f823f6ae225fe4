"""What an article of the library may be called, made from its title."""

import re

_BEFORE = re.compile(
    r"^(?:parasites - (?:lice - )?|what i need to know about |overview of |your guide to |facing the challenges of )",
    re.I,
)
_ALSO = re.compile(r"\((?:also known as )?([^)]*)\)", re.I)
_FOR = re.compile(r" (?:in|for|of) (?:adults|men|women|children|males)$", re.I)
_POSSESSIVE = re.compile(r"^([A-Z][\w-]+)(?:'s|s') (?:disease|syndrome)$", re.I)
_CLAUSE = re.compile(r"\b(?:your|keep|what|a|choosing|eat|the|through|for|and|methods)\b", re.I)
CHILDREN = re.compile(r"\b(?:child(?:ren|hood|'s)?|infantile|newborns?|neonatal)\b", re.I)


def names_of(title: str) -> list[str]:
    """Return the names, the best one first: the title without what stands around the name, what is in brackets, ..."""
    bare = _BEFORE.sub("", title).strip()
    aliases = [inside for inside in _ALSO.findall(bare) if not re.search(r"report|professional", inside, re.I)]
    bare = " ".join(_ALSO.sub(" ", bare).split())
    parts = [part.strip() for part in bare.split(": ")] if ": " in bare else [bare]
    names = [parts[0], *(part for part in parts[1:] if len(part.split()) <= 3 and not _CLAUSE.search(part))]
    names = [piece for name in names for piece in re.split(r"; |/", name)]
    names += [part for alias in aliases for part in re.split(r"; |, ", alias) if len(part) > 1]
    for name in list(names):
        if possessive := _POSSESSIVE.match(name):
            names.append(possessive[1])
        if (short := _FOR.sub("", name)) != name:
            names.append(short)
    return list(dict.fromkeys(name for name in (title, *names) if name))


def title_shown(title: str) -> str:
    """Return the title as it is shown: without what stands around the name."""
    return _BEFORE.sub("", title).strip() or title


def is_for_adults(title: str) -> bool:
    """Whether the article says that it is about adults."""
    return bool(re.search(r"\b(?:in|for) (?:adults|men|women|males)$", title, re.I))
