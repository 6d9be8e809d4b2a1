"""Values that look true: the name of a property, its schema and what the documents show of it come in, a text or a number goes out; seeded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from contract.spec import Json
from mockserver.planning.covers import plain

if TYPE_CHECKING:
    from random import Random

_SPAN = 300 * 86_400
_START = datetime(2023, 1, 1, tzinfo=UTC)  # what was there before the clock of the mock starts, in 2024
_TIME = re.compile(r"\d{4}-\d\d-\d\d([Tt ])\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_WAYS = (
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%a, %d %b %Y %H:%M:%S GMT",
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CODE = re.compile(r"(?=.*\d)[\w.:/+=#-]+")
"""One word with a digit in it: a key, a number as text, a version, a hash."""
_WORDS_A_LINE = 12
_MOST_ADJECTIVES = 4
_FEW = re.compile(
    r"(?:status|state|type|kind|role|level|category|priority|gender|plan|visibility|scope|event|action|method"
    r"|unit|severity|stage|phase|mode|currency|permission|provider|platform|source|channel|resolution|size"
    r"|format)$"
)
"""What a property is called that takes but few values."""
_OWN = ("name", "title", "email", "description", "login", "token", "key")
"""What each record has its own of, even where examples repeat one."""
_PEOPLE = re.compile(
    r"user|person|people|customer|client|contact|employee|member|author|owner|patient|student|teacher"
    r"|driver|admin|player|guest|candidate|lead|subscriber|friend|profile|creator|assignee|reviewer|manager"
    r"|agent|recipient|sender|invitee|participant|staff"
)
_FIRMS = re.compile(r"company|organi[sz]ation|business|vendor|supplier|merchant|employer|brand|manufacturer")


@dataclass(frozen=True)
class Record:
    """What the values of one record agree about."""

    fake: Any
    """A Faker, seeded."""
    number: int
    """Counts the records, so that names of people are not given twice."""
    born: datetime = field(init=False)

    def __post_init__(self) -> None:
        """Settle when the record was created."""
        object.__setattr__(self, "born", _START + timedelta(seconds=self.random.randrange(_SPAN)))

    @property
    def random(self) -> Random:
        """Where chance comes from."""
        found: Random = self.fake.random
        return found

    @cached_property
    def first_name(self) -> str:
        """Of the person that the record is about."""
        return str(self.fake.first_name())

    @cached_property
    def last_name(self) -> str:
        """Of the same person."""
        return str(self.fake.last_name())

    @property
    def full_name(self) -> str:
        """Of the same person."""
        return f"{self.first_name} {self.last_name}"

    @property
    def login(self) -> str:
        """Of the same person; nobody else has it."""
        return f"{self.first_name}.{self.last_name}{self.number}".lower()

    def moment(self, name: str) -> datetime:
        """A time that fits its name: created, then changed, then due."""
        if re.search("creat|born|regist|join|start|begin|open", name):
            return self.born
        days = 120 if re.search("due|expir|end|until|deadline|close", name) else 60
        return self.born + timedelta(seconds=self.random.randrange(days * 86_400))


def text(record: Record, name: str, owner: str, schema: Mapping[str, Json], seen: Sequence[str]) -> str:
    """A text for a property; `owner` is what the object is called that has it."""
    made = _text(record, plain(name), owner, schema, seen)
    longest, shortest = schema.get("maxLength"), schema.get("minLength", 0)
    while len(made) < shortest:
        made += " " + record.fake.word() if " " in made else record.fake.word()
    return made if longest is None else made[:longest].rstrip() or made[:longest]


def _text(record: Record, name: str, owner: str, schema: Mapping[str, Json], seen: Sequence[str]) -> str:
    if schema.get("enum"):
        return str(record.random.choice([each for each in schema["enum"] if each is not None] or [""]))
    shown = record.random.choice(seen) if seen else ""
    made = _by_format(record, name, str(schema.get("format", "")), shown)
    if made is not None:
        return made
    if is_few(name, seen):
        return shown
    by_name = _by_name(record, name, owner, shown)
    return by_name if by_name is not None else _alike(record, shown)


def is_few(name: str, seen: Sequence[str]) -> bool:
    """Tell whether a property takes but the values that are shown."""
    often = len(seen) > 2 and len(set(seen)) <= len(seen) / 2
    return bool(seen) and (_FEW.search(name) is not None or (often and not name.endswith(_OWN)))


def _by_format(record: Record, name: str, form: str, shown: str) -> str | None:
    if (form == "date-time" and not shown) or (found := _TIME.fullmatch(shown)):
        moment = record.moment(name)
        return _written(moment, found) if shown and found else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if form == "date" or _DAY.fullmatch(shown):
        birth = "birth" in name or name in ("dob", "bornon")
        return str(record.fake.date_of_birth(None, 18, 80) if birth else record.moment(name).date())
    if not shown and name.endswith("id") and form != "uuid":
        return f"{record.random.getrandbits(96):024x}"
    if shown and (moment_like := _written_out(record.moment(name), shown)):
        return moment_like
    if form == "uuid" or _UUID.fullmatch(shown):
        return str(record.fake.uuid4())
    if form == "email" or re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", shown):
        return f"{record.login}@example.{record.random.choice(('com', 'org', 'net'))}"
    if form in ("uri", "url") or re.match(r"https?://", shown):
        ending = re.search(r"\.(?:png|jpe?g|gif|svg|webp|pdf|mp[34]|csv|zip)$", shown)
        return f"https://example.com/{record.fake.slug()}{ending[0] if ending else ''}"
    return str(_FORMATS[form](record)) if form in _FORMATS else None


def _written(moment: datetime, shown: re.Match[str]) -> str:
    """A moment in the way of a shown one (RFC 3339, and what is almost that)."""
    separator, fraction, zone = shown.groups()
    told = moment.strftime(f"%Y-%m-%d{separator}%H:%M:%S") + ("." + "0" * (len(fraction) - 1) if fraction else "")
    return told + ("Z" if zone and zone in "Zz" else re.sub(r"\d", "0", zone.replace("-", "+")) if zone else "")


def _written_out(moment: datetime, shown: str) -> str | None:
    """A moment in one of the ways in which people write days; None where the shown text is none."""
    way = _way(shown)
    return moment.strftime(way) if way else None


@lru_cache(1024)
def _way(shown: str) -> str | None:
    for way in _WAYS if re.search(r"\d", shown) else ():
        with suppress(ValueError):
            datetime.strptime(shown, way)  # noqa: DTZ007 - only its way is looked at
            return way
    return None


def _by_name(record: Record, name: str, owner: str, shown: str) -> str | None:
    if name == "name":
        if _PEOPLE.fullmatch(owner):
            return record.full_name
        return str(record.fake.company()) if _FIRMS.fullmatch(owner) else None
    if name in ("country", "countrycode") and re.fullmatch("[A-Z]{2}", shown):
        return str(record.fake.country_code())
    found = next((make for names, make in _NAMES if name in names), None)
    # Neither a key nor a sentence is turned into what its name would suggest.
    if found is None or (shown and _CODE.fullmatch(shown) and name not in _CODES):
        return None
    return str(found(record))


def _alike(record: Record, shown: str) -> str:
    """A text of the make of a shown one: digits for digits in a key, as many words in a sentence."""
    if shown and _CODE.fullmatch(shown):
        return scrambled(record, shown)
    count = min(len(shown.split()) if shown else 3, _WORDS_A_LINE * 3)
    if count > _WORDS_A_LINE:
        return str(record.fake.paragraph(nb_sentences=count // 8))
    adjectives = count - 1 if count <= _MOST_ADJECTIVES else 0
    words = [record.random.choice(_words("adjective")) for _ in range(adjectives)]
    words += [record.random.choice(_words("noun"))] if count <= _MOST_ADJECTIVES else record.fake.words(count)
    if shown.endswith("."):
        return str(" ".join(words).capitalize() + ".")
    if shown.islower():
        return " ".join(words).lower()
    return " ".join(words).upper() if shown.isupper() and len(shown) > 3 else " ".join(words).capitalize()


@cache
def _words(part: str) -> tuple[str, ...]:
    from faker.providers.lorem.en_US import Provider

    return tuple(Provider.parts_of_speech[part])


def scrambled(record: Record, shown: str) -> str:
    """A code like another: hexadecimal for hexadecimal; else a digit for a digit, and a letter for a letter where letters and digits alternate."""
    if re.fullmatch(r"[0-9a-f]{8,}", shown):
        return f"{record.random.getrandbits(4 * len(shown)):0{len(shown)}x}"
    mixed = len(shown) >= 16 and re.search(r"\d[A-Za-z]", shown)

    def other(found: re.Match[str]) -> str:
        each = found[0]
        if each.isdigit():
            return str(record.random.randrange(10))
        return chr(record.random.randrange(26) + ord("a" if each.islower() else "A"))

    return re.sub(r"[0-9A-Za-z]" if mixed else r"[0-9]", other, shown)


_NAMES: tuple[tuple[tuple[str, ...], Callable[[Record], Any]], ...] = (
    (("email", "emailaddress", "mail"), lambda record: f"{record.login}@example.com"),
    (("firstname", "givenname", "forename", "first"), lambda record: record.first_name),
    (("lastname", "familyname", "surname", "last"), lambda record: record.last_name),
    (("fullname", "displayname", "realname", "author", "owner", "username"), lambda record: record.full_name),
    (("login", "nickname", "handle", "screenname", "user"), lambda record: record.login),
    (
        ("phone", "phonenumber", "mobile", "telephone", "cell", "fax"),
        lambda record: record.fake.numerify("+1 555 ### ####"),
    ),
    (
        ("fingerprint", "checksum", "hash", "md5", "token", "accesstoken", "secret", "password", "apikey", "apisecret"),
        lambda record: record.fake.md5(),
    ),
    (
        ("url", "website", "homepage", "link", "href", "self", "related"),
        lambda record: f"https://example.com/{record.fake.slug()}",
    ),
    (("company", "companyname", "organization", "organisation", "employer"), lambda record: record.fake.company()),
    (("jobtitle", "job", "position", "occupation"), lambda record: record.fake.job()),
    (("city", "town", "locality"), lambda record: record.fake.city()),
    (("country",), lambda record: record.fake.country()),
    (("countrycode",), lambda record: record.fake.country_code()),
    (("zip", "zipcode", "postcode", "postalcode"), lambda record: record.fake.postcode()),
    (("street", "streetaddress", "address1", "addressline1", "address"), lambda record: record.fake.street_address()),
    (("slug", "permalink"), lambda record: record.fake.slug()),
    (("color", "colour"), lambda record: record.fake.color_name()),
    (("language", "lang", "locale"), lambda record: record.fake.language_code()),
    (("timezone", "tz"), lambda record: record.fake.timezone()),
    (("ip", "ipaddress"), lambda record: record.fake.ipv4_private()),
    (("hostname", "host", "domain"), lambda record: f"{record.fake.word()}.example.com"),
    (("filename", "file"), lambda record: record.fake.file_name()),
    (("mimetype", "contenttype"), lambda record: record.fake.mime_type()),
    (
        ("description", "bio", "about", "body", "content", "message", "comment", "note", "notes", "details"),
        lambda record: record.fake.paragraph(nb_sentences=2),
    ),
)
"""What a property is called, without case and punctuation, and what it then holds."""
_CODES = (
    "phone",
    "phonenumber",
    "mobile",
    "telephone",
    "zip",
    "zipcode",
    "postcode",
    "postalcode",
    "ip",
    "ipaddress",
    "login",
)

_FORMATS: Mapping[str, Callable[[Record], Any]] = {
    "time": lambda record: record.born.strftime("%H:%M:%SZ"),
    "hostname": lambda record: f"{record.fake.word()}.example.com",
    "ipv4": lambda record: record.fake.ipv4_private(),
    "ipv6": lambda record: record.fake.ipv6(),
}


def number(record: Record, name: str, schema: Mapping[str, Json], seen: Sequence[float], *, whole: bool) -> float:
    """A number between what the schema allows, of the size of those that are shown."""
    if schema.get("enum"):
        return float(record.random.choice([each for each in schema["enum"] if each is not None] or [0]))
    if seen and whole and min(seen) > 1e9 and re.search("at$|on$|time|date|since", plain(name)):
        return int(record.moment(plain(name)).timestamp()) * (1000 if min(seen) > 1e12 else 1)
    low, high = _range(plain(name), seen)
    low, high = max(low, schema.get("minimum", low)), min(high, schema.get("maximum", high))
    if high < low:
        low, high = schema.get("minimum", high), schema.get("maximum", low)
    step = schema.get("multipleOf")
    if step:
        least = int(-(-low // step))
        return float(step * record.random.randint(least, max(int(high // step), least)))
    if whole:
        return record.random.randint(int(low), max(int(high), int(low)))
    digits = max((len(str(each).partition(".")[2]) for each in seen), default=2)
    return round(record.random.uniform(low, high), min(digits, 6) or 2)


def _range(name: str, seen: Sequence[float]) -> tuple[float, float]:
    known = next((bounds for word, bounds in _RANGES if name.endswith(word)), None)
    if known and all(known[0] <= each <= known[1] for each in seen):
        return known
    if not seen:
        return 0, 100
    return min(0, *seen) if min(seen) < 0 else min(seen) // 2, max(max(seen) * 2, 5 if max(seen) else 0)


_RANGES = (
    ("latitude", (-90.0, 90.0)),
    ("lat", (-90.0, 90.0)),
    ("longitude", (-180.0, 180.0)),
    ("lng", (-180.0, 180.0)),
    ("lon", (-180.0, 180.0)),
    ("age", (18.0, 80.0)),
    ("year", (2015.0, 2023.0)),
    ("rating", (0.0, 5.0)),
    ("progress", (0.0, 100.0)),
    ("percent", (0.0, 100.0)),
    ("percentage", (0.0, 100.0)),
)
