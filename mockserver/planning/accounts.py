"""Who logs in, as rules of a plan: logins and registrations come in, steps go out that know where accounts are kept and who is shown as the caller."""

from __future__ import annotations

from collections.abc import Iterator

from contract.spec import Operation
from mockserver.planning import signs
from mockserver.planning.addresses import is_verbal
from mockserver.planning.belonging import people
from mockserver.planning.covers import plain
from mockserver.planning.evidence import REGISTERS, THEIRS, is_placeholder, request_properties, segments, shape
from mockserver.planning.known import Known, common
from mockserver.planning.model import Account, Resource, Step


def logged_in(known: Known, operation: Operation) -> Step | None:
    """Credentials that get a token."""
    token = signs.token(known.survey.spec, operation)
    if token is None:
        return None
    where = f"in the header {token.name}" if token.location == "header" else f"as `{token.name}`"
    because = f"{operation.key} takes credentials and answers a token {where}"
    account = _account(known, operation)
    return Step(operation, "login", (because, *_told(account)), token=token, account=account)


def registered(known: Known, operation: Operation) -> Step | None:
    """A secret at a path that ends with a registration, where accounts are kept or the caller is shown."""
    if not _says_so(operation) or is_verbal(operation):
        return None
    if not signs.credentials(known.survey.spec, operation) & {*signs.SECRETS}:
        return None
    account = _account(known, operation)
    if account.made is None and not account.profiles:
        return None
    because = f"{operation.key} takes a secret, and its path ends with a registration"
    return Step(operation, "login", (because, *_told(account)), account=account)


def _account(known: Known, operation: Operation) -> Account:
    resource = _kept_in(known, operation)
    posted = operation.method == "POST" and resource is not None and resource.shape == shape(operation.path)
    registers = posted or _says_so(operation)
    documents = (each for each in known.resources.values() if each.kind == "document" and not each.parents)
    profiles = tuple(each for each in documents if plain(segments(each.shape)[-1]) in THEIRS)
    made = common(known, operation, "create", resource) if resource and operation.body else None
    return Account(registers, made, profiles)


def _says_so(operation: Operation) -> bool:
    """The path ends with a registration."""
    parts = [each for each in segments(operation.path) if not is_placeholder(each)]
    return operation.method == "POST" and bool(parts) and bool(REGISTERS.fullmatch(parts[-1]))


def _kept_in(known: Known, operation: Operation) -> Resource | None:
    """The collection of those who use the service: that of the callers' own records, or whose records have what is asked of clients."""
    own = [each.resource for each in known.own.values() if not each.resource.parents]
    spec = known.survey.spec
    names = signs.credentials(spec, operation) | {plain(each) for each in request_properties(spec, operation)}
    names |= (
        {"email", "username"} if names & {"email", "username"} else set()
    )  # OAuth calls any name so (RFC 6749, 4.3)
    for each in (*own, *filter(None, [people(known.resources, frozenset())])):
        if each.kind == "collection" and not each.is_json_api and names & {*map(plain, (*each.fields, *each.takes))}:
            return each
    return None


def _told(account: Account) -> Iterator[str]:
    if account.made and account.made.resource:
        yield f"accounts are records of {account.made.resource.name}"
    if account.profiles:
        yield f"{', '.join(each.name for each in account.profiles)} shows who has logged in"
