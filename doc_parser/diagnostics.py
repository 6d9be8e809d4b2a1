"""What is wrong with the documents: Diagnostics name a Span and an id; each id is a row of RULES.

A Diagnostic names its place, what is wrong there and what to do. `reports` shows them, one module an
output format.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from doc_parser.source import Span

Severity = Literal["error", "warning", "info"]


class Rule(Struct, frozen=True):
    """What a diagnostic id stands for; docs/lint.md is written from these sentences."""

    severity: Severity
    meaning: str
    """One sentence: what is wrong."""
    remedy: str
    """One sentence: what the writer of the documents should do."""
    why: str = ""
    """Who stumbles over it, and how."""


RULES: dict[str, Rule] = {
    "broken-json": Rule(
        "error",
        "A sample payload is not JSON.",
        "Mend the payload; readers copy it as it stands.",
        "Whoever copies it gets a syntax error from the server or from their own parser; it was read here with a repair.",
    ),
    "unreadable-json": Rule(
        "error",
        "A sample payload cannot be read even with repairs.",
        "Write the payload as JSON.",
        "Nobody can tell what is sent or answered, so the contract has no example and no schema for it.",
    ),
    "method-conflict": Rule(
        "error",
        "Request line, heading and samples name different methods.",
        "Let all places name the same method.",
        "Clients that follow the losing place are answered 404 or 405, or change something that they meant to read.",
    ),
    "path-conflict": Rule(
        "error",
        "Request line and samples of one section name different paths.",
        "Let all places name the same path.",
        "One of the paths does not exist, and a reader finds out by trying; the mock answers at both.",
    ),
    "host-conflict": Rule(
        "warning",
        "A sample calls another host than the rest of the documents.",
        "Use the documented host in the sample.",
        "A copied sample talks to a machine that the reader cannot reach, or sends their credentials to another environment.",
    ),
    "parameter-name-conflict": Rule(
        "warning",
        "One path parameter has several names.",
        "Use one name in request line, samples and table.",
        "A reader cannot tell whether two values are meant or one, and generated clients get whichever name came first.",
    ),
    "field-name-conflict": Rule(
        "error",
        "Table and samples call the same field by different names.",
        "Use one name in table, samples and prose.",
        "Servers mostly ignore fields that they do not know: the request succeeds and does not do what was asked for.",
    ),
    "concrete-id-in-path": Rule(
        "warning",
        "A request line holds the id of one record instead of a placeholder.",
        "Write a placeholder such as {id}.",
        "Read literally, the operation exists for one record only, and for none once that record is gone.",
    ),
    "fields-under-wrong-heading": Rule(
        "warning",
        "Fields that the samples send in the body stand below a heading for query or URL parameters.",
        "Name the heading after where the fields go, such as 'Body parameters'.",
        "A reader who believes the heading puts the fields into the URL, where the server does not look for them.",
    ),
    "undocumented-field": Rule(
        "warning",
        "A sample sends a field that the section's table does not list.",
        "Add a row for the field.",
        "Its meaning, its type and whether it may be left out are anybody's guess.",
    ),
    "required-field-missing": Rule(
        "error",
        "A sample leaves out a field that the table calls required.",
        "Add the field to the sample or mark it optional.",
        "The request that everybody copies first is refused, or the field is not required at all.",
    ),
    "samples-disagree": Rule(
        "warning",
        "Samples of one request send different bodies.",
        "Let the samples send the same body.",
        "Readers of two languages build two different requests, and one of them is likely to be out of date.",
    ),
    "duplicate-response": Rule(
        "warning",
        "Two captions show the same answer, though they announce different ones.",
        "Show the answer that the second caption announces.",
        "The case that the second caption announces is not documented at all; it was copied and never changed.",
    ),
    "response-conflict": Rule(
        "error",
        "A sentence and a sample give different answers for the same case.",
        "Let sentence and sample agree.",
        "Clients are written against one of the two answers and break on the other.",
    ),
    "unexpected-content": Rule(
        "warning",
        "A status that has no content is given to an answer that shows some (RFC 9110, section 15.3.5).",
        "Name the status that comes with the content, or show none.",
        "Clients that believe the status never read the answer; the ones that believe the sample fail to parse nothing.",
    ),
    "wrong-reason-phrase": Rule(
        "info",
        "A status line pairs a code with the phrase of another (RFC 9110, section 15).",
        "Write the code's own phrase.",
        "A line that was copied and half changed leaves it open whether code or phrase is meant.",
    ),
    "quoted-header-value": Rule(
        "warning",
        "A header value of a sample stands in quotes, which would be part of the value.",
        "Take the quotes off.",
        "A client that takes the value literally follows an address or compares a token that has quotes in it.",
    ),
    "missing-blank-line": Rule(
        "warning",
        "An HTTP sample has no blank line between headers and body (RFC 9112, section 2.1).",
        "Put a blank line before the body.",
        "Read as HTTP, the body is a broken header and the message has no content.",
    ),
    "damaged-characters": Rule(
        "warning",
        "Characters were saved in the wrong encoding twice.",
        "Save the file as UTF-8 and retype the characters.",
        "Readers see debris in place of quotes, dashes and accents, and samples that hold it cannot be copied.",
    ),
    "loose-heading": Rule(
        "info",
        "A heading has no blank after its marks, which many renderers show as text.",
        "Put a blank after the #.",
        "CommonMark (section 4.2) wants the blank: on such a site the heading is text, and the section is missing from the table of contents.",
    ),
    "unclosed-fence": Rule(
        "error",
        "A fence is never closed and swallows the rest of the file.",
        "Close the fence.",
        "Every operation below it is shown as code and is in no contract.",
    ),
    "broken-front-matter": Rule(
        "error",
        "The front matter is no YAML mapping.",
        "Mend it, or take it out.",
        "The site may not build; here it was read line by line, and what is no `key: value` line or item is not heard.",
    ),
    "missing-include": Rule(
        "warning",
        "The front matter lists an include that is not there.",
        "Add the file or take the entry out.",
        "What that chapter documents is missing from the site and from the contract.",
    ),
    "misspelt-method": Rule(
        "error",
        "A request line names a method that does not exist.",
        "Write the method's name (RFC 9110, section 9).",
        "Readers copy the word, and servers refuse it.",
    ),
    "damaged-url": Rule(
        "error",
        "A URL cannot be one as it stands.",
        "Mend the URL.",
        "Nobody can send the request as it is written.",
    ),
}
"""Every id that lint may report; the documentation lists them from here."""


class Diagnostic(Struct, frozen=True):
    """One thing that is wrong, at one place."""

    id: str
    message: str
    span: Span
    operation: str | None = None

    @property
    def severity(self) -> Severity:
        """Severity of its rule."""
        return RULES[self.id].severity

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return RULES[self.id].remedy


class Report(Struct, frozen=True):
    """The diagnostics of one SOURCE, with what its formats need besides."""

    found: Sequence[Diagnostic]
    """In the order of `ordered`."""
    folder: str = ""
    """Where the index stands, seen from the working directory; empty for that directory itself and for URLs."""
    version: str = ""
    """Version of the program that reports."""

    def path(self, span: Span) -> str:
        """A name of the file that opens from the working directory."""
        return posixpath.join(self.folder, span.source.name)


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by place and drop what is said twice."""
    unique = {_order(each): each for each in reversed(list(diagnostics))}
    return [unique[key] for key in sorted(unique)]


def _order(each: Diagnostic) -> tuple[str, int, int, str, str]:
    """Spans compare without their file, so the file's name stands in front."""
    return each.span.source.name, each.span.line, each.span.column, each.id, each.message


def summary(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """Count by severity; every severity has a key."""
    counts = dict.fromkeys(("error", "warning", "info"), 0)
    for each in diagnostics:
        counts[each.severity] += 1
    return counts
