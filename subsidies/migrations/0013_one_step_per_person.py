"""Nobody decides two steps of a claim, in whatever round and for whomever they stand in: the database says it too.

The unique key on claim, round and person held within one round alone and did not know a delegation.
"""

from django.db import migrations

ONE_STEP = """
CREATE FUNCTION subsidies_one_step_per_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad bigint;
BEGIN
    PERFORM 1 FROM subsidies_claim WHERE id IN (SELECT claim_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    SELECT n.claim_id INTO bad FROM added n
        JOIN subsidies_approval a ON a.claim_id = n.claim_id AND a.step <> n.step
        WHERE a.by_id IN (n.by_id, n.acting_for_id) OR a.acting_for_id IN (n.by_id, n.acting_for_id)
        LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'claim %: whoever decides this step decided another one', bad USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER approval_one_step_per_person AFTER INSERT ON subsidies_approval
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION subsidies_one_step_per_person();
"""

UNDO = """
DROP TRIGGER approval_one_step_per_person ON subsidies_approval; DROP FUNCTION subsidies_one_step_per_person();
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0012_granted_again_after_an_appeal")]

    operations = [
        migrations.RemoveConstraint("approval", "approval_person_once"),
        migrations.RunSQL(ONE_STEP, UNDO),
    ]
