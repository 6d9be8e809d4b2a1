"""Whether a server answers at all: a URL comes in, None or the trouble with it in one line goes out; any HTTP answer will do."""

from __future__ import annotations

from urllib.parse import urlsplit

ANSWER_LIMIT = 30
"""Seconds until a request counts as unanswered."""


def trouble(url: str) -> str | None:
    """Ask for anything, so that a server that cannot answer is one line and not a finding for every operation."""
    import httpx

    try:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            return f"{url}: not an http(s) URL; give one such as http://127.0.0.1:4010"
        if "@" in urlsplit(url).netloc:
            return f"{urlsplit(url).hostname}: credentials in the URL would show in reports; give them apart from it"
        httpx.head(url, timeout=ANSWER_LIMIT)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        cause = " ".join(str(error).split()) or type(error).__name__
        return f"{url}: {_meaning(error)} ({cause})"
    return None


def _meaning(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.InvalidURL | ValueError):
        return "not a URL; give one such as http://127.0.0.1:4010"
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {ANSWER_LIMIT} seconds; see whether the server hangs"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return "the answer is not HTTP; see whether host, port and scheme are right"
    if "SSL" in str(error):
        return "the TLS handshake failed; see whether the scheme is right and the certificate is trusted"
    return "the server cannot be reached; see whether it runs and the URL is right"
