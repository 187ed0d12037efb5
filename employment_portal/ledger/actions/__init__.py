"""Every write of the ledger: postings, seals."""

from employment_portal.ledger.actions.posting import post, post_from_query, reverse

__all__ = ["post", "post_from_query", "reverse"]
