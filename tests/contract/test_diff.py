import pytest

from contract.diff import RULES, as_json, diff
from contract.diff.rules import SEVERITIES
from contract.finding import DocLine
from tests.contract.editions import edition

OLD = """
GET /users:
  x-doc-source: "old.md:10"
  parameters: [{name: page, in: query, schema: {type: integer}, x-doc-source: "old.md:12"}]
  responses:
    '200':
      description: OK
      x-doc-source: "old.md:14"
      content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/User'}}}}
DELETE /users: {x-doc-source: "old.md:20"}
components:
  schemas:
    User:
      type: object
      required: [id, team]
      properties:
        id: {type: string, x-doc-source: "old.md:30"}
        team: {type: object, properties: {name: {type: string}}, x-doc-source: "old.md:31"}
        plan: {type: string}
"""
NEW = """
GET /users:
  x-doc-source: "new.md:110"
  parameters: [{name: page, in: query, required: true, schema: {type: integer}, x-doc-source: "new.md:112"}]
  responses:
    '200':
      description: OK
      x-doc-source: "new.md:114"
      content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/User'}}}}
POST /users: {x-doc-source: "new.md:120"}
components:
  schemas:
    User:
      type: object
      required: [id, team]
      properties:
        id: {type: integer, x-doc-source: "new.md:130"}
        team: {type: object, properties: {name: {type: boolean}}, x-doc-source: "new.md:131"}
        role: {type: string}
"""


def lines(changes):
    return {each.id: (str(each.old), str(each.new)) for each in changes}


def test_each_change_shows_the_most_specific_line_of_each_edition():
    found = [(each.message, str(each.old), str(each.new)) for each in diff(edition(OLD), edition(NEW))]
    assert found == [
        ("the operation is gone", "old.md:20", "None"),
        ("the query parameter `page` became required", "old.md:12", "new.md:112"),
        ("the property `[].id` of response 200 changed from string to integer", "old.md:30", "new.md:130"),
        ("the property `[].team.name` of response 200 changed from string to boolean", "old.md:31", "new.md:131"),
        ("response 200 has lost the property `[].plan`, which was not always there", "old.md:14", "new.md:114"),
        ("response 200 may have the new property `[].role`", "old.md:14", "new.md:114"),
        ("the operation is new", "None", "new.md:120"),
    ]


def test_the_worst_comes_first():
    order = [SEVERITIES.index(each.severity) for each in diff(edition(OLD), edition(NEW))]
    assert order == sorted(order)


def test_a_change_keeps_its_fingerprint_while_lines_move():
    moved = NEW.replace("new.md:1", "other.md:77")
    before, after = (diff(edition(OLD), edition(each)) for each in (NEW, moved))
    assert [each.fingerprint for each in before] == [each.fingerprint for each in after]
    assert before[-1].new != after[-1].new
    assert all(len(each.fingerprint) == 12 and int(each.fingerprint, 16) >= 0 for each in before)


def test_json_has_the_agreed_shape():
    changes = diff(edition(OLD), edition(NEW))
    shape = as_json("old.yaml", "new.yaml", changes)
    assert (shape["old"], shape["new"]) == ("old.yaml", "new.yaml")
    assert shape["summary"] == {"error": 4, "warning": 1, "info": 2}
    assert shape["changes"][0] == {
        "id": "api-removed-without-deprecation",
        "severity": "error",
        "operation": "DELETE /users",
        "pointer": "",
        "message": "the operation is gone",
        "old": {"file": "old.md", "line": 20},
        "new": None,
        "fingerprint": changes[0].fingerprint,
    }


def test_the_line_of_the_reference_is_nearer_than_that_of_its_target():
    text = """
GET /a: {responses: {'200': {description: OK, content: {application/json: {schema: {properties: {u: {allOf: [{$ref: '#/components/schemas/U'}], x-doc-source: "a:1"}}}}}}}}
components: {schemas: {U: {type: TYPE, x-doc-source: "a:2"}}}
"""
    [change] = diff(edition(text.replace("TYPE", "string")), edition(text.replace("TYPE", "object")))
    assert change.old == DocLine("a", 1)


