"""The rules of a good record: one function each, with a stable code, in an explicit list."""

from onrecord.policy.questions import CHANGE_RULES
from onrecord.policy.readers import Readers
from onrecord.policy.review import FILE_RULES, RULES, review, silent
from onrecord.policy.rules import FAMILIES, ChangeRule, Family, FileRule, Finding, Rule, TextRule

__all__ = ["CHANGE_RULES", "FAMILIES", "FILE_RULES", "RULES", "ChangeRule", "Family", "FileRule", "Finding", "Readers", "Rule", "TextRule", "review", "silent"]
