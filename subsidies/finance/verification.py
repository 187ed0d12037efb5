"""What the rows of subsidies say against what the ledger holds. ``manage.py verify_ledger`` runs these too.

Each query names the first bad row, or yields nothing.
"""

from employment_portal.ledger.verification import register_check

CHECKS = {
    "payable that stands elsewhere than its state says": """
        SELECT format('payable %s: %s, but the ledger holds %s fen of %s there', p.public_id, p.state,
                      coalesce(sum(a.credits - a.debits), 0), p.amount_fen)
          FROM subsidies_payable p
          LEFT JOIN ledger_account a ON a.book = 'subsidies' AND a.line = p.line_id AND a.holder = p.id
           AND CASE p.state
                 WHEN 'open' THEN a.kind = 'payable' WHEN 'queued' THEN a.kind = 'payable'
                 WHEN 'in_transit' THEN a.kind = 'in_transit' WHEN 'returned' THEN a.kind = 'returned_hold'
                 WHEN 'paid' THEN a.kind IN ('paid', 'overpaid_receivable', 'recovered', 'written_off')
                 ELSE true END
         WHERE p.state NOT IN ('frozen', 'cancelled')
         GROUP BY p.id
        HAVING coalesce(sum(a.credits - a.debits), 0)
               + CASE p.state WHEN 'paid' THEN
                   (SELECT coalesce(sum(o.recovered_fen), 0) FROM subsidies_recoveryorder o WHERE o.payable_id = p.id)
                 ELSE 0 END <> p.amount_fen
         ORDER BY p.id LIMIT 1""",
    "cancelled payable that still holds money": """
        SELECT 'payable ' || p.public_id FROM subsidies_payable p
          JOIN ledger_account a ON a.book = 'subsidies' AND a.line = p.line_id AND a.holder = p.id
         WHERE p.state = 'cancelled' AND a.credits <> a.debits ORDER BY p.id LIMIT 1""",
    "commitments of a line that are not its approved claims": """
        SELECT format('line %s: the ledger holds %s fen, approved claims say %s', l.public_id,
                      coalesce(a.fen, 0), coalesce(c.fen, 0))
          FROM subsidies_budgetline l
          LEFT JOIN (SELECT line, sum(credits - debits) AS fen FROM ledger_account
                      WHERE book = 'subsidies' AND kind = 'committed' GROUP BY line) a ON a.line = l.id
          LEFT JOIN (SELECT line_id, sum(amount_fen) AS fen FROM subsidies_claim
                      WHERE state IN ('approved', 'noticed') GROUP BY line_id) c ON c.line_id = l.id
         WHERE coalesce(a.fen, 0) <> coalesce(c.fen, 0) ORDER BY l.id LIMIT 1""",
    "approved claim whose entitlements are not its amount": """
        SELECT format('claim %s: approved %s fen, entitled %s', c.number, c.amount_fen, coalesce(sum(e.amount_fen), 0))
          FROM subsidies_claim c LEFT JOIN subsidies_entitlement e ON e.claim_id = c.id AND e.live
         WHERE c.state IN ('approved', 'noticed')
         GROUP BY c.id HAVING coalesce(sum(e.amount_fen), 0) <> c.amount_fen ORDER BY c.id LIMIT 1""",
    "live entitlement of a claim that was not approved": """
        SELECT 'entitlement ' || e.id FROM subsidies_entitlement e JOIN subsidies_claim c ON c.id = e.claim_id
         WHERE e.live AND c.state NOT IN ('approved', 'noticed', 'payable', 'archived') ORDER BY e.id LIMIT 1""",
    "recovery order that is not what the ledger holds": """
        SELECT format('order of payable %s: ledger %s fen still owed, orders say %s', p.public_id,
                      coalesce(a.fen, 0), o.owed)
          FROM (SELECT payable_id, sum(amount_fen - recovered_fen - written_off_fen) AS owed
                  FROM subsidies_recoveryorder WHERE issued_at IS NOT NULL GROUP BY payable_id) o
          JOIN subsidies_payable p ON p.id = o.payable_id
          LEFT JOIN (SELECT line, holder, sum(credits - debits) AS fen FROM ledger_account
                      WHERE book = 'subsidies' AND kind = 'overpaid_receivable' GROUP BY line, holder) a
            ON a.line = p.line_id AND a.holder = p.id
         WHERE coalesce(a.fen, 0) <> o.owed ORDER BY p.id LIMIT 1""",
}


def register_all() -> None:
    for name, query in CHECKS.items():
        register_check(name, query)
