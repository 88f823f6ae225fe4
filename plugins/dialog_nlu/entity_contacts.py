"""The entity kinds `email`, `phone` and `url`."""

import re
from collections.abc import Iterator

from dialog_nlu.entity_found import Found, Scan

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?=[A-Za-z0-9])(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-]|\.[A-Za-z0-9])"
)
_URL = re.compile(
    r"(?<![A-Za-z0-9@.])(?:(?P<scheme>https?)://|(?=www\.))[^\s<>\"'`{}|\\^，。；！？、）】》“”\u4e00-\u9fff]{2,2000}",
    re.IGNORECASE,
)
_BARE_URL = re.compile(
    r"(?<![A-Za-z0-9@./-])(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,4}(?:com|org|net|io|dev|edu|gov|info|app|cn|de|fr|uk|jp|eu)"
    r"(?![A-Za-z0-9@-]|\.[A-Za-z0-9])(?:/[^\s<>\"'，。；\u4e00-\u9fff]{0,2000})?",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}'\""
_PHONE = re.compile(
    r"(?<![0-9A-Za-z.,/-])(?P<plus>\+|00(?=[1-9]))?(?:[0-9]|\((?=\+?[0-9]{1,5}\)))"
    r"(?:[0-9]|[ ()./-]{1,2}(?=[0-9(])|\)(?=[ /-]?[0-9])){4,24}"
    r"[0-9](?![0-9A-Za-z]|[.,/-][0-9])"
)
_DATE_LIKE = re.compile(r"[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{1,4}|[0-9.]+|[0-9]{1,2}/[0-9]{1,2}.*|20[0-9]{6}")
_CHINESE_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LOCAL = re.compile(r"[0-9]{3,4}[ -][0-9]{4}")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # ITU-T E.164: at most fifteen


class EmailFinder:
    """Finds e-mail addresses; the value has its domain in lower case."""

    def find(self, scan: Scan) -> Iterator[Found]:
        """Return the addresses of the message."""
        if "@" not in scan.text:
            return
        for match in _EMAIL.finditer(scan.text):
            name, _, domain = match[0].partition("@")
            if not (name.startswith(".") or name.endswith(".") or ".." in name or "-." in domain or ".-" in domain):
                yield Found(match.start(), match.end(), f"{name}@{domain.lower()}")


class UrlFinder:
    """Finds web addresses; the value has a scheme also where the message has none."""

    def find(self, scan: Scan) -> Iterator[Found]:
        """Return the addresses of the message."""
        if "." not in scan.text:
            return
        ends = 0
        for pattern in (_URL, _BARE_URL):
            for match in pattern.finditer(scan.text):
                url = match[0]
                while url and url[-1] in _TRAILING and not (url[-1] == ")" and url.count(")") <= url.count("(")):
                    url = url[:-1]
                if "." not in url or (pattern is _BARE_URL and match.start() < ends):
                    continue
                ends = match.start() + len(url) if pattern is _URL else ends
                has_scheme = pattern is _URL and match["scheme"]
                yield Found(match.start(), match.start() + len(url), url if has_scheme else f"https://{url}")


class PhoneFinder:
    """Finds telephone numbers; the value is their digits, with `+` before a country code."""

    def find(self, scan: Scan) -> Iterator[Found]:
        """Return the numbers of the message."""
        for match in _PHONE.finditer(scan.text):
            written = match[0]
            digits = "".join(char for char in written if char in "0123456789")
            international = written[0] == "+" or (match["plus"] == "00" and len(digits) > 9)
            if match["plus"] == "00" and international:
                digits = digits[2:]
            if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
                continue
            if international or _is_national(written, digits):
                yield Found(match.start(), match.end(), f"+{digits}" if international else digits)


def _is_national(written: str, digits: str) -> bool:
    """Whether digits without a country code are a telephone number rather than a quantity, a date or an order."""
    if written == digits:
        return bool(_CHINESE_MOBILE.fullmatch(digits)) or (
            len(digits) == 10 or (digits[0] == "0" and 9 <= len(digits) <= 12)
        )
    if _DATE_LIKE.fullmatch(written):
        return False
    return "(" in written or len(digits) >= 9 or _LOCAL.fullmatch(written) is not None
