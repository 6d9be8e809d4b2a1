"""OpenAPI to a Plan: a Spec comes in, one Step for every operation goes out, each with its evidence; pure, nothing is served here.

RULES is the order in which an operation is recognised; the first rule that speaks wins, and what no rule
recognises stays static: it answers its documented example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from contract.spec import Operation, Spec
from mockserver.planning import merging, several, signs, tabled
from mockserver.planning.accounts import logged_in, registered
from mockserver.planning.acting import acted, acted_on_all
from mockserver.planning.addresses import Meant, documented, identified_by, is_verbal, meant
from mockserver.planning.asking import in_body
from mockserver.planning.belonging import (
    is_list_of_one,
    joined,
    joins,
    made_below,
    membership,
    must_be_known,
    named_by_path,
    own_records,
)
from mockserver.planning.copies import copied
from mockserver.planning.evidence import (
    is_sent_whole,
    placeholders,
    request_properties,
    sent_way,
    shape,
    successes,
)
from mockserver.planning.filters import unsifted
from mockserver.planning.known import Known, at_collection, at_item, common, is_silent
from mockserver.planning.marks import changes, described
from mockserver.planning.model import BEHAVIOUR_NAMES, Plan, Resource, Step
from mockserver.planning.ordering import usual_order
from mockserver.planning.overrides import overridden
from mockserver.planning.parts import in_part
from mockserver.planning.reaching import reached, relationship
from mockserver.planning.resources import above, makes, parents, resources, survey
from mockserver.planning.tags import with_tags
from mockserver.planning.trashing import with_trash
from mockserver.planning.unheard import unheard
from mockserver.planning.valued import valued
from mockserver.planning.yielding import yielding

__all__ = ["BEHAVIOUR_NAMES", "Plan", "plan", "plan_text"]


def plan(spec: Spec) -> Plan:
    """Decide what the mock does for every operation. MockError for an `x-mock` that cannot be granted."""
    spec = replace(spec, operations=meant(spec))
    jobs = signs.jobs(spec)
    logins = {each.key for each in spec.operations if signs.token(spec, each)}
    surveyed = survey(spec, frozenset(jobs) | logins)
    found = resources(surveyed)
    own = own_records(surveyed, found)
    known = Known(surveyed, {key: each for key, each in found.items() if key not in own}, jobs, {}, own)
    views = {key: dict(signs.views(surveyed, each)) for key, each in known.resources.items()}
    known = replace(known, views=views)
    empty = frozenset(unheard(known, [_step(known, each) for each in spec.operations]))
    known = replace(known, resources={key: each for key, each in known.resources.items() if key not in empty})
    steps = tuple(_as_read([_step(known, each) for each in spec.operations]))
    used = {step.resource.shape for step in steps if step.resource}
    made = overridden(surveyed, Plan(tuple(each for key, each in known.resources.items() if key in used), steps))
    return with_tags(with_trash(_as_documented(made)))


def _as_documented(made: Plan) -> Plan:
    """The plan under the paths and methods that clients use."""
    # A record is where it is read, by its own path if there is one.
    steps = sorted(made.steps, key=lambda each: (each.operation.method == "GET", not is_verbal(each.operation)))
    paths = {shape(each.operation.path): (each.operation.path, documented(each.operation).path) for each in steps}
    fitting = {
        key: there for key, (here, there) in paths.items() if len(placeholders(here)) == len(placeholders(there))
    }
    resources = {
        each.shape: replace(each, item=fitting.get(shape(each.item))) if each.item else each for each in made.resources
    }
    return Plan(tuple(resources.values()), tuple(_documented_step(each, resources) for each in made.steps))


def _documented_step(step: Step, resources: Mapping[str, Resource]) -> Step:
    operation, own = documented(step.operation), step.resource and resources.get(step.resource.shape, step.resource)
    if step.account and step.account.made:
        kept = replace(step.account, made=_documented_step(step.account.made, resources))
        step = replace(step, account=kept, way=step.account.made.way)
    if operation is step.operation:
        return replace(step, resource=own)
    sifted_by = step.operation.sifted_by if isinstance(step.operation, Meant) else ""
    what = f"{operation.method} {operation.path} means {step.operation.method} {step.operation.path}"
    because = (what + (f" of a `{sifted_by}`" if sifted_by else ""), *step.because)
    return replace(
        step,
        operation=operation,
        resource=own,
        because=because,
        identified_by=identified_by(step.operation),
        known_by=step.operation.known_by if isinstance(step.operation, Meant) else (),
        sifted_by=sifted_by,
    )


def plan_text(made: Plan) -> str:
    """The plan for a terminal: each operation, its behaviour, and beneath it the reasons."""
    wide = max((len(step.operation.key) for step in made.steps), default=0)
    lines = []
    for step in made.steps:
        where = step.resource.name if step.resource else ""
        lines.append(f"{step.operation.key:<{wide}}  {step.behaviour:<9}  {where}".rstrip())
        lines.extend(f"    because {each}" for each in step.because)
    counts = {name: sum(step.behaviour == name for step in made.steps) for name in BEHAVIOUR_NAMES}
    summary = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    total = f"{len(made.steps)} operation{'' if len(made.steps) == 1 else 's'}"
    return "\n".join([*lines, "", f"{total}: {summary}", ""])


def _as_read(steps: list[Step]) -> Iterator[Step]:
    """A HEAD that is documented by itself does what GET there does, without the body (RFC 9110, section 9.3.2)."""
    reads = {shape(each.operation.path): each for each in steps if each.operation.method == "GET"}
    for step in steps:
        read = reads.get(shape(step.operation.path))
        if step.operation.method == "HEAD" and step.behaviour == "static" and read:
            because = f"HEAD tells of what {read.operation.key} answers"
            step = replace(read, operation=step.operation, because=(because, *read.because))
        yield step


def _step(known: Known, operation: Operation) -> Step:
    return next(step for rule in RULES if (step := rule(known, operation)))


# ---- the rules


def _job(known: Known, operation: Operation) -> Step | None:
    if operation.key not in known.jobs:
        return None
    job, because = known.jobs[operation.key]
    return Step(operation, "job", (because,), job=job, above=tuple(_read_above(known, operation)))


def _read_above(known: Known, operation: Operation) -> Iterator[tuple[str, int]]:
    """The collections above a job, as far as their records can be read: of others nobody can tell which there are."""
    kinds = {key: each.kind for key, each in known.resources.items()}
    for above_it, position in parents(shape(operation.path), kinds):
        if known.survey.at(above_it + "/{}", "GET") is None:
            return
        yield above_it, position


def _tabled(known: Known, operation: Operation) -> Step | None:
    """A JSON:API list of which only tables tell: its parameters name what its records have."""
    resource, mine = at_collection(known, operation), known.survey.shown[operation.key]
    if not resource or not tabled.speaks(known.survey.spec, operation, mine):
        return None
    because = (
        f"{operation.key} answers a JSON:API list, of which no example is documented",
        f"its parameters name {', '.join(resource.example['attributes']) or 'no attribute'}",
    )
    step = common(known, operation, "list", resource, *because)
    order = usual_order(known.survey.spec, operation, resource, ())
    return replace(step, way=("data",), shows_records=True, page_size=signs.page_size(operation, mine), order=order)


def _list(known: Known, operation: Operation) -> Step | None:
    resource, mine = at_collection(known, operation), known.survey.shown[operation.key]
    if operation.method != "GET" or not resource or not (mine.kind == "records" or is_silent(known, resource, mine)):
        return None
    what = f"records with `{resource.id_property}`" if resource.id_property else "records"
    cover = f" in `{'.'.join(mine.way)}`" if mine.way else ""
    in_it = tuple(in_body(known.survey.spec, operation))
    asked = replace(operation, parameters=(*operation.parameters, *in_it))
    size = signs.page_size(asked, mine)
    because = [f"{operation.key} answers {'a list of' if mine.way else 'an array of'} {what}{cover}"]
    if mine.kind != "records":
        because = [f"{resource.name} has records of its own, and nothing says what GET answers there"]
    if size:
        because.append(f"a page holds {size}")
    views = tuple(known.views[resource.shape].values())
    first = signs.first_page(known.survey.spec, asked, mine)
    step = common(known, operation, "list", resource, *because)
    opened = frozenset(unsifted(asked, resource, mine.records))
    # A list in short leaves out what is inside of a record; what clients send is theirs to see anywhere.
    inner = (name for name, value in resource.example.items() if isinstance(value, (list, dict)))
    untold = frozenset(inner) - mine.properties - {*resource.takes} if mine.records else frozenset[str]()
    order = usual_order(known.survey.spec, operation, resource, mine.records)
    return replace(
        step, views=views, page_size=size, first_page=first, open_to=opened, untold=untold, asked=in_it, order=order
    )


def _view(known: Known, operation: Operation) -> Step | None:
    at = shape(operation.path)
    views = known.views.get(above(at), {})
    if operation.method != "GET" or at not in views:
        return None
    view, resource, mine = views[at], known.resources[above(at)], known.survey.shown[operation.key]
    evidence = (
        f"all its documented records have `{view.property}` {view.value!r}, which not all of {resource.name} have"
        if mine.records
        else f"its documented list is empty, so it shows the records whose `{view.property}` is {view.value!r}"
    )
    because = (f"{operation.key} answers the kind of list that GET {resource.name} answers", evidence)
    size = signs.page_size(operation, mine) or signs.page_size(
        operation, known.survey.at(resource.shape, "GET") or mine
    )
    step = common(known, operation, "view", resource, *because)
    return replace(step, view=view, views=tuple(views.values()), page_size=size)


def _singleton(known: Known, operation: Operation) -> Step | None:
    if operation.method not in ("GET", "HEAD") or is_verbal(operation):
        return None
    at = shape(operation.path)
    mine = known.survey.shown[operation.key]
    own = known.own.get(at)
    resource = known.resources.get(at) or (own.resource if own else None)
    newest = False
    if not resource or not (mine.kind in ("record", "object") or (own and mine.media is None)):
        return None
    if resource.kind == "document":
        because = f"{operation.key} answers one object without an id, and the same path can be changed"
    elif newest := is_list_of_one(known.survey, resource, at):
        because = f"{operation.key} answers one record of {resource.name}, where all are: the newest"
    else:
        because = f"{operation.key} answers one record of {resource.name}: the caller's own"
    step = common(known, operation, "singleton", resource, because)
    return replace(step, own=own.known if own and not newest else None, newest=newest)


def _create(known: Known, operation: Operation) -> Step | None:
    resource, mine = at_collection(known, operation), known.survey.shown[operation.key]
    if operation.method != "POST":
        return None
    if not (resource and (resource.item or resource.way)) and (other := _elsewhere(known, operation)):
        because = f"the documents also say that it is POST on {other.name}"
        return common(known, operation, "create", other, because)
    if not resource:
        return _granted(known, operation)
    created = any(each.status == "201" for each in successes(operation))
    if mine.kind == "record":
        because = f"{operation.key} answers a record of {resource.name}"
    elif resource.item:
        because = f"POST on {resource.name}, and {resource.item} names one"
    elif created or (mine.kind == "none" and resource.id_property):
        because = f"POST on {resource.name}, whose records have an id"
    else:
        return None
    named = joins(known.survey, known.resources, operation, resource)
    told = (f"`{named[0]}` names a record of {known.resources[named[1]].name}, which joins them",) if named else ()
    step = common(known, operation, "create", resource, because, *told)
    certain = named is not None and must_be_known(known.survey, operation, step.sent_way, named[0])
    return replace(step, joins=named, joins_known=certain)


def _granted(known: Known, operation: Operation) -> Step | None:
    """`POST /users/{id}/rights/{right}` makes what PUT or PATCH changes there, and without a body what DELETE takes away, where nothing else makes any."""
    resource, mine = at_item(known, operation), known.survey.shown[operation.key]
    if not resource or mine.kind == "records" or is_verbal(operation):
        return None
    alone = operation.body is None and "POST" not in known.survey.by_shape.get(resource.shape, {})
    others = known.survey.by_shape.get(shape(operation.path), {})
    beside = [each for each in ("PUT", "PATCH", *["DELETE"] * alone) if each in others]
    because = f"POST on a record of {resource.name}, which {' or '.join(beside)} changes"
    if not beside or (alone and named_by_path(known.resources, operation, resource)):
        return None  # a known record joins
    return common(known, operation, "create", resource, because)


def _elsewhere(known: Known, operation: Operation) -> Resource | None:
    """The collection that another spelling of the path names; its parents stand at the same places."""
    for conflict in operation.node.get("x-doc-conflicts") or ():
        found = known.resources.get(shape(str(conflict.get("path", "")))) if conflict.get("method") == "POST" else None
        if found and found.kind == "collection" and found.shape.count("{}") <= shape(operation.path).count("{}"):
            return found
    return None


def _change(known: Known, operation: Operation) -> Step | None:
    mine = known.survey.shown[operation.key]
    found = known.resources.get(shape(operation.path))
    posted = operation.method == "POST" and (_is_sent_change(known, operation) or (found and found.kind == "document"))
    if operation.method not in ("PUT", "PATCH") and not posted:
        return None
    resource = at_item(known, operation) or found
    if own := None if is_verbal(operation) else known.own.get(shape(operation.path)):
        resource = own.resource
    if not resource or (resource.kind == "collection" and not (own or at_item(known, operation))):
        return None
    sent = sent_way(known.survey.spec, operation, mine.way, frozenset(resource.properties))
    nulls = merging.nulls_remove(operation, mine.way, sent)
    whole = is_sent_whole(known.survey.spec, operation, sent)
    merges, reason = merging.merges(operation, resource, mine.way, sent, nulls=nulls, whole=whole)
    whose = "the caller's own" if own else "a"
    because = [
        f"{operation.method} on {whose} record of {resource.name}"
        if resource.kind == "collection"
        else f"{operation.method} on the object that GET {resource.name} answers",
        reason,
    ]
    final = signs.final(operation)
    if final:
        because.append(f"the documents call it irreversible, so {', '.join(f'`{name}`' for name in final)} stays")
    step = common(known, operation, "update" if merges else "replace", resource, *because)
    parts = merging.parts_merged(operation, mine.way, sent)
    other = membership(known, operation, resource)
    puts = bool(other) or makes(known.survey, operation, resource)
    step = replace(step, nulls_remove=nulls, parts_merged=parts, puts=puts, joins=("", other) if other else None)
    step = replace(step, only=merging.only_changes(operation, resource))
    return replace(step, final=final, own=own.known if own else None)


def _is_sent_change(known: Known, operation: Operation) -> bool:
    """A body on a record's own path changes it: its answer shows the record, or nothing says otherwise and the body names its properties."""
    resource, mine = at_item(known, operation), known.survey.shown[operation.key]
    if not (resource and operation.body) or mine.kind == "records":
        return False
    others = known.survey.by_shape.get(shape(operation.path), {})
    sent = request_properties(known.survey.spec, operation)
    return mine.kind == "record" or ("GET" in others and bool(sent) and sent <= {*resource.properties})


