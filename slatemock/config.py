"""Configuration: what stands in files and the environment comes in, defaults for the command line go out.

Flags beat the environment (`SLATEMOCK_PORT`), the environment beats `slatemock.toml` or
`[tool.slatemock]` in pyproject.toml, a file beats the program's own default. A key is a long flag's
name; a table named after a verb holds for that verb alone.
"""

from __future__ import annotations

import argparse
import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PREFIX = "SLATEMOCK_"
_FLAG = {"true": True, "false": False, "1": True, "0": False, "on": True, "off": False}


class ConfigError(Exception):
    """A configuration file or variable cannot be used; one line: place, cause, remedy."""


def read(folder: Path) -> tuple[str, dict[str, Any]]:
    """Read the configuration file of a folder: its name and its table; empty where there is none."""
    for name, path in (("slatemock.toml", ()), ("pyproject.toml", ("tool", "slatemock"))):
        file = folder / name
        if not file.is_file():
            continue
        try:
            table: Any = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise ConfigError(f"{name}: cannot be read ({error}); mend the file") from error
        for key in path:
            table = table.get(key, {})
        if table or not path:
            return name, table
    return "", {}


def apply(verbs: Mapping[str, argparse.ArgumentParser], verb: str, environ: Mapping[str, str], folder: Path) -> None:
    """Set the defaults of a verb's options from file and environment.

    Raises ConfigError for a key that no verb has and a value that the verb's option does not take.
    """
    name, table = read(folder)
    known = {option for parser in verbs.values() for option in _options(parser)} | set(verbs)
    for key in table:
        if key.replace("-", "_") not in known:
            raise ConfigError(f"{name}: unknown key '{key}'{_meant(key, known)}")
    own = table.get(verb, {})
    said = {**_spelled(table), **_spelled(own if isinstance(own, dict) else {})}
    for option, action in _options(verbs[verb]).items():
        if option in said and option not in verbs:
            verbs[verb].set_defaults(**{option: _value(action, said[option], f"{name}: {option}")})
        variable = PREFIX + option.upper()
        if variable in environ:
            verbs[verb].set_defaults(**{option: _value(action, environ[variable], variable)})


def _options(parser: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    return {each.dest: each for each in parser._actions if each.option_strings and each.dest != "help"}  # noqa: SLF001 - argparse has no public list


def _spelled(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key.replace("-", "_"): value for key, value in table.items()}


def _value(action: argparse.Action, value: Any, place: str) -> Any:
    """Check a value as the command line would; a flag is true or false."""
    if action.nargs == 0:
        if str(value).lower() not in _FLAG:
            raise ConfigError(f"{place}: '{value}' is none of {', '.join(_FLAG)}")
        return _FLAG[str(value).lower()]
    values = value if isinstance(value, list) else [value]
    checked = []
    for each in values:
        try:
            checked.append(action.type(str(each)) if callable(action.type) else str(each))
        except (ValueError, argparse.ArgumentTypeError) as error:
            raise ConfigError(f"{place}: '{each}' is not a value for it ({error}); see --help") from error
        if action.choices and checked[-1] not in action.choices:
            raise ConfigError(f"{place}: '{each}' is none of {', '.join(action.choices)}")
    many = isinstance(value, list) or action.nargs or isinstance(action.default, list)
    return checked if many else checked[0]


def _meant(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key, list(known), 1)
    return f"; did you mean '{near[0]}'?" if near else "; see --help for the options"
