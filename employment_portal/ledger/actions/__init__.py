"""Every write of the ledger: postings, seals."""

from employment_portal.ledger.actions.posting import post, post_from_query, reverse
from employment_portal.ledger.actions.sealing import open_epoch, seal_ledger

__all__ = ["open_epoch", "post", "post_from_query", "reverse", "seal_ledger"]
