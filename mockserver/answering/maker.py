"""What the mock makes up: ids, uuids, times and tokens; the same seed and the same requests give the same bytes.

Counters live in the store, so that a restart goes on where it stopped and a reset starts anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random

import msgspec

from contract.spec import Json
from mockserver.answering.matching import is_found, matched_by_chance
from mockserver.answering.room import MOST, Room
from mockserver.planning.evidence import is_placeholder, segments, singular
from mockserver.planning.model import Resource
from mockserver.state.store import Store

_START = datetime(2024, 1, 1, tzinfo=UTC)
TOKEN_END = datetime(2100, 1, 1, tzinfo=UTC)
"""Until when tokens are good: the clock stands still, and a client's does not."""
_MOST_DIGITS = 19  # what a 64-bit integer can hold
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_STAMPED = re.compile(
    r"timestamp|(?:created|updated|modified|changed|inserted|registered|submitted)(?:_?(?:at|on|date|time|timestamp))?",
    re.IGNORECASE,
)
"""Names of numbers that are the time at which a record was made."""
_NUMBER = re.compile(r"(?:^|_|[a-z])(?:[Nn]umber|[Rr]eference|[Rr]ef|[Nn]o)$")
_NUMBERED = re.compile(r"([A-Z]{1,6}[-_/#]?)(\d{3,12})")
"""What services count their records by for people: `INV-00017`."""
_SECONDS = 10**8
"""No time in seconds is as small, but for the first years of them all."""
_MILLISECONDS = 10**11
"""No time in seconds is as large; it would be in the year 5138."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?")


class Maker:
    """Makes values, each from the seed and a counter of its kind."""

    __slots__ = ("_moment", "_seed", "_store", "room")

    def __init__(self, store: Store, seed: int, most: int = MOST, room: Room | None = None) -> None:
        self._store = store
        self._seed = seed
        self._moment: datetime | None = None
        self.room = room or Room(store, most)
        """How many records may be made."""

    def at_once(self) -> Maker:
        """A maker for one request: all that it makes is of one moment."""
        return Maker(self._store, self._seed, room=self.room)

    @property
    def seed(self) -> int:
        """What the values depend on."""
        return self._seed

    def identity(self, resource: Resource, record: Mapping[str, Json], parent: str) -> Json:
        """A new id that looks like the documented ones and that no record of the collection has."""
        while True:
            count = self._store.next(f"id {resource.counted_as}")
            made = self._identity(resource, record, count)
            if resource.id_pattern and not is_found(resource.id_pattern, str(made)):
                chance = Random(self._digest(resource.counted_as, count))  # noqa: S311 - as in `chance`
                made = matched_by_chance(resource.id_pattern, chance) or made
            if self._store.get(resource.shape, parent, str(made)) is None:
                return made

    def job(self, name: str, known: str | None) -> str:
        """A new id of a job, in the style of the documented one."""
        digest = self._digest(f"job {name}", self._store.next(f"job {name}"))
        return _as_uuid(digest) if known and _UUID.fullmatch(known) else digest[:24]

    def like(self, value: Json) -> Json:
        """A server-made value in place of a documented one: a new uuid, the present time; anything else as documented."""
        style = _style(value) if isinstance(value, str) else None
        if style is None:
            return value
        if style == _UUID_STYLE:
            return _as_uuid(self._digest("uuid", self._store.next("uuid")))
        between, tail = style
        return self._now().isoformat(between, "seconds")[:_TO_THE_SECOND] + tail

    def anew(self, name: str, value: Json) -> Json:
        """The same for a property: a number whose name says that it is the time of making is the present time, and what is numbered has the next number."""
        if type(value) is int and value > _SECONDS and _STAMPED.fullmatch(name):
            return self.moment(value)
        numbered = _NUMBERED.fullmatch(value) if isinstance(value, str) and _NUMBER.search(name) else None
        if numbered:
            prefix, digits = numbered.groups()
            return f"{prefix}{int(digits) + self._store.next(f'number {name} {prefix}'):0{len(digits)}}"
        return self.like(value)

    def moment(self, shown: Json) -> Json:
        """The present time, written like a documented one: seconds or milliseconds since 1970, a date, else RFC 3339."""
        if isinstance(shown, (int, float)) and not isinstance(shown, bool):
            return int(self._now().timestamp()) * (1000 if shown > _MILLISECONDS else 1)
        if isinstance(shown, str) and _DATE.fullmatch(shown):
            return self._now().date().isoformat()
        return self.like(shown if isinstance(shown, str) and _TIME.fullmatch(shown) else "2000-01-01T00:00:00Z")

    def another(self, name: str, value: Json) -> Json:
        """A second id of a record, in the style of the documented one."""
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            return value
        count = self._store.next(f"another {name}")
        if isinstance(value, int) or (value.isdecimal() and len(value) < _MOST_DIGITS):
            return type(value)(int(value) + count)
        digest = self._digest(f"another {name}", count)
        return _as_uuid(digest) if _UUID.fullmatch(value) else digest[: max(len(value), 8)]

    def counted(self, kind: str) -> int:
        """The next number of a kind, from one on."""
        return self._store.next(f"counted {kind}")

    def slug(self, named: str, kind: str) -> str:
        """A word for addresses made of a name, another one for each record of a kind."""
        made = _SLUG.sub("-", named.lower()).strip("-")[:60].strip("-") or "untitled"
        count = self._store.next(f"slug {kind} {made}")
        return made if count == 1 else f"{made}-{count}"

    def token(self, subject: str, issuer: str) -> str:
        """A JSON Web Token (RFC 7519), signed HS256 with a key made from the seed."""
        claims = {
            "iss": issuer,
            "sub": subject,
            "iat": int(self._now().timestamp()),
            "exp": int(TOKEN_END.timestamp()),
        }
        signed = b".".join(_base64url(msgspec.json.encode(part)) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
        key = hashlib.sha256(f"token {self._seed}".encode()).digest()
        return b".".join([signed, _base64url(hmac.digest(key, signed, "sha256"))]).decode()

    def chance(self, kind: str) -> Random:
        """A source of chance for one thing to be made."""
        return Random(self._digest(kind, self._store.next(kind)))  # noqa: S311 - a mock's values are no secrets

    def present(self) -> datetime:
        """The time that the next thing made will bear; looking does not move the clock."""
        return _START + timedelta(seconds=int(self._store.fact("counter", "clock") or 0) + 1)

    def set_present(self, moment: datetime | None) -> None:
        """Let the clock go on from a moment, in whole seconds; None starts it anew."""
        passed = 0 if moment is None else int((moment - _START).total_seconds()) - 1
        self._store.remember("counter", "clock", str(passed))

    def _identity(self, resource: Resource, record: Mapping[str, Json], count: int) -> Json:
        match resource.id_style:
            case "integer":
                return count + int(self._store.fact("highest", resource.counted_as) or 0)
            case "digits":
                return str(count + int(self._store.fact("highest", resource.counted_as) or 0))
            case "uuid":
                return _as_uuid(self._digest(resource.counted_as, count))
            case "slug":
                return _slug(resource, record, count)
            case "opaque":
                return _alike(
                    resource.example.get(resource.id_property or ""), self._digest(resource.counted_as, count)
                )
        return self._digest(resource.counted_as, count)[:24]

    def _digest(self, kind: str, count: int) -> str:
        return hashlib.sha256(f"{self._seed} {kind} {count}".encode()).hexdigest()

    def _now(self) -> datetime:
        """The one clock: it starts in 2024, or where it was set, and goes a second further with each request that asks it."""
        if self._moment is None:
            self._moment = _START + timedelta(seconds=self._store.next("clock"))
        return self._moment


_SLUG = re.compile(r"[^a-z0-9]+")
_UUID_STYLE = ("", "uuid")
_TO_THE_SECOND = len("2024-01-01T00:00:00")


@lru_cache(maxsize=1024)
def _style(shown: str) -> tuple[str, str] | None:
    """How a documented value that the mock makes anew is written: a time by what stands between date and time, and what after the seconds."""
    if _UUID.fullmatch(shown):
        return _UUID_STYLE
    found = _TIME.fullmatch(shown)
    if not found:
        return None
    fraction, zone = found.groups()
    tail = "." + "0" * (len(fraction) - 1) if fraction else ""
    return shown[10], tail + (
        "Z" if zone and zone in "Zz" else "+00:00" if zone and ":" in zone else "+0000" if zone else ""
    )


def _as_uuid(digest: str) -> str:
    """A digest as a version 4 UUID (RFC 9562, section 5.4)."""
    return (
        f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-{'89ab'[int(digest[16], 16) % 4]}{digest[17:20]}-{digest[20:32]}"
    )


def _alike(shown: Json, digest: str) -> str:
    """An id that looks like the documented one: its prefix, and then as many letters and digits of the same kinds."""
    if not isinstance(shown, str):
        return digest[:24]
    cut = max(shown.rfind("_"), shown.rfind("-")) + 1
    kinds, bits = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), int(digest, 16)
    made = ""
    for each in shown[cut:]:
        kind = (
            "0123456789abcdef"
            if re.fullmatch("[0-9a-f]+", shown[cut:])
            else next(k for k in (*kinds, each) if each in k)
        )
        bits, index = divmod(bits, len(kind))
        made += kind[index]
    return shown[:cut] + made


def _slug(resource: Resource, record: Mapping[str, Json], count: int) -> str:
    named = next((record[name] for name in ("slug", "name", "title", "label") if isinstance(record.get(name), str)), "")
    shown = str(resource.example.get(resource.id_property or ""))
    between = "-" if "-" in shown and "_" not in shown else "_"
    slug = re.sub(r"[^a-z0-9]+", between, named.lower()).strip(between)[:60]
    if not slug:
        last = next(part for part in reversed(segments(resource.shape)) if not is_placeholder(part))
        return f"{singular(last)}{between}{count}"
    return slug if count == 1 else f"{slug}{between}{count}"


def _base64url(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
