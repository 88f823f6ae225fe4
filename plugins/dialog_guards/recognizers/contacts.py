"""Where somebody can be reached but by phone: e-mail, messengers, addresses on the internet."""

import ipaddress
import re

from dialog_guards.recognizers.rules import Rule, always, before

_LOCAL = r"[A-Za-z0-9_%+](?:[A-Za-z0-9._%+\-]{0,62}[A-Za-z0-9_%+\-])?"
_DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ENDINGS = r"(?:com|org|net|edu|gov|info|biz|io|ai|app|dev|me|cn|hk|tw|sg|jp|uk|ie|us|ca|au|nz|in|de|fr|es|it|nl|eu)"
_VERSION = re.compile(r"(?:\b(?:v|EC|version|ver|release|build|firmware)\.?|版本号?)\s*[:：]?\s*$", re.IGNORECASE)
_TELLING = re.compile(r"[0-9_-]")


def _address(match: re.Match[str]) -> float:
    try:
        address = ipaddress.ip_address(match[0])
    except ValueError:
        return 0.0
    if address.is_loopback or address.is_unspecified or _VERSION.search(before(match)):
        return 0.0
    return 0.9


def _address_6(match: re.Match[str]) -> float:
    if match[0].count(":") < 2 or not any(map(str.isdigit, match[0])) or len(match[0]) < 6:
        return 0.0
    return _address(match)


def _wechat(match: re.Match[str]) -> float:
    """Return how sure it is: `wechat is working` says nothing of anybody, `微信号 wxlamp` does."""
    return 0.8 if match["named"] or _TELLING.search(match["it"]) else 0.0


RULES = (
    Rule("email", re.compile(rf"(?<![A-Za-z0-9._%+\-]){_LOCAL}@{_DOMAIN}(?![A-Za-z0-9-])"), always(0.99), "@"),
    Rule(  # ann @ example.com, ann(at)example(dot)com, ann@<new line>example.com
        "email",
        re.compile(
            rf"(?<![A-Za-z0-9._%+\-]){_LOCAL}(?:\s?[(\[{{]\s?at\s?[)\]}}]\s?|\s?@\s{{1,2}}|\s@\s?)"
            rf"(?:{_LABEL}(?:\s?[(\[{{]\s?dot\s?[)\]}}]\s?|\.)){{1,4}}[A-Za-z]{{2,24}}(?![A-Za-z0-9-])",
            re.IGNORECASE,
        ),
        always(0.9),
    ),
    Rule(  # ann at example dot com
        "email",
        re.compile(
            rf"(?<![A-Za-z0-9._%+\-]){_LOCAL}\sat\s(?!(?:the|an?|this|that|our|your|my)\s)"
            rf"(?:{_LABEL}\sdot\s){{1,4}}{_ENDINGS}(?![A-Za-z0-9-])",
            re.IGNORECASE,
        ),
        always(0.8),
    ),
    Rule(  # https://user:password@host: what stands before the host
        "url_credentials",
        re.compile(
            r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.\-]{1,20}://(?P<it>[^\s/:@\[\]]{1,100}:[^\s/@\[\]]{1,200})"
            r"(?=@[A-Za-z0-9\[])"
        ),
        always(1.0),
        "@",
    ),
    Rule(
        "ip_address",
        re.compile(r"(?<![0-9A-Za-z.:-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9A-Za-z-]|\.[0-9])"),
        _address,
        ".",
    ),
    Rule(
        "ip_address",
        re.compile(r"(?<![0-9A-Za-z.:])(?=[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{4,38}[0-9A-Fa-f](?![0-9A-Za-z.:])"),
        _address_6,
        ":",
    ),
    Rule(
        "wechat",
        re.compile(
            r"(?:微信|(?<![A-Za-z])(?:wechat|weixin|wx|vx)(?![A-Za-z])|V信|薇信)\s?"
            r"(?P<named>号码?|ID|account(?: name)?|name)?\s?(?:[:：]|是|为|叫|is|=)?\s?"
            r"(?P<it>[A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_@-]|\.[A-Za-z0-9])",
            re.IGNORECASE,
        ),
        _wechat,
    ),
    Rule(
        "qq",
        re.compile(
            r"(?<![A-Za-z])QQ\s?(?:号码?|number|群)?\s?(?:[:：]|是|为|is|=)?\s?"
            r"(?P<it>[1-9][0-9]{4,10})(?![0-9A-Za-z@.])",
            re.I,
        ),
        always(0.9),
        "Qq",
    ),
)
