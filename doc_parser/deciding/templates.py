"""Which template a concrete path is of: templates come in one by one, the one that covers a path goes out; static words win.

A trie of segments, so that a look-up costs the length of the path, whatever the number of templates.
"""

from __future__ import annotations

from msgspec import Struct, field

from doc_parser.url import Segment, Url

_TRIES = 64
"""Nodes looked at for one path; more than any real path needs."""


class _Node(Struct):
    children: dict[str, _Node] = field(default_factory=dict)
    variable: _Node | None = None
    mixed: list[tuple[Segment, _Node]] = field(default_factory=list)
    """Words with a placeholder in them (`{id}.json`)."""
    template: Url | None = None


class Templates:
    """The templates of request lines."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, template: Url) -> None:
        """Take a template in; the first of a shape stays."""
        node = self._root
        for segment in template.segments:
            if segment.variable:
                node.variable = node.variable or _Node()
                node = node.variable
            elif segment.text in node.children:
                node = node.children[segment.text]
            else:
                above, node = node, _Node()
                above.children[segment.text] = node
                if segment.names and len(above.mixed) < _TRIES:
                    above.mixed.append((segment, node))
        node.template = node.template or template

    def covering(self, url: Url, *, wider: bool = False) -> Url | None:
        """Find the template that a path is an instance of; a `wider` one is not the path itself."""
        waiting = [(self._root, 0)]
        for _ in range(_TRIES):
            if not waiting:
                return None
            node, depth = waiting.pop()
            if depth == len(url.segments):
                if node.template and not (wider and node.template.shape == url.shape):
                    return node.template
                continue
            segment = url.segments[depth]
            if node.variable:
                waiting.append((node.variable, depth + 1))
            waiting += ((child, depth + 1) for mixed, child in node.mixed if mixed.admits(segment))
            if not segment.variable and segment.text in node.children:
                waiting.append((node.children[segment.text], depth + 1))
        return None
