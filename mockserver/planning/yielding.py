"""Requests that make records of another collection than their path's, as a rule of a plan: `POST /templates {...}` answers `{"tasks": [...]}`.

The answer alone is not enough, for it may only show what there is; the documents have to say that these are created.
"""

from __future__ import annotations

import re
from dataclasses import replace

from contract.spec import Operation
from mockserver.planning.covers import plain
from mockserver.planning.evidence import last_word, request_properties, shape, singular
from mockserver.planning.known import Known, common
from mockserver.planning.model import Step

_READ = 1000
"""Characters of a description in which it says what is done."""
_CREATES = r"\b(?:(?:creat|generat|mak)(?:es?|ing)|turn(?:s|ing)? (?:[\w-]+ ){1,4}into) (?:[\w-]+ ){0,3}?"


def yielding(known: Known, operation: Operation) -> Step | None:
    """An answer that is no record itself and holds a list of those of a collection, of which the documents say that they are created."""
    mine = known.survey.shown[operation.key]
    if operation.method != "POST" or mine.kind != "object" or not mine.media:
        return None
    said = f"{operation.node.get('summary') or ''}\n{str(operation.node.get('description') or '')[:_READ]}"
    sent = request_properties(known.survey.spec, operation)
    for name in sorted(mine.properties - sent):
        shown = [each[name] for each in mine.records if isinstance(each.get(name), list)]
        for other in (
            known.resources.values() if shown and re.search(_CREATES + re.escape(name), said, re.IGNORECASE) else ()
        ):
            own = other.kind == "collection" and not other.parents and other.shape != shape(operation.path)
            alike = plain(last_word(other.shape)) == plain(name) and name != singular(name)
            if own and alike and any(isinstance(each, dict) and other.id_property in each for each in shown[0]):
                because = (
                    f"its answer shows `{name}`, and the documents say that it creates them: records of {other.name}"
                )
                return replace(common(known, operation, "create", other, because), yields=name, shows_records=False)
    return None
