"""What a dataset can say of a target, and what it never can."""

from rebracket.evaluation.audit.audit import audit
from rebracket.evaluation.audit.checks import CHECKS
from rebracket.evaluation.audit.finding import Claim, Finding
from rebracket.evaluation.audit.of_dataset import audit_dataset

__all__ = ["CHECKS", "Claim", "Finding", "audit", "audit_dataset"]
