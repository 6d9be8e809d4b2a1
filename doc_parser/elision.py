"""What stands for more of the same in payloads that stay JSON: a value comes in, it goes out without members that are none.

`"...": "..."` is no field, and `{"...": "..."}` no item; what holds neither is given back as it is.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

Json: TypeAlias = Any

ELISION = re.compile(r"(?:\.\.\.+|…)(?:[ \t]*[A-Za-z][^\n\]},\"\[{]*)?")
_MEMBER = re.compile(r"""["'](?:\.{3,}|…)["']\s*:""")


def says_more(text: str) -> bool:
    """Tell whether a payload has a member that stands for more."""
    return _MEMBER.search(text) is not None


def without_more(value: Json) -> Json:
    """Leave out the members that stand for more, and the items that hold nothing else."""
    if isinstance(value, dict):
        return {name: without_more(each) for name, each in value.items() if not ELISION.fullmatch(name)}
    if isinstance(value, list):
        return [without_more(each) for each in value if not (isinstance(each, dict) and each and _is_more(each))]
    return value


def _is_more(value: dict[str, Json]) -> bool:
    return all(ELISION.fullmatch(name) for name in value)
