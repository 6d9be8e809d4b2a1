from contract.finding import Finding
from contract.outcome import Tally
from contract.target import Target
from tests.contract.editions import edition

SPEC = edition("""
GET /open: {}
GET /closed: {security: [{basic: []}]}
POST /closed: {security: [{basic: []}]}
""")


def tally(hidden=()):
    return Tally(Target.of(SPEC, "http://127.0.0.1"), hidden)


def finding(operation, message, request=""):
    return Finding("x", "error", message, operation, request=request)


def test_findings_stand_in_the_order_of_the_contract_and_those_of_no_operation_first():
    made = tally()
    for operation in ("POST /closed", "GET /open", None, "GET /closed"):
        made.keep("", finding(operation, "wrong"))
    assert [each.operation for each in made.outcome().findings] == [None, "GET /open", "GET /closed", "POST /closed"]


def test_the_shortest_request_that_shows_a_breach_is_kept_whatever_their_order():
    requests = ["curl b", "curl longer", "curl a"]
    for order in (requests, requests[::-1]):
        made = tally()
        for each in order:
            made.keep("the breach", finding("GET /open", f"seen by {each}", each))
        assert [each.message for each in made.outcome().findings] == ["seen by curl a"]


def test_another_breach_of_the_same_operation_is_another_finding():
    made = tally()
    made.keep("one", finding("GET /open", "one"))
    made.keep("two", finding("GET /open", "two"))
    assert len(made.outcome().findings) == 2


def test_hidden_values_are_hidden():
    made = tally(hidden=["hunter2222"])
    made.keep("", finding("GET /open", "hunter2222"))
    assert made.outcome().findings[0].message == "[redacted]"


def test_it_counts_what_was_looked_at():
    made = tally()
    made.count("GET /open", 200, 3)
    made.count("GET /open", 404, 4)
    made.count("GET /closed", None, 0)
    outcome = made.outcome()
    assert outcome.scope == {"operations": 2, "cases": 3, "checks": 7}
    assert str(outcome) == "7 checks of 3 requests to 2 operations"


def test_only_what_asks_for_credentials_can_be_closed_to_those_without():
    made = tally()
    for label in ("GET /open", "GET /closed", "POST /closed"):
        made.count(label, 401, 1)
    made.count("POST /closed", 400, 1)
    [closed] = made.outcome().findings
    assert closed.message == "1 of 3 operations let no request in, so that these were hardly tested: GET /closed"
