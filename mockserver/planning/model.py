"""The words of a plan: frozen records only, nothing is decided here; a plan holds one Step for every operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from contract.spec import Json, Operation, Parameter
from mockserver.planning.covers import Way, at

BEHAVIOUR_NAMES = (
    "list",
    "read",
    "create",
    "replace",
    "update",
    "delete",
    "action",
    "view",
    "singleton",
    "login",
    "job",
    "static",
)
"""What an operation may do, by the names that plans and `x-mock` use."""


LEVELS = ("attributes", "relationships", "links", "meta")
"""Members of a JSON:API resource object that hold its fields (jsonapi.org, 7.2)."""


class MockError(Exception):
    """The mock cannot do what the user asked; the message is one line that says why and what to do."""


class StateError(Exception):
    """The state cannot serve a request; the message is a sentence for the client, `status` that of the answer."""

    def __init__(self, message: str, status: int = 503) -> None:
        super().__init__(message)
        self.status = status


def linked_id(record: Mapping[str, Json], way: Way) -> str | None:
    """The last part of the link at a way; None where there is no link."""
    link = at(record, way)
    return unquote(urlsplit(link).path.rstrip("/").rpartition("/")[2]) or None if isinstance(link, str) else None


@dataclass(frozen=True, slots=True)
class Resource:
    """Records that belong together: a collection, or one document below a path."""

    name: str
    """Path of the collection as first written, without a slash at the end; the key of its records."""
    shape: str
    """The path with nameless placeholders."""
    kind: Literal["collection", "document"]
    """A document is one nameless record for each parent (`/repos/{id}/env`)."""
    item: str | None
    """Path of one record, where a document shows it."""
    parents: tuple[tuple[str, int], ...]
    """Shapes of the collections above, outermost first, each with the position of its placeholder among all of the path."""
    id_property: str | None
    id_style: str
    """`hex24`, `uuid`, `integer`, `digits`, `opaque` (letters and digits like the documented ones) or `slug`."""
    way: Way
    """Where a list holds the records."""
    properties: tuple[str, ...]
    """Everything that answers show of a record."""
    fields: tuple[str, ...]
    """Names under which records hold values: their properties, and those that JSON:API keeps one level down."""
    write_only: tuple[str, ...]
    """Secrets: what requests send and no answer ever shows."""
    id_way: Way = ()
    """Where records hold their id inside of an object (`metadata.name`); then no property of theirs does."""
    id_link: Way = ()
    """Where records hold a link to themselves that ends with their id, where nothing else tells it."""
    natural: tuple[str, ...] = ()
    """Properties by whose value paths may name its records beside their id (`login` at `/teams/{team}`), the likeliest first."""
    id_pattern: str = ""
    """What ids look like by their schema, where that says it by a pattern."""
    takes: tuple[str, ...] = ()
    """What requests say of a record."""
    also: tuple[str, ...] = ()
    """Shapes of collections further down that hold records of this kind (`/projects/{}/tasks` of `/tasks`)."""
    kin: str = ""
    """Shape of the collection further up that holds records of this kind too; ids are counted together."""
    renamed: bool = False
    """Requests name the id, and so may change it."""
    example: Mapping[str, Json] = field(default_factory=dict)
    """A documented record; empty where none is shown."""
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Lists of objects inside of its records, each with what answers show and describe of its items."""

    def held_id(self, record: Mapping[str, Json]) -> Json:
        """The id that a record holds; None where it holds none."""
        if self.id_property:
            return record.get(self.id_property)
        return at(record, self.id_way) if self.id_way else linked_id(record, self.id_link) if self.id_link else None

    @property
    def counted_as(self) -> str:
        """Under which shape its ids are counted."""
        return self.kin or self.shape

    @property
    def sent(self) -> frozenset[str]:
        """What requests say of a record, and no answer shows."""
        return frozenset(self.takes) - {*self.properties}

    @property
    def envelope(self) -> str | None:
        """The way to the records of a list, as the plan shows it."""
        return ".".join(self.way) or None

    @property
    def is_json_api(self) -> bool:
        """Records are JSON:API resource objects (jsonapi.org, 7.2)."""
        return "type" in self.properties and not {"attributes", "relationships"}.isdisjoint(self.properties)

    @property
    def parent(self) -> str | None:
        """Shape of the collection whose records own these; None at the top."""
        return self.parents[-1][0] if self.parents else None

    def as_json(self) -> dict[str, Json]:
        """The resource as `plan --format json` shows it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "item": self.item,
            "parent": self.parent,
            "id": {"property": self.id_property, "style": self.id_style},
            "envelope": self.envelope,
            "write_only": list(self.write_only),
        }


@dataclass(frozen=True, slots=True)
class Own:
    """The caller's own record of a collection."""

    resource: Resource
    known: str
    """Its documented id; empty where none is shown."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A reference that leads from a record to others."""

    source: Resource
    """The collection of the record that refers."""
    name: str
    """The property, or the JSON:API relationship, that does."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a service does with a record by itself."""

    name: str
    """The property that tells how far it is."""
    first: str
    """The state of a new record."""
    between: tuple[str, ...]
    """The states in which it is worked on."""
    last: str
    """The state in which it is done."""
    shown: Mapping[str, Json]
    """A documented record that is done; empty where none is shown."""

    @property
    def states(self) -> tuple[str, ...]:
        """All states in their order."""
        return tuple(dict.fromkeys((self.first, *self.between, self.last)))


