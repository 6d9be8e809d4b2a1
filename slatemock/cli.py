"""The program: arguments come in, an exit code goes out; this module alone prints and writes files.

One function a verb, heavy libraries imported when their verb runs. Exit codes: 0 clean, 1 findings,
2 cannot do it. Whatever a user can cause is one or two lines on standard error, never a traceback.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from slatemock import __version__, config
from slatemock.options import serve_options, test_options

if TYPE_CHECKING:
    from contract.spec import Spec
    from slatemock.watch import Stamps, Watch

CLEAN, FINDINGS, CANNOT = 0, 1, 2
_LOCAL = ("127.0.0.1", "0.0.0.0", "::1", "::")  # noqa: S104 - shown as localhost, nothing is bound by it
_BACKLOG = 2048
_OK_TO_STOP = 130
"""The shell's code for a program that was interrupted."""


class Refusal(Exception):  # noqa: N818 - not an error of the program: a no to the user
    """Something the user can put right; the message is what they read."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and give its exit code."""
    parser, verbs = _parser()
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        if arguments and arguments[0] in verbs:
            config.apply(verbs, arguments[0], os.environ, Path.cwd())
        given = parser.parse_args(arguments)
        verb: Callable[[argparse.Namespace], int] = given.run
        return verb(given)
    except _expected() as error:
        return _refuse(str(error))
    except BrokenPipeError:  # `slatemock build | head` has read enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - nothing may be flushed at exit
        return CLEAN
    except KeyboardInterrupt:
        return _OK_TO_STOP
    except Exception as error:  # the last resort: exit code 1 means findings and must not mean a crash
        if os.environ.get("SLATEMOCK_DEBUG"):
            raise
        return _refuse(f"{_internal(error)}\nset SLATEMOCK_DEBUG=1 for the whole trace, and please report it")


def _refuse(message: str) -> int:
    print(f"slatemock: {message}", file=sys.stderr)
    return CANNOT


def _internal(error: Exception) -> str:
    place = f"{type(error).__name__}: {error}"
    return f"internal error: {place:.300}"


def _expected() -> tuple[type[Exception], ...]:
    """Errors that say where and what to do; only those of rooms that were entered can have been raised."""
    rooms = {
        "doc_parser.source": "SourceError",
        "contract.spec": "SpecError",
        "contract.fuzz": "FuzzError",
        "mockserver.planning.model": "MockError",
    }
    entered = (getattr(sys.modules[room], name, None) for room, name in rooms.items() if room in sys.modules)
    return (Refusal, config.ConfigError, *filter(None, entered))


# --- verbs ------------------------------------------------------------------------------------------


def build(given: argparse.Namespace) -> int:
    """Write the OpenAPI document of a source."""
    from doc_parser.written import text
    from slatemock.contracts import absent, amendments, contract, warnings

    made = contract(given.source, amendments(given.overlay))
    document = made.document
    _warn([*absent(made), *warnings(made.idle)])
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
    from referencing.exceptions import Unresolvable

    gate = OpenAPIV31SpecValidator if str(document.get("openapi", "")).startswith("3.1") else OpenAPIV30SpecValidator
    try:
        wrong = next(iter(gate(document).iter_errors()), None)
    except Unresolvable as error:
        raise Refusal(
            f"{given.source}: not valid OpenAPI: {error.ref} points at nothing; define it or mend the reference"
        ) from error
    if wrong:
        raise Refusal(
            f"{given.source}: not valid OpenAPI: {wrong.message:.200}\n  at {'/'.join(map(str, wrong.absolute_path))}"
        )
    _write(given.output, text(document, given.format or ("json" if given.output.endswith(".json") else "yaml")))
    if made.parsed and made.parsed.diagnostics:
        print(f"{len(made.parsed.diagnostics)} things to look at: slatemock lint {given.source}", file=sys.stderr)
    return CLEAN


