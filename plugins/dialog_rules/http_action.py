"""Actions that ask a web service, as files of flows declare them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from dialog_core import ActionContext, DialogError

if TYPE_CHECKING:
    from dialog_rules.flow_options import HttpActionOptions

USER_AGENT = "dialog-core"
LONGEST_URL = 8_000
KEY_HEADER = "Idempotency-Key"
_BARE_NAME = re.compile(r"\{\{-?\s*([A-Za-z_]\w*)\s*-?\}\}")
_URL_CHARACTERS = "%:/?#[]@!$&'()*+,;=~"  # what stays as it is; an address may be written with letters such as 订


class UrlMistake(Exception):
    """An address that cannot be used: what is wrong, what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class ServiceError(DialogError):
    """The service did not answer, or not with what can be used."""


class HttpAction:
    """Asks a web service for JSON.

    Attributes:
        name: Its name.
        reads_only: Whether it changes nothing.
    """

    def __init__(self, name: str, options: HttpActionOptions, body: Any) -> None:
        """Prepare it.

        Raises:
            UrlMistake: Its address cannot be used.
        """
        from dialog_rules.templates import FACTS, TemplateMistake, Templates, names_in

        self.name = name
        self.reads_only = options.reads_only
        self._options = options
        self._body = body
        try:
            self._url = Templates().template(options.url, None)
        except TemplateMistake as error:
            raise UrlMistake(error.message, error.remedy) from error
        self._names = names_in(options.url)
        self._needed = frozenset(_BARE_NAME.findall(options.url))
        _check_address(options.url)
        for name in self._names.intersection(FACTS):
            remedy = "Give it to the action: `with: {order: '{{ slots.order }}'}`, and write {{ order }} here."
            raise UrlMistake(f"an action knows its arguments and no {name!r}", remedy)
        for header, value in options.headers.items():
            if any(ord(character) < 32 or ord(character) > 255 for character in header + value):
                raise UrlMistake(
                    f"the header {header!r} holds a character that cannot be sent", "Look at its variable."
                )

    def __call__(self, context: ActionContext, **arguments: Any) -> Any:
        """Send the request and return the JSON of the answer.

        Raises:
            ServiceError: It cannot be sent, or its answer cannot be used.
        """
        from dialog_rules.http_request import Request, send

        options = self._options
        key = quote(context.idempotency_key, safe="/:-_.")
        headers = {"Accept": "application/json", "User-Agent": USER_AGENT, KEY_HEADER: key, **options.headers}
        body: bytes | None = None
        if options.method in ("POST", "PUT", "PATCH"):
            headers["Content-Type"] = "application/json"
            body = json.dumps(self._body_of(arguments), allow_nan=False).encode()
        request = Request(options.method, self._address(arguments, body is None), headers, body)
        answer = send(request, timeout=options.timeout, max_bytes=options.max_bytes)
        return _parsed(answer)

    def _address(self, arguments: Mapping[str, Any], query: bool) -> str:
        """Return the address with the arguments in it; those it does not name follow as a query."""
        from dialog_rules.templates import Scope, TemplateFailure

        for name in self._needed:
            if arguments.get(name) in (None, ""):
                raise ServiceError(f"the address of {self.name!r} needs a value for {name!r}")
        encoded = {name: quote(_as_text(value), safe="") for name, value in arguments.items()}
        try:
            url = quote(self._url.render(Scope({}, encoded, ())), safe=_URL_CHARACTERS)
        except TemplateFailure as error:
            raise ServiceError(f"the address of {self.name!r} cannot be made: {error}") from error
        rest = {name: _as_text(value) for name, value in arguments.items() if name not in self._names}
        if query and rest:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(rest)}"
        if len(url) > LONGEST_URL:
            raise ServiceError(f"the address of {self.name!r} is longer than {LONGEST_URL:,} characters")
        if any(part in (".", "..") for part in urlsplit(url).path.split("/")):
            raise ServiceError(f"the address of {self.name!r} leads out of its folder")
        return url

    def _body_of(self, arguments: Mapping[str, Any]) -> Any:
        if self._body is None:
            return dict(arguments)
        from dialog_rules.templates import Scope

        return _filled(self._body, Scope({}, arguments, ()))


def _filled(value: Any, scope: Any) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, scope) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, scope) for inner in value]
    return value.render(scope) if hasattr(value, "render") else value


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _check_address(url: str) -> None:
    scheme, _, rest = url.partition("://")
    if scheme.casefold() not in ("http", "https") or not rest:
        raise UrlMistake(
            "the address is neither http:// nor https://", "Write https://shop.example/orders/{{ order }}."
        )
    host = rest.split("/")[0]
    if "{{" in host or "{%" in host:
        raise UrlMistake("the host of an address cannot depend on what a user says", "Use ${NAME} for it.")
    if "@" in host:
        remedy = "Use a header from the environment: Authorization: ${SHOP_TOKEN}."
        raise UrlMistake("a password does not belong into an address", remedy)
    try:
        parts = urlsplit(f"{scheme}://{host}")
        valid = bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise UrlMistake("the address has no usable host", "Write https://shop.example/orders/{{ order }}.")


def _parsed(answer: bytes) -> Any:
    if not answer.strip():
        return None

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is no JSON")

    try:
        return json.loads(answer, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise ServiceError("the service answered with something that is no JSON") from error