@dataclass(frozen=True, slots=True)
class View:
    """A filter over a collection: records whose property has the value (compared without case)."""

    name: str
    """The segment that asks for it: `finished`."""
    property: str
    value: Json

    def shows(self, record: Mapping[str, Json]) -> bool:
        """Tell whether the view shows a record."""
        return str(record.get(self.property)).casefold() == str(self.value).casefold()


@dataclass(frozen=True, slots=True)
class Job:
    """One part of work that takes time: scheduled (202), polled (until 303), and its result."""

    role: Literal["schedule", "poll", "result"]
    name: str
    """Path of the poll, the key of the jobs."""
    id_parameter: str | None
    """Placeholder of the job's id; None when scheduling."""
    next_path: str | None
    """Template of the path that `Location` names; None for a result."""
    known: str | None
    """The job's id in the documented examples."""


@dataclass(frozen=True, slots=True)
class Token:
    """Where a login's answer holds the token."""

    location: Literal["header", "body"]
    name: str
    """Header, or dotted path of properties in the body."""
    prefix: str = ""
    """What stands before the token in a header: `Bearer `."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where those who register and log in are kept and shown."""

    registers: bool
    """The request makes an account; else it lets one in."""
    made: Step | None = None
    """How the request makes a record of the collection that holds all accounts, if there is one."""
    profiles: tuple[Resource, ...] = ()
    """Documents that show who has logged in."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the mock does for one operation, and why."""

    operation: Operation
    behaviour: str
    """A key of BEHAVIOURS."""
    because: tuple[str, ...]
    resource: Resource | None = None
    shows_records: bool = False
    """The answer shows the record or records; else it is a message about them."""
    way: Way = ()
    """Where the answer holds the record or records: `("user",)` in `{"user": {...}}`."""
    above: tuple[tuple[str, int], ...] = ()
    """Of an operation whose path is that of no records of its own: the collections whose records it names, as a Resource's parents."""
    many: bool = False
    """The answer holds a list, be it of one record."""
    work: Work | None = None
    """Of a read: what the service does with the record while a client polls it."""
    part: frozenset[str] = frozenset()
    """What alone the answer shows of the record; empty where it shows all."""
    reach: Reach | None = None
    """What the operation shows is what the record of its path refers to."""
    relationship: str | None = None
    """The relationship of the record that the operation shows or changes (jsonapi.org, 9.6)."""
    final: Mapping[str, Json] = field(default_factory=dict)
    """Values that cannot be changed any more once a record has them."""
    key: str | None = None
    """Property under whose value records stand in an object, where the answer has one in place of a list."""
    nameable: frozenset[str] = frozenset()
    """What a request may name of a record."""
    defaults: Mapping[str, Json] = field(default_factory=dict)
    """What a record has of which a request says nothing."""
    owners: tuple[tuple[str, int, bool], ...] = ()
    """Properties that hold the id of a record above (`team_id`), each with the place of that in the path, and whether it is a number."""
    narrowed: tuple[tuple[str, int], ...] = ()
    """Of a list: properties that must hold what its path has at a place, where nothing else is known of the records above."""
    made_by: tuple[tuple[str, bool], ...] = ()
    """Of a creation: properties that hold the id of the caller, or show them whole, which is told too."""
    sent_way: Way = ()
    """Where the request holds the record."""
    identified_by: str | None = None
    """What in the request names the record, where its path does not."""
    newest: bool = False
    """Where a list is documented with one record alone: it shows the newest."""
    known_by: Way = ()
    """Where the record holds what its path names it by (`/users/email/{email}`); empty for its id."""
    sifted_by: str = ""
    """Of a list: the property that the last value of its path asks by (`/posts/user/{userId}`)."""
    placed: Mapping[str, Way] = field(default_factory=dict)
    """Where records hold what requests send under another name or less deep (`plan_id` for `plan.id`), by the sent name."""
    is_flat: bool = False
    """Requests name the attributes of a JSON:API record as if they were its own properties."""
    outer: Way | None = None
    """Where the answer holds the record above, which it shows in place of this one (`POST /carts/{id}/items` answers the cart)."""
    cover: Mapping[str, Json] = field(default_factory=dict)
    """What stands around the record in an answer of which nothing is documented."""
    view: View | None = None
    views: tuple[View, ...] = ()
    """All views of the collection, for counters that bear their names."""
    page_size: int | None = None
    """Records a page holds when the request does not say."""
    first_page: int = 1
    """Number of the first page."""
    order: Mapping[str, str] = field(default_factory=dict)
    """What is asked for by `sort` and `direction` where a request says nothing of it."""
    untold: frozenset[str] = frozenset()
    """What other answers show of a record, and the documented list does not."""
    open_to: frozenset[tuple[str, str]] = frozenset()
    """Parameters with values of documented requests by which the documented answers are not sifted."""
    asked: tuple[Parameter, ...] = ()
    """What a list is asked for in the body of its request, as parameters of the query."""
    counts: Way | None = None
    """Where the answer tells how many records there are, or how many were deleted."""
    removes: frozenset[str] | None = None
    """Of a deletion of several: plain names under which requests tell ids; None where one record goes, the one that the path names."""
    tagged: bool = False
    """Its answers bear entity tags (RFC 9110, section 8.8.3)."""
    read_by: str | None = None
    """Key of the operation that reads what this one changes, where requests may say which state of it they mean (If-Match)."""
    once: str = ""
    """The header field, in lower case, by whose value a request is known that was sent before (`idempotency-key`); empty for none."""
    own: str | None = None
    """Of an operation on the caller's own record: the documented id of it, empty where none is; None for all others."""
    joins: tuple[str, str] | None = None
    """Of a creation: what a request names a known record by, and the shape of its collection; it joins those below another record."""
    joins_known: bool = False
    """Of such a creation: the documents say that the record is there already."""
    each: Way | None = None
    """Of a change of several records: where the request holds them."""
    copies: bool = False
    """Of a creation: the path names a record, of which the new one is a copy."""
    yields: str = ""
    """Of a creation: the list in its answer that holds the new records, which are of another collection than its path's."""
    made_below: bool = False
    """Of a creation: its path stands below another record, and names none of its own."""
    whole: bool = False
    """All records go where a request names none."""
    sets: Mapping[str, Json] = field(default_factory=dict)
    """What an action changes."""
    toggled: str = ""
    """The mark that an action turns over."""
    counted: Mapping[str, int] = field(default_factory=dict)
    """Numbers that an action raises, each with by how much (`likes`)."""
    trash: str = ""
    """Where deleted records are that can be taken back: of a deletion that puts them there, an action that takes one back, a list that may show them."""
    shows_trash: Mapping[str, bool] = field(default_factory=dict)
    """Of a list: what asks for deleted records, and whether for these alone."""
    bare: str = ""
    """Of an action: the property of which the request is the value, and nothing else."""
    adds: str = ""
    """Of an action: the list inside of the record that takes what is sent."""
    by_value: bool = False
    """What it adds or takes out of the list is told by a value, that of the path or the only one sent."""
    moments: Mapping[str, Json] = field(default_factory=dict)
    """What it sets to the present time, each with a documented value, or none."""
    nulls_remove: bool = False
    """A null in a change removes the property."""
    puts: bool = False
    """Of a PUT: it makes the record that its path names where there is none."""
    only: frozenset[str] = frozenset()
    """Of a change: the properties that alone can be changed, where the documents name them; empty where all can."""
    parts_merged: frozenset[str] = frozenset()
    """Objects inside of the record of which a change leaves alone what it does not name."""
    job: Job | None = None
    polls: int | None = None
    """How often a job that it schedules says 'not ready'; None for as often as all others."""
    token: Token | None = None
    account: Account | None = None
    """Of a login or a registration."""

    @property
    def named(self) -> tuple[tuple[str, int], ...]:
        """The collections whose records the path names, outermost first, each with the place of the id among its placeholders."""
        if self.resource is None or self.reach:
            return self.above
        position = self.resource.shape.count("{}")
        own = self.resource.kind == "collection" and position < self.operation.path.count("{")
        return (*self.resource.parents, *([(self.resource.shape, position)] if own else ()))


@dataclass(frozen=True, slots=True)
class Plan:
    """What the mock does with a whole contract."""

    resources: tuple[Resource, ...]
    steps: tuple[Step, ...]
    """One for every operation, in the order of the document."""

    def as_json(self) -> dict[str, Json]:
        """The shape of `plan --format json` and `/__admin/plan`."""
        return {
            "resources": [each.as_json() for each in self.resources],
            "operations": [
                {
                    "operation": step.operation.key,
                    "behaviour": step.behaviour,
                    "resource": step.resource.name if step.resource else None,
                    "because": list(step.because),
                }
                for step in self.steps
            ],
        }