def lint(given: argparse.Namespace) -> int:
    """Report what is wrong with the documents."""
    from doc_parser.diagnostics import Report
    from doc_parser.reports import FORMATS
    from slatemock.contracts import contract

    made = contract(given.source)
    parsed = made.parsed
    if parsed is None:
        raise Refusal(
            f"{given.source}: is an OpenAPI document ({len(made.document.get('paths') or {})} paths); lint reads Slate documents"
        )
    sys.stdout.write(FORMATS[given.format](Report(parsed.diagnostics, parsed.folder, __version__)))
    return FINDINGS if parsed.diagnostics else CLEAN


def plan(given: argparse.Namespace) -> int:
    """Say what the mock will do for each operation, and why."""
    (spec,) = _specs([given.source], given.overlay)
    from mockserver.planning.plan import plan as planned
    from mockserver.planning.plan import plan_text

    found = planned(spec)
    if given.format == "json":
        _print_json(found.as_json())
    else:
        print(plan_text(found))
    return CLEAN


def serve(given: argparse.Namespace) -> int:
    """Serve a mock until it is stopped."""
    from slatemock.watch import Asked

    files = Asked()
    for each in (*given.source, *given.overlay) if given.watch else ():
        if re.match(r"https?://", each) or (":" in each and not Path(each).exists()):
            raise Refusal(f"{each}: only local files can be watched; give one, or leave --watch out")
    specs = _specs(given.source, given.overlay, files)
    from mockserver.app import Settings
    from mockserver.workers import ready
    from slatemock.welcome import welcome

    if given.durable and not given.state:
        raise Refusal("--durable: there is nothing to keep without --state; name a file or a database")
    settings = Settings(
        auth=given.auth == "on",
        cors=given.cors == "on",
        state=given.state,
        durable=given.durable,
        seed=given.seed,
        polls=given.polls,
        populate=given.populate,
        records=given.max_records,
        admin_token=given.admin_token,
        journal_entries=given.journal_entries,
        journal_bytes=given.journal_bytes,
    )
    beside = _watch(given, files.stamps).follow if given.watch else None
    with ready(specs, settings, given.workers, beside) as listen, _bound(given.host, given.port) as socket:
        host, port = socket.getsockname()[:2]
        shown = "localhost" if host in _LOCAL else f"[{host}]" if ":" in host else host
        print("\n".join(welcome(specs, f"http://{shown}:{port}")), flush=True)
        listen(socket)
    return CLEAN


def _watch(given: argparse.Namespace, known: Stamps) -> Watch:
    from slatemock.watch import Watch

    return Watch(
        load=lambda asked: _specs(given.source, given.overlay, asked),
        known=known,
        explain=lambda error: "; ".join(
            (str(error) if isinstance(error, _expected()) else _internal(error)).split("\n")
        ),
        say=lambda line: print(line, flush=True),
    )


def test(given: argparse.Namespace) -> int:
    """Test a real server against the documents."""
    from contract.fuzz import fuzz
    from contract.reports import json as as_json
    from contract.reports import text as as_text

    reports = [_report(each) for each in given.report]
    (spec,) = _specs([given.source], given.overlay)
    outcome = fuzz(
        spec,
        url=given.url,
        phases=tuple(each.strip() for each in given.phases.split(",") if each.strip()),
        headers=dict(_header(each) for each in given.header),
        auth=_user(given.auth) if given.auth else None,
        seed=given.seed,
    )
    findings = outcome.findings
    scope = {"operations": outcome.operations, "requests": outcome.cases, "checks": outcome.checks}
    words = ", ".join(f"{count} {name}" for name, count in scope.items())
    for form, file in reports:
        _write(file, as_json.findings(findings, scope) if form == "json" else as_text.findings(findings, words))
    sys.stdout.write(as_text.findings(findings, words))
    return FINDINGS if findings else CLEAN


def _report(text: str) -> tuple[str, str]:
    form, _, file = text.partition("=")
    if form not in ("json", "text") or not file:
        raise Refusal(f"--report {text}: no such report; write json=FILE or text=FILE")
    return form, file


