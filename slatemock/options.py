"""The many options of `serve` and `test`: a parser comes in and learns them; what stands here is what --help shows."""

from __future__ import annotations

import argparse

_MOST_WORKERS = 64


def _port(text: str) -> int:
    if not text.isdecimal() or not int(text) < 65536:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port (0 to 65535)")
    return int(text)


def _amount(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of workers (1 to {_MOST_WORKERS})")
    return int(text)


def serve_options(parser: argparse.ArgumentParser) -> None:
    """Options of a server."""
    parser.add_argument("source", metavar="SOURCE", nargs="+", help="as for build; several SOURCEs are served together")
    parser.add_argument("-p", "--port", type=_port, default=4010, help="0 picks a free one (default: 4010)")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 listens on all interfaces (default: 127.0.0.1)")
    parser.add_argument(
        "--state",
        metavar="FILE|URL",
        help="keep the state in this SQLite file, or at postgresql://user@host/database (default: it goes when the server stops)",
    )
    parser.add_argument("--durable", action="store_true", help="answer only when a change is on disk (slower)")
    parser.add_argument(
        "--workers",
        type=_count,
        default=1,
        metavar="N",
        help="processes that share the port and the state (default: 1)",
    )
    parser.add_argument("--watch", action="store_true", help="serve a changed document at once; the state stays")
    parser.add_argument("--seed", type=int, default=0, help="same seed, same requests: same answers (default: 0)")
    parser.add_argument(
        "--populate", type=_amount, default=0, metavar="N", help="fill every collection to N plausible records"
    )
    parser.add_argument(
        "--max-records",
        type=_amount,
        default=100_000,
        metavar="N",
        help="how many records a session may hold (default: 100000)",
    )
    parser.add_argument("--auth", choices=("on", "off"), default="on", help="off lets requests in without credentials")
    parser.add_argument("--cors", choices=("on", "off"), default="on", help="off keeps web pages of other hosts out")
    parser.add_argument(
        "--admin-token", metavar="TOKEN", help="what clients of /__admin/ send (default: be on this machine)"
    )
    for name, most in (("entries", 1000), ("bytes", 16 * 1024 * 1024)):
        told = f"bounds the journal (default: {most})"
        parser.add_argument(f"--journal-{name}", type=_amount, default=most, metavar="N", help=told)
    parser.add_argument(
        "--polls", type=int, default=2, metavar="N", help="how often a job says 'not ready' (default: 2)"
    )


def test_options(parser: argparse.ArgumentParser) -> None:
    """Options of a test of a real server."""
    parser.add_argument("--url", required=True, help="where the server is")
    parser.add_argument(
        "--phases",
        default="examples,coverage",
        help="of examples, coverage, fuzzing, stateful (default: the first two)",
    )
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="HTTP Basic credentials")
    parser.add_argument(
        "-H",
        "--header",
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="sent with every request; may repeat",
    )
    parser.add_argument("--report", action="append", default=[], metavar="FORMAT=FILE", help="json or text; may repeat")
    parser.add_argument("--seed", type=int, default=0)
