"""The addresses of action servers."""

from urllib.parse import SplitResult, urlsplit


def parsed_url(url: str) -> SplitResult:
    """Return the parts of an address that can be posted to.

    Raises:
        ValueError: It is none, in words.
    """
    wrong = f"{url!r} is no address of a server"
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{wrong}: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{wrong}: it has to begin with http:// or https://, and a host has to follow")
    if any(not 32 < ord(character) < 127 for character in parts.geturl()):
        raise ValueError(f"{wrong}: what is not a sign of ASCII has to be written as in %20, a host's name as in xn--")
    if port == 0:
        raise ValueError(f"{wrong}: there is no port 0")
    return parts
