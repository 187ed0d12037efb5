"""What Django's constraints cannot say: carried columns, rows that never change, order of notice and payment."""

from django.db import migrations

CARRIED = """
ALTER TABLE subsidies_approval ADD CONSTRAINT approval_maker_is_the_claims
    FOREIGN KEY (claim_id, maker_id) REFERENCES subsidies_claim (id, maker_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE subsidies_entitlementhold ADD CONSTRAINT hold_lives_with_entitlement
    FOREIGN KEY (entitlement_id, live) REFERENCES subsidies_entitlement (id, live) ON UPDATE CASCADE;
"""

APPEND_ONLY = """
CREATE FUNCTION subsidies_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER decision_never_changes BEFORE UPDATE OR DELETE ON subsidies_decision
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER approval_never_changes BEFORE UPDATE OR DELETE ON subsidies_approval
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER bankfile_never_changes BEFORE UPDATE OR DELETE ON subsidies_bankfile
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER attempt_as_the_bank_was_told BEFORE UPDATE OF payable_id, batch_id, sequence, reference, account_id,
    amount_fen ON subsidies_paymentattempt FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER attempt_stays BEFORE DELETE ON subsidies_paymentattempt
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER returnfile_stays_raw BEFORE UPDATE OF content, sha256, received_at OR DELETE ON subsidies_returnfile
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER returnline_stays_raw BEFORE UPDATE OF file_id, number, raw OR DELETE ON subsidies_returnline
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER payable_amount_stays BEFORE UPDATE OF claim_id, line_id, amount_fen OR DELETE ON subsidies_payable
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();

CREATE FUNCTION subsidies_keep_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('published', 'retired') AND (TG_OP = 'DELETE'
        OR NEW.content IS DISTINCT FROM OLD.content OR NEW.policy_id <> OLD.policy_id OR NEW.number <> OLD.number
        OR NEW.effective_from <> OLD.effective_from OR NEW.legal_basis <> OLD.legal_basis
        OR NEW.state IN ('draft', 'submitted')) THEN
        RAISE EXCEPTION 'a published policy version never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER policyversion_published_stays BEFORE UPDATE OR DELETE ON subsidies_policyversion
    FOR EACH ROW EXECUTE FUNCTION subsidies_keep_published_version();

CREATE FUNCTION subsidies_keep_noticed_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE notice_state text;
BEGIN
    SELECT state INTO notice_state FROM subsidies_notice WHERE id = OLD.notice_id;
    IF TG_OP = 'DELETE' AND notice_state = 'draft' THEN RETURN OLD; END IF;
    IF TG_OP = 'UPDATE' AND (notice_state = 'draft' OR (to_jsonb(NEW) - 'live') = (to_jsonb(OLD) - 'live')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a line of a published notice never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER noticeentry_as_published BEFORE UPDATE OR DELETE ON subsidies_noticeentry
    FOR EACH ROW EXECUTE FUNCTION subsidies_keep_noticed_entry();
"""

ORDER = """
CREATE FUNCTION subsidies_objection_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM subsidies_noticeentry e JOIN subsidies_notice n ON n.id = e.notice_id
        WHERE e.id = NEW.entry_id AND e.live AND n.state = 'open' FOR SHARE OF n;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the notice is not open for objections' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER objection_while_notice_open BEFORE INSERT ON subsidies_objection
    FOR EACH ROW EXECUTE FUNCTION subsidies_objection_while_open();

CREATE FUNCTION subsidies_payable_after_notice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad bigint;
BEGIN
    SELECT p.id INTO bad FROM added p
        JOIN subsidies_claim c ON c.id = p.claim_id
        JOIN subsidies_policyversion v ON v.id = c.version_id
        LEFT JOIN subsidies_noticeentry e ON e.id = p.notice_entry_id
        LEFT JOIN subsidies_notice n ON n.id = e.notice_id
        WHERE p.amount_fen <> c.amount_fen
           OR p.line_id IS DISTINCT FROM c.line_id
           OR NOT CASE
                WHEN p.notice_entry_id IS NULL
                    THEN c.channel = 'opening' OR COALESCE((v.content ->> 'notice_working_days')::int, 1) = 0
                ELSE e.claim_id = p.claim_id AND e.live AND e.amount_fen = p.amount_fen AND n.state = 'closed'
                    AND NOT EXISTS (SELECT 1 FROM subsidies_objection o WHERE o.entry_id = e.id AND o.state = 'open')
              END
        LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'payable %: its notice is not closed, or an objection is open, or its amount differs', bad
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payable_after_notice AFTER INSERT ON subsidies_payable
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION subsidies_payable_after_notice();

CREATE FUNCTION subsidies_entitlement_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM subsidies_entitlement WHERE id = NEW.id AND live AND subject_id IS NOT NULL)
        AND EXISTS (
            SELECT 1 FROM subsidies_guard_items g
            WHERE g.subsidyitem_id = NEW.item_id
              AND NOT EXISTS (SELECT 1 FROM subsidies_entitlementhold h
                              WHERE h.entitlement_id = NEW.id AND h.guard_id = g.guard_id AND h.live)) THEN
        RAISE EXCEPTION 'entitlement % lacks a hold on a guard of its item', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entitlement_is_held AFTER INSERT OR UPDATE ON subsidies_entitlement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION subsidies_entitlement_is_held();
"""

UNDO = """
DROP TRIGGER entitlement_is_held ON subsidies_entitlement; DROP FUNCTION subsidies_entitlement_is_held();
DROP TRIGGER payable_after_notice ON subsidies_payable; DROP FUNCTION subsidies_payable_after_notice();
DROP TRIGGER objection_while_notice_open ON subsidies_objection; DROP FUNCTION subsidies_objection_while_open();
DROP TRIGGER noticeentry_as_published ON subsidies_noticeentry; DROP FUNCTION subsidies_keep_noticed_entry();
DROP TRIGGER policyversion_published_stays ON subsidies_policyversion; DROP FUNCTION subsidies_keep_published_version();
DROP FUNCTION subsidies_refuse_change() CASCADE;
ALTER TABLE subsidies_entitlementhold DROP CONSTRAINT hold_lives_with_entitlement;
ALTER TABLE subsidies_approval DROP CONSTRAINT approval_maker_is_the_claims;
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0001_initial")]

    operations = [migrations.RunSQL(CARRIED + APPEND_ONLY + ORDER, UNDO)]
