"""What the rows of subsidies say against what the ledger holds. ``manage.py verify_ledger`` runs these too.

Each query names the first bad row, or yields nothing.
"""

from employment_portal.ledger.verification import register_check

CHECKS = {
    "payable that stands elsewhere than its state says": """
        SELECT format('payable %s: %s, but the ledger holds %s fen of %s there', p.public_id, p.state,
                      coalesce(sum(a.credits - a.debits), 0), p.amount_fen - p.reduced_fen)
          FROM subsidies_payable p
          LEFT JOIN ledger_account a ON a.book = 'subsidies' AND a.line = p.line_id AND a.holder = p.id
           AND CASE p.state
                 WHEN 'open' THEN a.kind = 'payable' WHEN 'queued' THEN a.kind = 'payable'
                 WHEN 'in_transit' THEN a.kind = 'in_transit' WHEN 'returned' THEN a.kind = 'returned_hold'
                 WHEN 'paid' THEN a.kind IN ('paid', 'overpaid_receivable', 'recovered', 'written_off')
                 ELSE true END
         WHERE p.state NOT IN ('frozen', 'cancelled')
         GROUP BY p.id
        HAVING coalesce(sum(a.credits - a.debits), 0) <> CASE p.state WHEN 'paid' THEN
                   p.amount_fen + (SELECT coalesce(sum(CASE WHEN o.attempt_id IS NULL THEN 0 ELSE o.amount_fen END
                                                       - o.recovered_fen - o.returned_fen), 0)
                                     FROM subsidies_recoveryorder o WHERE o.payable_id = p.id)
                 ELSE p.amount_fen - p.reduced_fen END
         ORDER BY p.id LIMIT 1""",
    "cancelled payable that still holds money": """
        SELECT 'payable ' || p.public_id FROM subsidies_payable p
          JOIN ledger_account a ON a.book = 'subsidies' AND a.line = p.line_id AND a.holder = p.id
         WHERE p.state = 'cancelled' AND a.kind <> 'written_off' AND a.credits <> a.debits ORDER BY p.id LIMIT 1""",
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
          FROM (SELECT payable_id, sum(amount_fen - recovered_fen - written_off_fen - returned_fen) AS owed
                  FROM subsidies_recoveryorder WHERE issued_at IS NOT NULL OR attempt_id IS NOT NULL
                 GROUP BY payable_id) o
          JOIN subsidies_payable p ON p.id = o.payable_id
          LEFT JOIN (SELECT line, holder, sum(credits - debits) AS fen FROM ledger_account
                      WHERE book = 'subsidies' AND kind = 'overpaid_receivable' GROUP BY line, holder) a
            ON a.line = p.line_id AND a.holder = p.id
         WHERE coalesce(a.fen, 0) <> o.owed ORDER BY p.id LIMIT 1""",
    "unexplained receipts that are not the open cases of their line": """
        SELECT format('line %s: the ledger holds %s fen in suspense, open cases say %s', l.public_id,
                      coalesce(a.fen, 0), coalesce(c.fen, 0))
          FROM subsidies_budgetline l
          LEFT JOIN (SELECT line, credits - debits AS fen FROM ledger_account
                      WHERE book = 'subsidies' AND kind = 'suspense') a ON a.line = l.id
          LEFT JOIN (SELECT (data ->> 'suspense_line')::bigint AS line, sum(amount_fen) AS fen
                       FROM subsidies_exceptioncase WHERE state <> 'resolved' AND data ? 'suspense_line'
                      GROUP BY 1) c ON c.line = l.id
         WHERE coalesce(a.fen, 0) <> coalesce(c.fen, 0) ORDER BY l.id LIMIT 1""",
    "money without cover that no case and no second payment explains": """
        SELECT format('line %s: %s fen are paid without cover, cases and orders say %s', l.public_id,
                      coalesce(a.fen, 0), coalesce(c.fen, 0) + coalesce(o.fen, 0))
          FROM subsidies_budgetline l
          LEFT JOIN (SELECT line, debits - credits AS fen FROM ledger_account
                      WHERE book = 'subsidies' AND kind = 'uncovered') a ON a.line = l.id
          LEFT JOIN (SELECT m.line_id, sum(m.amount_fen) AS fen
                       FROM subsidies_exceptioncase e JOIN subsidies_cashmovement m ON m.id = e.cash_id
                      WHERE e.state <> 'resolved' AND m.direction = 'out' GROUP BY m.line_id) c ON c.line_id = l.id
          LEFT JOIN (SELECT p.line_id, sum(r.amount_fen - r.recovered_fen - r.written_off_fen - r.returned_fen) AS fen
                       FROM subsidies_recoveryorder r JOIN subsidies_payable p ON p.id = r.payable_id
                      WHERE r.attempt_id IS NOT NULL GROUP BY p.line_id) o ON o.line_id = l.id
         WHERE coalesce(a.fen, 0) <> coalesce(c.fen, 0) + coalesce(o.fen, 0) ORDER BY l.id LIMIT 1""",
}


def register_all() -> None:
    for name, query in CHECKS.items():
        register_check(name, query)
