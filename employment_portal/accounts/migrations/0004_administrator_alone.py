from django.db import migrations

# An administrator's post excludes every other post of the same person on the same days; officers may hold several.
# Without btree_gist scalars are compared as ranges: an administrator's covers every post, an officer's only itself.
FORWARD = """
ALTER TABLE accounts_staffpost ADD CONSTRAINT staffpost_administrator_alone EXCLUDE USING gist (
    int8range(user_id, user_id, '[]') WITH &&,
    daterange(starts_on, ends_on + 1, '[)') WITH &&,
    (CASE WHEN role IN ('system_admin', 'security_admin', 'audit_admin')
          THEN int8range(NULL, NULL) ELSE int8range(id, id, '[]') END) WITH &&
);
"""
BACKWARD = "ALTER TABLE accounts_staffpost DROP CONSTRAINT staffpost_administrator_alone;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_posts_and_lockouts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
