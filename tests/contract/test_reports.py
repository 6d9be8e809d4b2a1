import msgspec

from contract.diff import Change
from contract.finding import DocLine, Finding
from contract.reports import json, text

FINDINGS = [
    Finding("wrong-type", "error", "body.id is 7", "GET /users", DocLine("a.md", 3), "answer as documented", "curl x"),
    Finding("silence", "warning", "no answer", remedy="see the log"),
    Finding("remark", "info", "nothing to add"),
    Finding("remark", "info", "nor here", "GET /users"),
]
CHANGES = [
    Change("a", "error", "GET /users", "/x", "it is gone", DocLine("old.md", 1), DocLine("new.md", 2)),
    Change("b", "info", "POST /users", "", "it is new", None, DocLine("new.md", 3)),
    Change("c", "info", "PUT /users", "", "it is new", None, None),
]


def test_a_finding_is_two_lines_and_the_report_ends_with_a_sum():
    assert text.findings(FINDINGS) == (
        "error wrong-type GET /users: body.id is 7\n"
        "  a.md:3  answer as documented\n"
        "warning silence: no answer\n"
        "  see the log\n"
        "info remark: nothing to add\n"
        "info remark GET /users: nor here\n"
        "1 error, 1 warning, 2 notes\n"
    )


def test_a_clean_report_says_how_much_was_looked_at():
    assert text.findings([], "9 checks of 3 requests") == "no findings in 9 checks of 3 requests\n"
    assert text.findings([]) == "no findings\n"


def test_a_change_shows_its_line_in_both_editions():
    assert text.changes("old.yaml", "new.yaml", CHANGES) == (
        "error a GET /users: it is gone\n"
        "  old old.md:1  new new.md:2\n"
        "info b POST /users: it is new\n"
        "  new new.md:3\n"
        "info c PUT /users: it is new\n"
        "1 error, 2 notes from old.yaml to new.yaml\n"
    )
    assert text.changes("a", "b", []) == "no changes from a to b\n"


def test_findings_as_json_have_the_agreed_shape():
    report = msgspec.json.decode(json.findings(FINDINGS[:1], {"cases": 5}))
    assert report == {
        "findings": [
            {
                "id": "wrong-type",
                "severity": "error",
                "message": "body.id is 7",
                "file": "a.md",
                "line": 3,
                "column": None,
                "operation": "GET /users",
                "remedy": "answer as documented",
                "request": "curl x",
            }
        ],
        "summary": {"error": 1, "warning": 0, "info": 0, "cases": 5},
    }


def test_changes_as_json_have_the_agreed_shape():
    report = msgspec.json.decode(json.changes("old.yaml", "new.yaml", CHANGES[1:2]))
    assert report == {
        "old": "old.yaml",
        "new": "new.yaml",
        "changes": [
            {
                "id": "b",
                "severity": "info",
                "operation": "POST /users",
                "pointer": "",
                "message": "it is new",
                "old": None,
                "new": {"file": "new.md", "line": 3},
                "fingerprint": CHANGES[1].fingerprint,
            }
        ],
        "summary": {"error": 0, "warning": 0, "info": 1},
    }
