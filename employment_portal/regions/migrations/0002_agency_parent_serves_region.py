from django.db import migrations

# A row alone cannot tell where its parent works, so the rule is a trigger. It locks the parent against a move at
# the same moment, and looks down as well as up when an agency moves.
FORWARD = """
CREATE FUNCTION agency_parent_serves_region() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own_path text;
BEGIN
    SELECT path INTO own_path FROM regions_region WHERE id = NEW.region_id;
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM regions_agency parent JOIN regions_region region ON region.id = parent.region_id
        WHERE parent.id = NEW.parent_id AND starts_with(own_path, region.path)
        FOR SHARE OF parent
    ) THEN
        RAISE EXCEPTION 'the parent of agency % serves neither its region nor one above it', NEW.name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agency_parent_serves_region';
    END IF;
    IF TG_OP = 'UPDATE' AND EXISTS (
        SELECT FROM regions_agency child JOIN regions_region region ON region.id = child.region_id
        WHERE child.parent_id = NEW.id AND NOT starts_with(region.path, own_path)
    ) THEN
        RAISE EXCEPTION 'agency % has agencies below it outside its new region', NEW.name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agency_parent_serves_region';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agency_parent_serves_region BEFORE INSERT OR UPDATE OF parent_id, region_id ON regions_agency
    FOR EACH ROW EXECUTE FUNCTION agency_parent_serves_region();
"""
BACKWARD = """
DROP TRIGGER agency_parent_serves_region ON regions_agency;
DROP FUNCTION agency_parent_serves_region();
"""


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
