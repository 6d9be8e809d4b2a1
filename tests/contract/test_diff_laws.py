import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract import spec
from contract.diff import RULES, diff
from contract.diff.facts import facts

NAMES = st.sampled_from(["id", "name", "owner", "a/b"])
REFERENCES = st.sampled_from([{"$ref": "#/components/schemas/One"}, {"$ref": "#/components/schemas/Two"}])
LEAVES = st.one_of(
    st.just({}),
    st.sampled_from(["string", "integer", "number", "boolean"]).map(lambda each: {"type": each}),
    st.fixed_dictionaries({"type": st.just("string"), "format": st.sampled_from(["date", "date-time", "uuid"])}),
    st.lists(st.sampled_from(["x", "y", 1, None]), min_size=1, unique=True).map(lambda each: {"enum": each}),
    REFERENCES,
)


def objects(inner):
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(NAMES, inner, max_size=3)},
        optional={
            "required": st.lists(NAMES, unique=True, max_size=2),
            "nullable": st.booleans(),
            "additionalProperties": st.one_of(st.booleans(), inner),
        },
    )


SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        objects(inner),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries({"oneOf": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"allOf": st.lists(inner, min_size=1, max_size=2)}),
    ),
    max_leaves=6,
)
CONTENT = st.dictionaries(
    st.sampled_from(["application/json", "text/csv"]),
    st.fixed_dictionaries({}, optional={"schema": SCHEMAS}),
    max_size=2,
)
PARAMETERS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES, "in": st.sampled_from(["query", "header"]), "schema": SCHEMAS},
        optional={"required": st.booleans()},
    ),
    max_size=2,
    unique_by=lambda each: (each["in"], each["name"]),
)
OPERATIONS = st.fixed_dictionaries(
    {
        "responses": st.dictionaries(
            st.sampled_from(["200", "201", "404", "default"]),
            st.fixed_dictionaries({"description": st.just(""), "content": CONTENT}),
            max_size=2,
        )
    },
    optional={
        "parameters": PARAMETERS,
        "requestBody": st.fixed_dictionaries({"content": CONTENT}, optional={"required": st.booleans()}),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "openapi": st.just("3.0.3"),
        "info": st.just({"title": "API", "version": "1"}),
        "paths": st.dictionaries(
            st.sampled_from(["/users", "/users/{id}", "/teams/"]),
            st.dictionaries(st.sampled_from(["get", "post"]), OPERATIONS, min_size=1),
            max_size=2,
        ),
        "components": st.fixed_dictionaries(
            {"schemas": st.fixed_dictionaries({"One": objects(LEAVES), "Two": objects(LEAVES)})}
        ),
    }
)
LAW = settings(
    max_examples=150, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def read(document):
    return spec.from_document(document, "api.yaml")


def turned(value):
    """The same value with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: turned(each) for key, each in reversed(value.items())}
    return [turned(each) for each in value] if isinstance(value, list) else value


@LAW
@given(DOCUMENTS)
def test_an_edition_does_not_differ_from_itself(document):
    assert diff(read(document), read(document)) == []
    assert diff(read(document), read(copy.deepcopy(document))) == []


@LAW
@given(DOCUMENTS, DOCUMENTS)
def test_the_order_of_keys_means_nothing(old, new):
    plain = diff(read(old), read(new))
    assert diff(read(turned(old)), read(turned(new))) == plain
    assert diff(read(turned(old)), read(old)) == []


MIRRORED = {"added": "removed", "removed": "added", "widened": "narrowed", "narrowed": "widened", "changed": "changed"}


@LAW
@given(DOCUMENTS, DOCUMENTS)
def test_what_one_way_was_added_is_removed_the_other_way(old, new):
    def seen(one, other, turn):
        return sorted(
            (each.area.removeprefix("deprecated-"), each.direction, turn[each.action], each.pointer, each.name)
            for each in facts(read(one), read(other))
        )

    assert seen(old, new, MIRRORED) == seen(new, old, dict(zip(MIRRORED, MIRRORED, strict=True)))


@LAW
@given(DOCUMENTS, DOCUMENTS)
def test_every_fact_has_a_rule_and_every_change_a_fingerprint_of_its_own(old, new):
    changes = diff(read(old), read(new))
    assert {each.id for each in changes} <= {each.id for each in RULES}
    assert len({each.fingerprint for each in changes}) == len(changes)


def test_shared_schemas_do_not_make_the_work_grow_out_of_bounds():
    def ladder(leaf):
        rungs = {
            f"S{n}": {
                "type": "object",
                "properties": {side: {"$ref": f"#/components/schemas/S{n + 1}"} for side in "lr"},
            }
            for n in range(40)
        }
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
        return {
            "openapi": "3.0.3",
            "info": {"title": "API", "version": "1"},
            "paths": {"/a": {"get": {"responses": {"200": {"description": "", "content": content}}}}},
            "components": {"schemas": {**rungs, "S40": leaf}},
        }

    assert diff(read(ladder({"type": "string"})), read(ladder({"type": "string"}))) == []
