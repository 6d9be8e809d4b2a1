"""What the query parameters of a list are for: their names come in, roles go out, and what records hold under a name.

Names are compared without case and punctuation. No standard rules this, so the words are those that APIs use: page and offset,
cursors (Stripe, Google), JSON:API's families (`page[size]`, `fields[type]`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from contract.spec import Json
from mockserver.planning.covers import plain

Record = Mapping[str, Json]

ROLES: Mapping[str, tuple[str, ...]] = {
    "page": ("page", "pagenumber", "pageno", "pagenum", "currentpage", "pageindex", "pagina"),
    "limit": (
        *("perpage", "pagesize", "limit", "size", "pagelimit", "maxresults", "itemsperpage", "resultsperpage"),
        *("maxitems", "count", "pagecount", "rows", "top", "porpagina", "per", "length", "limite"),
    ),
    "offset": ("offset", "skip", "start", "pageoffset", "startindex", "startat", "posicao"),
    "cursor": (
        *("cursor", "pagetoken", "nextpagetoken", "startingafter", "after", "pagecursor", "pageafter", "nexttoken"),
        *("continuationtoken", "continuation", "scrollid", "bookmark", "nextcursor", "aftercursor", "afterid"),
    ),
    "before": ("endingbefore", "before", "beforeid", "pagebefore", "beforecursor"),
    "sort": (
        *("sort", "sortby", "orderby", "ordering", "sortfield", "sortcolumn", "sorting", "ordercolumn", "orderfield"),
        *("sortkey", "sortproperty", "orderkey", "ordenarpor", "tri"),
    ),
    "direction": (
        *("order", "direction", "sortorder", "sortdir", "sortdirection", "orderdirection", "sorttype", "orderdir"),
        *("ordertype", "sortmode", "ordre", "orden", "ordem", "descending", "desc", "ascending", "asc", "reverse"),
    ),
    "fields": ("fields", "select", "only"),
    "include": ("include", "includes", "expand", "embed"),
    "search": (
        *("q", "query", "search", "keyword", "keywords", "term", "searchterm", "querystring", "searchstring"),
        *("searchquery", "searchtext", "searchkey", "searchkeyword", "recherche", "buscar", "busqueda", "busca"),
    ),
}
"""Names of parameters that ask for something other than a value of a property."""
_BY_NAME = {name: role for role, names in ROLES.items() for name in names}


def role(name: str) -> str | None:
    """The role of a parameter by its plain name; None for one that names a property."""
    return "fields" if name.startswith("fields") else _BY_NAME.get(name)


class Linked(dict[str, Json]):
    """A record that knows the records it is linked to."""

    def __init__(self, record: Record, linked: Callable[[str], Sequence[Record]]) -> None:
        super().__init__(record)
        self.linked = linked
        """What a relationship names."""


def value_of(record: Record, name: str) -> Json:
    """What a record has under a name, its JSON:API attributes and relationships included; None where there is nothing.

    What records have to which it is linked is a list.
    """
    wanted = plain(name)
    for level in (record, record.get("attributes")):
        for key, value in level.items() if isinstance(level, dict) else ():
            if plain(key) == wanted:
                return value
    relations = record.get("relationships")
    for key, value in relations.items() if isinstance(relations, dict) else ():
        if plain(key).removesuffix("s") in stems(wanted) and isinstance(value, dict):
            linked = value.get("data")
            return [
                each.get("id") for each in (linked if isinstance(linked, list) else [linked]) if isinstance(each, dict)
            ]
    head, dot, rest = name.partition(".")
    inner = value_of(record, head) if dot else None
    if isinstance(inner, dict):
        return value_of(inner, rest)
    found = [value_of(each, rest) for each in (held_in(record, head) if dot else None) or ()]
    return [each for each in found if each is not None] or None


def held_in(record: Record, name: str) -> Sequence[Record] | None:
    """The records inside of a property, or those that a relationship names; None where nobody knows them."""
    relations = record.get("relationships")
    own = (
        next((each for each in relations if plain(each) == plain(name)), None) if isinstance(relations, dict) else None
    )
    if own:
        return record.linked(own) if isinstance(record, Linked) else None
    value = value_of(record, name)
    found = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
    return found or None


def fields_of(record: Record) -> tuple[str, ...]:
    """The names under which a record holds values."""
    levels = (record, record.get("attributes"), record.get("relationships"))
    return tuple(dict.fromkeys(name for level in levels if isinstance(level, dict) for name in level))


def stems(wanted: str) -> tuple[str, ...]:
    """What a name that may end in `s`, `id` or `ids` is about."""
    return wanted, *(wanted.removesuffix(each) for each in ("s", "ids", "id"))
