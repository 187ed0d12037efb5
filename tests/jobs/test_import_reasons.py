import io
from datetime import date
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from jobs.compliance.engine import Finding, rules_in_force
from jobs.imports.actions import run_batch
from jobs.imports.enums import RowOutcome
from jobs.imports.models import ImportRow
from jobs.imports.reasons import SENTENCES, Reason, reason_from_dict, reason_of
from jobs.imports.views import REASONS
from tests.factories.imports import begin_list, list_of, run_list
from tests.factories.regions import AgencyFactory, RegionFactory

pytestmark = pytest.mark.django_db


def said(row, language):
    with translation.override(language):
        return row.reason


def test_a_reason_is_said_in_the_language_of_whoever_reads_it():
    with translation.override("zh-hans"):
        batch = run_list({"place": "火星"}, {"id": "A2", "headcount": "很多"})

    rejected, created = batch.rows.order_by("number")
    assert said(rejected, "en").startswith("“火星” is not a place of the region list.")
    assert "火星" in said(rejected, "zh-hans")
    assert "region" not in said(rejected, "zh-hans")
    assert said(created, "en") == "People wanted: “很多” is not understood as a number of people."
    assert said(created, "zh-hans").startswith("招聘人数")


def test_what_the_law_forbids_is_named_with_its_article_in_either_language():
    AgencyFactory(region=RegionFactory(code="5101"))

    batch = run_list({"place": "重庆·渝中区", "duties": "收货，限男性"})

    row = ImportRow.objects.get(batch=batch)
    assert (row.outcome, row.code) == (RowOutcome.REJECTED, "unlawful")
    assert "“收货,限男性”" in said(row, "en")
    assert ", Art. " in said(row, "en")
    assert "条" in said(row, "zh-hans")


def test_a_finding_of_a_rule_that_is_gone_still_says_what_was_found():
    finding = Finding("gone", "must_fix", "title", 0, 2, "限男", "", ())
    stored = reason_of(finding, version=rules_in_force(date(2026, 1, 1)).version).as_dict()

    reason = reason_from_dict(stored)

    assert "限男" in str(reason)


def test_reasons_stand_as_codes_and_a_rejected_row_must_have_one():
    data = list_of({"pay": "9-5千"})

    batch = run_batch(batch_id=begin_list(data).pk, stream=io.BytesIO(data))

    row = ImportRow.objects.get(batch=batch)
    assert row.reasons == [{"code": "pay.ends", "params": {"text": "9-5千"}}]
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRow.objects.filter(pk=row.pk).update(reasons=[])


def test_every_kind_of_reason_for_not_importing_a_row_has_a_name_on_the_page():
    never_refuse = {"date", "employer", "education", "experience", "headcount", "duplicate", "left_alone"}
    never_refuse |= {"finding", "text"}

    assert {Reason(code).kind for code in SENTENCES} - never_refuse == set(REASONS)


def test_sentences_of_older_rows_are_kept():
    batch = run_list({"place": "火星"})
    migration = import_module("jobs.migrations.0007_import_reasons")
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE jobs_importrow ADD reason text DEFAULT '旧的一句话'"
        )

        cursor.execute(migration.KEEP_SENTENCES)

    assert ImportRow.objects.get(batch=batch).reason == "旧的一句话"
