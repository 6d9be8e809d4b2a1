"""Who may see the admin pages: the ASGI scope of a request comes in, a refusal or nothing goes out.

Without a token the pages are for programs on the same machine. A web page that such a machine's browser shows
is a stranger all the same; it is known by its Origin (RFC 6454).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from mockserver.answering.problems import Reply, problem

_REMEDY = (
    "start the mock with --admin-token TOKEN (or SLATEMOCK_ADMIN_TOKEN) and send it as Authorization: Bearer TOKEN"
)


def refused(scope: Any, headers: Mapping[str, str], token: str | None) -> Reply | None:
    """401 or 403 with a remedy; None for a client that may come in."""
    if token:
        sent = headers.get("authorization", "")
        kind, _, given = sent.partition(" ")
        if kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
            return None
        sentence = "The admin pages ask for the token of --admin-token: Authorization: Bearer TOKEN."
        return problem(401, sentence, (("www-authenticate", 'Bearer realm="slatemock admin"'),))
    if not _is_local((scope.get("client") or ("",))[0]):
        return problem(403, f"Without a token the admin pages are for clients on the same machine; {_REMEDY}.")
    origin = headers.get("origin")
    if origin and not _is_local_page(origin, headers.get("host")):
        return problem(403, f"Without a token the admin pages are not for pages from {origin:.100}; {_REMEDY}.")
    return None


def _is_local_page(origin: str, host: str | None) -> bool:
    """Tell whether a page was served by this machine, or by the mock itself."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.netloc == host or bool(parts.hostname and _is_local(parts.hostname))


def _is_local(host: str) -> bool:
    """Tell whether a name or address is this machine; a Unix socket has none."""
    if host in ("", "localhost") or host.endswith(".localhost"):  # RFC 6761, section 6.3
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
