"""Where a label comes from."""

from rebracket.labels.rule import RULE_VERSION, RuleLabels, label_by_rule, rule_provenance

__all__ = ["RULE_VERSION", "RuleLabels", "label_by_rule", "rule_provenance"]
