"""The configuration pages of this app, gathered from their topics: Django looks only here."""

from jobs.postings.admin import PostingRuleAdmin

__all__ = ["PostingRuleAdmin"]
