"""What paths may name records by beside their id: the operations on one record come in, names of properties go out, the likeliest first; pure.

`GET /teams/{team}` may mean the team's `login` though teams have an `id` too. A placeholder that is called an id, or is a number, means the
id; any other what its name says, else what is a name in itself and clients choose. Either way the id goes before.
"""

from __future__ import annotations

from collections.abc import Mapping

from contract.spec import Operation
from mockserver.planning.covers import ID_NAMES, plain
from mockserver.planning.evidence import placeholders

UNIQUE = ("login", "key", "slug", "handle", "username", "code", "sku", "symbol", "shortname", "reference", "email")
"""Names of what no two records have the same."""
_NAMES = (*UNIQUE, "name")
_IDS = tuple(map(plain, ID_NAMES))


def natural(
    item: Mapping[str, Operation], identity: str | None, properties: frozenset[str], taken: frozenset[str]
) -> tuple[str, ...]:
    """The properties that a path may mean by a value that is nobody's id; none where the placeholder is called an id, or names the property that is one."""
    operation = next(iter(item.values()), None)
    last = placeholders(operation.path)[-1] if operation else ""
    asked = plain(last)
    if operation is None or identity is None or asked.endswith(("id", "uuid")) or asked == plain(identity):
        return ()
    schemas = [each.schema for one in item.values() for each in one.parameters if each.name == last]
    if any(isinstance(each, dict) and each.get("type") in ("integer", "number") for each in schemas):
        return ()
    held = {plain(name): name for name in sorted(properties)}
    named = [name for each, name in held.items() if asked.endswith(each)]
    usual = [held[each] for each in _NAMES if each in held and held[each] in taken]
    return tuple(dict.fromkeys(each for each in (*named, *usual) if each != identity and plain(each) not in _IDS))
