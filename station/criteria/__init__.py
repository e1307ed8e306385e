"""What has to be reached for a badge: a small algebra, read from the catalogue, evaluated purely over a person's facts.

The kinds register themselves when their files are loaded; nothing else knows them by name.
"""

from station.criteria import belonged, joined, started, visited, vouched
from station.criteria.case import Case, Fact, Finding, Held, Met, NotYet, Step, Undecided, Why
from station.criteria.criterion import KINDS, Criterion, described, leaves, read

__all__ = [
    "KINDS", "Case", "Criterion", "Fact", "Finding", "Held", "Met", "NotYet", "Step", "Undecided", "Why", "belonged",
    "described", "joined", "leaves", "read", "started", "visited", "vouched",
]  # fmt: skip


def evaluate(criterion: Criterion, case: Case) -> Finding:
    """Whether a person has earned a badge: when and by what, how far it is, or why nobody can say."""
    return criterion.evaluate(case)
