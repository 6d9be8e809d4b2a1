"""An OpenAPI document as text: a dict comes in, YAML or JSON goes out, the same to the byte for the same dict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import yaml


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """YAML without anchors: a schema that stands twice is written twice."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def text(document: Mapping[str, Any], form: str) -> str:
    """Write an OpenAPI document as `yaml` or `json`."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))
