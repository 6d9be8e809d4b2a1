"""Where in the documents a part of a body is stated: a schema and a way into its instance come in, a DocLine goes out.

The most specific documented node on the way wins; a way that leaves the schema ends at the last one known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contract.finding import DocLine
from contract.spec import Json, Media, Spec


def body_line(spec: Spec, content: Iterable[Media], way: Sequence[str | int]) -> DocLine | None:
    """The line that states a part of a body, in the first media type that knows one."""
    return next((line for media in content if (line := schema_line(spec, media.schema, way))), None)


def schema_line(spec: Spec, schema: Json, way: Sequence[str | int]) -> DocLine | None:
    """The line of the deepest documented node on the way from a schema to a part of its instance."""
    node, found = spec.resolve(schema), None
    for step in way:
        node = spec.resolve(_below(spec, node, step))
        if isinstance(node, dict):
            found = DocLine.parse(node.get("x-doc-source")) or found
    return found


def _below(spec: Spec, node: Json, step: str | int) -> Json:
    """The schema of a property or item, looked for in the composed schemas too."""
    if not isinstance(node, dict):
        return {}
    if isinstance(step, int):
        own = node.get("items")
    else:
        own = (node.get("properties") or {}).get(step) or node.get("additionalProperties")
    if own:
        return own
    members = [spec.resolve(each) for key in ("allOf", "oneOf", "anyOf") for each in node.get(key) or ()]
    return next((below for each in members if (below := _below(spec, each, step))), {})