# --- the table itself -------------------------------------------------------------------------------------------------

KINDS = {(each.area, each.direction, each.action): each for each in RULES}
HOLDERS = {"request": ("body", "property", "parameter", "parameter-property"), "response": ("body", "property")}
ACTIONS = {"added": "removed", "removed": "added", "widened": "narrowed", "narrowed": "widened", "changed": "changed"}


def test_no_two_rules_judge_the_same_kind_of_fact():
    assert len(KINDS) == len(RULES)


@pytest.mark.parametrize("aspect", ["type", "null", "enum", "value", "alternative"])
@pytest.mark.parametrize("direction", HOLDERS)
def test_every_aspect_of_a_schema_is_judged_for_every_holder(direction, aspect):
    actions = {"widened", "narrowed", "changed"} if aspect == "type" else {"added", "removed"}
    wanted = {(f"{holder}-{aspect}", direction, action) for holder in HOLDERS[direction] for action in actions}
    assert wanted <= KINDS.keys()


ONE_WAY = {
    "deprecated-path": "only what goes was announced; what comes is new, deprecated or not",
    "deprecated-operation": "likewise",
}
REQUEST_ONLY = {
    "a response has no parameters": ("parameter",),
    "a response body is always there, its status says so": ("required-body", "optional-body", "body-need"),
}
RESPONSE_ONLY = {"a request has no status": ("success-status", "other-status")}


@pytest.mark.parametrize("rule", RULES, ids=lambda each: f"{each.area}-{each.direction}-{each.action}")
def test_a_rule_has_its_mirror_in_time(rule):
    mirrored = (rule.area, rule.direction, ACTIONS[rule.action]) in KINDS
    assert mirrored != (rule.area in ONE_WAY)


@pytest.mark.parametrize("rule", RULES, ids=lambda each: f"{each.area}-{each.direction}-{each.action}")
def test_a_rule_has_its_mirror_in_direction(rule):
    if rule.direction == "none":
        return
    other = "response" if rule.direction == "request" else "request"
    waivers = REQUEST_ONLY if rule.direction == "request" else RESPONSE_ONLY
    waived = any(part in rule.area for parts in waivers.values() for part in parts)
    assert ((rule.area, other, rule.action) in KINDS) != waived


SAME_BOTH_WAYS = {
    "type-changed": "what neither fits in the other breaks whoever reads and whoever writes",
    "media-type": "one fewer to choose from is one fewer, whoever chooses; one more hurts nobody",
    "optional-property-removed": "the reader may miss it, and the server may reject what it does not know",
    "optional-property-added": "nobody has to know it",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda each: f"{each.area}-{each.direction}-{each.action}")
def test_what_is_an_error_in_one_direction_is_none_in_the_other(rule):
    other = KINDS.get((rule.area, "response", rule.action))
    if rule.direction != "request" or other is None:
        return
    both = "error" in {rule.severity, other.severity} and rule.severity != other.severity
    gentle = (rule.severity, other.severity) in {("info", "warning"), ("warning", "info")}
    waived = any(
        f"{rule.area}-{rule.action}".startswith(each) or each in f"{rule.area}-{rule.action}" for each in SAME_BOTH_WAYS
    )
    assert (both or gentle) != waived


@pytest.mark.parametrize("rule", RULES, ids=lambda each: f"{each.area}-{each.direction}-{each.action}")
def test_an_id_says_its_direction(rule):
    assert rule.direction == "none" or f"{rule.direction}-" in rule.id


@pytest.mark.parametrize("rule", RULES, ids=lambda each: f"{each.area}-{each.direction}-{each.action}")
def test_a_sentence_can_be_told(rule):
    told = rule.sentence.format(name="NAME", place="PLACE", before="OLD", after="NEW")
    assert "{" not in told
    assert "NAME" in told or "PLACE" in told or "body" in told or rule.direction == "none"
    assert not told.endswith(".")
