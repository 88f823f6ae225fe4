"""Letters of other scripts that look like Latin ones, as they are used to get past filters.

A small choice from the confusables of Unicode Technical Standard 39, section 4: of Cyrillic, Greek, Armenian and Lisu
letters those that nobody tells from Latin ones. NFKD knows nothing of them.
"""

_CYRILLIC = dict(zip("авеикмнорстухѕіјһԁԛԝѵԍъҽ", "abeukmhopctyxsijhdqwvgbe", strict=True))
_CYRILLIC |= {"п": "n", "г": "r", "ь": "b", "з": "3", "ё": "e", "ї": "i", "ո": "n", "օ": "o", "ս": "u", "ց": "g"}
_GREEK = dict(zip("αβγεζηικνορτυχωϲ", "abyeznikvoptuxwc", strict=True))
_OTHERS = {
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ħ": "h",
    "ŧ": "t",
    "ɑ": "a",
    "ɡ": "g",
    "ɩ": "i",
    "ʟ": "l",
    "ᴀ": "a",
    "ʙ": "b",
    "ᴄ": "c",
    "ᴅ": "d",
    "ᴇ": "e",
    "ɢ": "g",
    "ʜ": "h",
    "ɪ": "i",
    "ᴊ": "j",
    "ᴋ": "k",
    "ᴍ": "m",
    "ɴ": "n",
    "ᴏ": "o",
    "ᴘ": "p",
    "ʀ": "r",
    "ꜱ": "s",
    "ᴛ": "t",
    "ᴜ": "u",
    "ᴠ": "v",
    "ᴡ": "w",
    "ʏ": "y",
    "ᴢ": "z",
    "ⅼ": "l",
    "ℓ": "l",
    "∂": "a",
}
BOXED = {first + place: chr(ord("a") + place) for first in (0x1F130, 0x1F150, 0x1F170) for place in range(26)}
"""From letters in a square or a circle, which NFKD leaves as they are, to letters."""

LOOK_ALIKES = {**str.maketrans({**_CYRILLIC, **_GREEK, **_OTHERS}), **BOXED}
"""From small letters of other scripts to the Latin ones they look like."""
