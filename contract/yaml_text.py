"""YAML text as OpenAPI wants it read: PyYAML's loader comes out, with the types of YAML 1.2; what a document means is not known here."""

from __future__ import annotations

import re

import yaml


class YamlLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as OpenAPI wants it (YAML 1.2, JSON schema): dates stay text, `no` and `off` are no booleans."""


YamlLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if not tag.endswith((":timestamp", ":bool"))]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
YamlLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
