"""Two editions of an API come in, Changes go out, judged by what they do to a client that kept to the old one.

`facts` finds what differs and has no opinion; `rules` is a table that judges, and says nothing of how facts are found.
"""

from contract.diff.facts import Fact, facts
from contract.diff.rules import RULES, Change, Rule, as_json, diff

__all__ = ["RULES", "Change", "Fact", "Rule", "as_json", "diff", "facts"]
