"""The rules of a good record: one function each, with a stable code, in an explicit list."""

from onrecord.policy.review import FILE_RULES, RULES, review
from onrecord.policy.rules import FileRule, Finding, Rule

__all__ = ["FILE_RULES", "RULES", "FileRule", "Finding", "Rule", "review"]