def _read(known: Known, operation: Operation) -> Step | None:
    resource = at_item(known, operation)
    if operation.method not in ("GET", "HEAD") or not resource:
        return None
    return common(known, operation, "read", resource, f"the last part of its path names a record of {resource.name}")


def _delete(known: Known, operation: Operation) -> Step | None:
    own = known.own.get(shape(operation.path))
    resource = at_item(known, operation) or (own.resource if own else known.resources.get(shape(operation.path)))
    if operation.method != "DELETE" or not resource:
        return None
    if resource.kind == "collection" and not (own or at_item(known, operation)):
        return None
    sets, moments = changes(known.survey.shown[operation.key], resource, "delete", described(known.survey, resource))
    step = common(known, operation, "delete", resource, f"DELETE on a record of {resource.name}")
    return replace(step, sets=sets, moments=moments, own=own.known if own else None)


def _static(known: Known, operation: Operation) -> Step:
    mine = known.survey.shown[operation.key]
    resource = known.resources.get(shape(operation.path))
    if resource and operation.method == "POST":
        why = f"its answer is no record of {resource.name}"
    elif mine.kind == "records":
        why = "its records have no id, and no operation changes them"
    elif mine.kind == "none":
        why = "it shows no record, and its path names none"
    else:
        why = "no other operation shows or changes what it answers"
    kinds = {key: each.kind for key, each in known.resources.items()}
    above_it = tuple(parents(shape(operation.path), kinds))
    return Step(operation, "static", (f"{why}; it answers the documented example",), above=above_it)


RULES: tuple[Callable[[Known, Operation], Step | None], ...] = (
    logged_in,
    registered,
    _job,
    reached,
    in_part,
    several.counted,
    _view,
    _tabled,
    _list,
    _singleton,
    relationship,
    copied,
    valued,
    made_below,
    yielding,
    _create,
    joined,
    several.changed,
    _change,
    _read,
    _delete,
    several.deleted,
    acted,
    acted_on_all,
    _static,
)
