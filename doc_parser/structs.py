"""The same value but for some of its fields: a Struct and changes come in, another Struct goes out.

Values are msgspec's Structs, frozen: many thousands are made of one document, and a frozen dataclass costs ten times as much to make.
"""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import Struct, structs

S = TypeVar("S", bound=Struct)


def replace(value: S, /, **changes: Any) -> S:
    """Change fields; what was worked out of the value once (`cached_property`) is worked out of the new one anew."""
    made = structs.replace(value, **changes)
    if worked_out := getattr(made, "__dict__", None):
        worked_out.clear()
    return made