def diff(given: argparse.Namespace) -> int:
    """Say what changed between two editions."""
    from contract.diff import diff as compared
    from contract.reports import json as as_json
    from contract.reports import text as as_text

    changes = compared(*_specs([given.old, given.new]))
    report = as_json if given.format == "json" else as_text
    sys.stdout.write(report.changes(given.old, given.new, changes))
    order = ("info", "warning", "error")
    fails = given.fail_on != "never" and any(
        order.index(each.severity) >= order.index(given.fail_on) for each in changes
    )
    return FINDINGS if fails else CLEAN


# --- what verbs share -------------------------------------------------------------------------------


def _specs(sources: Sequence[str], overlays: Sequence[str] = (), asked: set[Path] | None = None) -> list[Spec]:
    """The contracts of some SOURCEs; an overlay that changes nothing is told on standard error."""
    from slatemock.contracts import specs

    found, warnings = specs(sources, overlays, asked)
    _warn(warnings)
    return found


def _warn(lines: Sequence[str]) -> None:
    for each in lines:
        print(f"slatemock: warning: {each}", file=sys.stderr)


def _bound(host: str, port: int) -> Any:
    """Bind the port before anything is promised; a port in use is the user's to solve."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)  # who comes before the server is up waits, instead of being refused
    except OSError as error:
        listener.close()
        raise Refusal(
            f"port {port} on {host}: {error.strerror}; choose another with --port (0 picks a free one)"
        ) from error
    return listener


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise Refusal(f"--header '{text}': write 'Name: value'")
    return name.strip(), value.strip()


def _user(text: str) -> tuple[str, str]:
    name, _, password = text.partition(":")
    return name, password


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))


def _write(where: str, content: str) -> None:
    if where == "-":
        sys.stdout.write(content)
        return
    try:
        Path(where).write_text(content, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{where}: cannot be written ({error.strerror}); check the folder and the rights") from error


# --- arguments --------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """argparse that says one line and how to get help, instead of a wall of usage."""

    def error(self, message: str) -> NoReturn:
        wrong = re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message)
        near = difflib.get_close_matches(wrong[1], re.findall(r"[\w-]+", wrong[2]), 1) if wrong else []
        if near:
            message += f"; did you mean '{near[0]}'?"
        self.exit(CANNOT, f"slatemock: {message}\nsee: {self.prog} --help\n")


def _parser() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    parser = _Parser(prog="slatemock", description="Slate API documentation made to run: contract, mock, tests, diff.")
    parser.add_argument("--version", action="version", version=f"slatemock {__version__}")
    choices = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    verbs: dict[str, argparse.ArgumentParser] = {}
    for run in (build, lint, plan, serve, test, diff):
        verbs[run.__name__] = choices.add_parser(run.__name__, help=run.__doc__, description=run.__doc__)
        verbs[run.__name__].set_defaults(run=run)
    for name in ("build", "lint", "plan", "test"):
        verbs[name].add_argument(
            "source", metavar="SOURCE", help="Slate index, its folder, an OpenAPI document, a URL, or REV:path"
        )
    for name in ("build", "plan", "serve", "test"):
        verbs[name].add_argument(
            "--overlay",
            action="append",
            default=[],
            metavar="FILE",
            help="OpenAPI Overlay 1.0 that amends the document; may repeat",
        )
    verbs["build"].add_argument(
        "-o", "--output", metavar="FILE", default="-", help="where to write; - is standard output"
    )
    verbs["build"].add_argument("--format", choices=("yaml", "json"))
    verbs["lint"].add_argument("--format", choices=("text", "json", "sarif", "github"), default="text")
    for name in ("plan", "diff"):
        verbs[name].add_argument("--format", choices=("text", "json"), default="text")
    serve_options(verbs["serve"])
    test_options(verbs["test"])
    verbs["diff"].add_argument("old", metavar="OLD", help="the edition that clients know")
    verbs["diff"].add_argument("new", metavar="NEW")
    verbs["diff"].add_argument(
        "--fail-on", choices=("error", "warning", "info", "never"), default="never", help="exit 1 from this severity on"
    )
    return parser, verbs
