"""Rules against double benefits become something that staff write, with two people; what is in force never changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import employment_portal.core.fields

STAFF = {
    "blank": True,
    "null": True,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
}

GUARDS = """
CREATE FUNCTION subsidies_keep_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('in_force', 'ending', 'ended') AND (TG_OP = 'DELETE' OR OLD.state = 'ended'
        OR NEW.state IN ('draft', 'submitted')
        OR (NEW.code, NEW.scope, NEW.lifetime, NEW.legal_basis, NEW.grants_before)
            <> (OLD.code, OLD.scope, OLD.lifetime, OLD.legal_basis, OLD.grants_before)
        OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id OR NEW.published_by_id IS DISTINCT FROM OLD.published_by_id) THEN
        RAISE EXCEPTION 'a guard in force never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guard_in_force_stays BEFORE UPDATE OR DELETE ON subsidies_guard
    FOR EACH ROW EXECUTE FUNCTION subsidies_keep_guard();

CREATE FUNCTION subsidies_keep_guard_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM subsidies_guard
        WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.guard_id ELSE NEW.guard_id END AND state = 'draft' FOR SHARE;
    IF TG_OP = 'UPDATE' OR NOT FOUND THEN
        RAISE EXCEPTION 'the items of a guard change while it is a draft' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guard_items_stay BEFORE INSERT OR UPDATE OR DELETE ON subsidies_guard_items
    FOR EACH ROW EXECUTE FUNCTION subsidies_keep_guard_items();
"""

# Only the guards in force, and only for what was granted since: what was there before is held as far as it can be.
IS_HELD = """
CREATE OR REPLACE FUNCTION subsidies_entitlement_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM subsidies_entitlement WHERE id = NEW.id AND live AND subject_id IS NOT NULL)
        AND EXISTS (
            SELECT 1 FROM subsidies_guard_items g
            {join}
            WHERE g.subsidyitem_id = NEW.item_id
              AND NOT EXISTS (SELECT 1 FROM subsidies_entitlementhold h
                              WHERE h.entitlement_id = NEW.id AND h.guard_id = g.guard_id AND h.live)) THEN
        RAISE EXCEPTION 'entitlement % lacks a hold on a guard of its item', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
IN_FORCE = (
    "JOIN subsidies_guard r ON r.id = g.guard_id AND r.state IN ('in_force', 'ending')"
    " AND r.grants_before < NEW.id"
)

UNDO = """
DROP TRIGGER guard_items_stay ON subsidies_guard_items; DROP FUNCTION subsidies_keep_guard_items();
DROP TRIGGER guard_in_force_stays ON subsidies_guard; DROP FUNCTION subsidies_keep_guard();
"""


def name_them(apps, schema_editor):
    for guard in apps.get_model("subsidies", "Guard").objects.all():
        guard.public_id = employment_portal.core.fields.new_public_id()
        guard.save(update_fields=["public_id"])


def states(default):
    return models.CharField(
        choices=[
            ("draft", "Draft"),
            ("submitted", "Waiting for a second person"),
            ("in_force", "In force"),
            ("ending", "In force, its end is asked for"),
            ("ended", "Ended"),
        ],
        default=default,
        max_length=10,
        verbose_name="state",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0010_bundle_of_a_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("guard", "public_id", models.CharField(max_length=10, null=True)),
        migrations.RunPython(name_them, migrations.RunPython.noop),
        migrations.AlterField("guard", "public_id", employment_portal.core.fields.PublicIdField()),
        migrations.AddField("guard", "state", states("in_force")),
        migrations.AlterField("guard", "state", states("draft")),
        migrations.AddField(
            "guard",
            "replaces",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="subsidies.guard",
            ),
        ),
        migrations.AddField(
            "guard",
            "grants_before",
            models.PositiveBigIntegerField(
                default=0, help_text="entitlements up to this number were there when it came into force"
            ),
        ),
        migrations.AddField("guard", "made_by", models.ForeignKey(**STAFF)),
        migrations.AddField("guard", "made_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("guard", "published_by", models.ForeignKey(**STAFF)),
        migrations.AddField("guard", "published_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("guard", "end_asked_by", models.ForeignKey(**STAFF)),
        migrations.AddField("guard", "ended_by", models.ForeignKey(**STAFF)),
        migrations.AddField("guard", "ended_at", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField(
            "guard",
            "items",
            models.ManyToManyField(
                related_name="guards", to="subsidies.subsidyitem", verbose_name="subsidies"
            ),
        ),
        migrations.AddConstraint(
            "guard",
            models.CheckConstraint(
                condition=models.Q(
                    ("published_by__isnull", True),
                    models.Q(("published_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="guard_two_people",
            ),
        ),
        migrations.AddConstraint(
            "guard",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", True), ("state__in", ["draft", "submitted"])),
                    models.Q(
                        ("state__in", ["in_force", "ending", "ended"]),
                        models.Q(
                            ("made_by__isnull", True),
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="guard_published_by_someone",
            ),
        ),
        migrations.AddConstraint(
            "guard",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("end_asked_by__isnull", False),
                        ("ended_by__isnull", False),
                        ("state", "ended"),
                        ("ended_at__isnull", False),
                        models.Q(("ended_by", models.F("end_asked_by")), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "ended"), _negated=True),
                        ("ended_at__isnull", True),
                        ("ended_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="guard_ended_by_two",
            ),
        ),
        migrations.RunSQL(
            GUARDS + IS_HELD.replace("{join}", IN_FORCE), IS_HELD.replace("{join}", "") + UNDO
        ),
    ]
