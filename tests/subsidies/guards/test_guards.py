"""Each constraint, trigger and unique index of the subsidies is dropped in turn: what it refused then gets in.

The guards that somebody thought of have a case by hand. Those that Django writes for every table (keys, unique columns,
numbers from zero on) are taken from the catalogue and broken one by one, with every other guard of the table gone.
"""

import re

import pytest
from django.apps import apps
from django.db import connection, transaction

from tests.ledger.dropping import Guard, assert_holds, drop, guards_of, written_columns
from tests.subsidies.guards.acts import TELL, S, copied, sql, updating
from tests.subsidies.guards.world import world

pytestmark = pytest.mark.django_db
TABLES = sorted(
    model._meta.db_table
    for model in apps.get_app_config("subsidies").get_models(include_auto_created=True)
    if model._meta.managed
)
# Named by Django: primary keys, unique columns, foreign keys, numbers that are never below zero, pairs of a relation.
OF_DJANGO = re.compile(r"_pkey$|_key$|_fk_|^subsidies_\w+_check$|_uniq$")
NEVER = "its rows never change"
NEW = {"public_id": "substr(md5(r.public_id), 1, 10)"}
LS = NEW | {"reference": "'another'"}
SOMEBODY = "(SELECT max(id) FROM accounts_user)"
UNCONFIRMED_PAYER = f"(SELECT id FROM {S}payer WHERE confirmed_at IS NULL)"


def guard(table, name, act, by=""):
    return Guard(f"{S}{table}", name, by or name, act)


DRAFTED = "state = 'draft'"
OF_ONE = "person_id = NULL, organisation_id = NULL"
ENTRY_OF = (
    f"(SELECT min(e.id) FROM {S}noticeentry e JOIN {S}notice n ON n.id = e.notice_id WHERE n.state = '%s')"
)
LAST_ENTITLEMENT = f"(SELECT max(id) FROM {S}entitlement WHERE claim_id IS NOT NULL)"

GUARDS = [
    guard("appeal", "appeal_decided_by_someone", updating("appeal", "state = 'upheld'")),
    guard("appeal", "appeal_once", copied("appeal", **NEW)),
    guard(
        "approval", "approval_acting_for_another", copied("approval", round="9", acting_for_id="r.by_id")
    ),
    guard("approval", "approval_not_by_maker", copied("approval", round="9", by_id="r.maker_id")),
    guard(
        "approval", "approval_one_step_per_person",
        copied("approval", round="9", step="'another'", by_id=SOMEBODY, acting_for_id="r.by_id"),
        "decided another one",
    ),
    guard("approval", "approval_step_once", copied("approval", by_id=SOMEBODY)),
    guard("approval", "approval_maker_is_the_claims", copied("approval", round="9", maker_id=SOMEBODY)),
    guard("approval", "approval_never_changes", updating("approval", "note = 'x'"), "subsidies_approval is refused"),
    guard("bankfile", "bankfile_never_changes", sql(f"DELETE FROM {S}bankfile"), NEVER),
    guard("batch", "batch_not_empty", copied("batch", **NEW, number="'another'", run_key="'another'", count="0")),
    guard("batch", "batch_checker_not_maker", updating("batch", "checked_by_id = made_by_id")),
    guard("batch", "batch_releaser_is_third", updating("batch", "released_by_id = made_by_id")),
    guard("batch", "batch_checked_by_someone", updating("batch", "checked_at = NULL")),
    guard("batch", "batch_released_by_someone", updating("batch", "released_at = NULL")),
    guard("batch", "batch_as_made", updating("batch", "payer_id = payer_id"), NEVER),
    guard(
        "batch", "batch_payer_is_confirmed",
        copied("batch", **NEW, number="'another'", run_key="'another'", payer_id=UNCONFIRMED_PAYER),
        "nobody has confirmed its payer",
    ),
    guard("budgetchange", "budgetchange_amount", updating("budgetchange", "amount_fen = 0")),
    guard("budgetchange", "budgetchange_decided_by_someone", updating("budgetchange", "state = 'waiting'")),
    guard("budgetchange", "budgetchange_target", updating("budgetchange", "kind = 'move'")),
    guard("budgetchange", "budgetchange_two_people", updating("budgetchange", "decided_by_id = requested_by_id")),
    guard("budgetline", "budgetline_once", copied("budgetline", **NEW)),
    guard("budgetline", "budgetline_year", updating("budgetline", "year = 1999")),
    guard("cashmovement", "cash_amount", copied("cashmovement", amount_fen="0", **LS)),
    guard("cashmovement", "cash_confirmed_at", copied("cashmovement", "r.confirmed_at IS NULL", confirmed_at="now()", **LS)),
    guard("cashmovement", "cash_confirmed_stays", updating("cashmovement", "amount_fen = 1"), "confirmed, it never changes"),
    guard("cashmovement", "cash_two_people", copied("cashmovement", "r.confirmed_at IS NOT NULL", confirmed_by_id="r.recorded_by_id", **LS)),
    guard("claim", "claim_amount", updating("claim", "amount_fen = -1")),
    guard("claim", "claim_approved_with_line_and_amount", updating("claim", "line_id = NULL")),
    guard("claim", "claim_in_review_at_a_step", updating("claim", "state = 'in_review', step = ''")),
    guard("claim", "claim_of_one", updating("claim", OF_ONE)),
    guard("claim", "claim_submitted_with_number", updating("claim", "number = NULL")),
    # What the approval's foreign key rests on.
    guard(
        "claim", "claim_maker_carried", copied("approval", round="9", maker_id=SOMEBODY),
        "approval_maker_is_the_claims",
    ),
    guard("claimentry", "claimentry_amount", updating("claimentry", "amount_fen = -1")),
    guard("claimentry", "claimentry_row_once", copied("claimentry")),
    guard("claimentry", "claimentry_claimed_once", copied("claimentry", "r.open", row="99")),
    guard("conflictofinterest", "conflict_with_one", updating("conflictofinterest", OF_ONE)),
    guard("decision", "decision_never_changes", updating("decision", "amount_fen = 1"), NEVER),
    guard("entitlement", "entitlement_amount", updating("entitlement", "amount_fen = -1")),
    guard("entitlement", "entitlement_ended_at", updating("entitlement", "ended_at = now()")),
    guard(
        "entitlement", "entitlement_entry_once",
        copied("entitlement", "r.live AND r.entry_id IS NOT NULL", subject_id="NULL"),
    ),
    guard("entitlement", "entitlement_from_claim_or_opening", updating("entitlement", "opening_id = NULL")),
    guard(
        "entitlement", "entitlement_is_held",
        sql(f"DELETE FROM {S}entitlementhold; UPDATE {S}entitlement SET months = 1"), "lacks a hold on a guard",
    ),
    guard(
        "entitlement", "entitlement_live_carried", updating("entitlementhold", "live = false"),
        "hold_lives_with_entitlement",
    ),
    guard("entitlementhold", "hold_lives_with_entitlement", updating("entitlementhold", "live = false")),
    guard("entitlementhold", "hold_one_per_guard", copied("entitlementhold", holder_id="987654321")),
    guard("entitlementhold", "hold_period", updating("entitlementhold", "period = 'empty'")),
    guard(
        "entitlementhold", "hold_granted_once",
        sql(
            f"DELETE FROM {S}entitlementhold WHERE entitlement_id = {LAST_ENTITLEMENT};"
            f"INSERT INTO {S}entitlementhold (entitlement_id, guard_id, holder_id, period, live)"
            f" SELECT {LAST_ENTITLEMENT}, guard_id, holder_id, period, true FROM {S}entitlementhold LIMIT 1"
        ),
    ),
    guard("exceptioncase", "case_resolved_by_someone", updating("exceptioncase", "state = 'resolved'")),
    guard(
        "exceptioncase", "case_two_people",
        updating("exceptioncase", f"proposed_by_id = {SOMEBODY}, decided_by_id = {SOMEBODY}"),
    ),
    guard("guard", "guard_two_people", updating("guard", "published_by_id = made_by_id", DRAFTED)),
    guard("guard", "guard_published_by_someone", updating("guard", "state = 'in_force'", DRAFTED)),
    guard("guard", "guard_ended_by_two", updating("guard", "ended_at = now()", DRAFTED)),
    guard("guard", "guard_in_force_stays", updating("guard", "legal_basis = 'x'", "state = 'in_force'"), "never changes"),
    guard("guard_items", "guard_items_stay", updating("guard_items", "guard_id = guard_id"), "change while it is a draft"),
    guard("instalment", "instalment_amount", updating("instalment", "amount_fen = 0")),
    guard("instalment", "instalment_sequence_once", copied("instalment")),
    guard("matchrun", "matchrun_once_a_day", copied("matchrun")),
    guard(
        "notice", "notice_not_closed_early",
        updating("notice", "closed_at = closes_at - interval '1 second'", "state = 'closed'"),
    ),
    guard("bulkpass", "bulkpass_done_of_total", updating("bulkpass", "done = total + 1")),
    guard("bulkpassrow", "bulkpassrow_once", copied("bulkpassrow")),
    guard("notice", "notice_published_with_window", updating("notice", "roster_sha256 = ''")),
    guard("notice", "notice_window_not_empty", updating("notice", "closes_at = published_at")),
    guard("noticeentry", "noticeentry_amount", copied("noticeentry", row="99", amount_fen="0", live="false")),
    guard("noticeentry", "noticeentry_row_once", copied("noticeentry", live="false")),
    guard("noticeentry", "noticeentry_claim_once", copied("noticeentry", row="99")),
    guard(
        "noticeentry", "noticeentry_as_published", updating("noticeentry", "amount_fen = 1"),
        "a line of a published notice never changes",
    ),
    guard("objection", "objection_decided_by_someone", updating("objection", "state = 'upheld'")),
    guard("objection", "objection_one_open", copied("objection", **NEW)),
    guard(
        "objection", "objection_while_notice_open",
        copied("objection", entry_id=ENTRY_OF % "closed", **NEW), "not open for objections",
    ),
    guard("offer", "subsidyoffer_amount", updating("offer", "amount_fen = 0")),
    guard("offer", "subsidyoffer_answered_at", updating("offer", "state = 'confirmed', answered_at = NULL")),
    guard("offer", "subsidyoffer_lapsed_for_a_reason", updating("offer", "lapse_reason = 'expired'")),
    guard("offer", "subsidyoffer_to_one", updating("offer", OF_ONE)),
    guard("offer", "subsidyoffer_once", copied("offer", **NEW)),
    guard(
        "openingimport", "openingimport_approved_by_someone", updating("openingimport", "approved_by_id = NULL")
    ),
    guard("openingimport", "openingimport_applied_at", updating("openingimport", "applied_at = NULL")),
    guard("openingimport", "openingimport_two_people", updating("openingimport", "approved_by_id = made_by_id")),
    guard("openingimport", "openingimport_applied_once", copied("openingimport", **NEW)),
    guard("openingrow", "openingrow_applied_once", copied("openingrow", number="99")),
    guard("openingrow", "openingrow_number_once", copied("openingrow", source_id="'another'")),
    guard("payable", "payable_amount", copied("payable", amount_fen="0")),
    guard("payable", "payable_paid_with_date", updating("payable", "state = 'paid', paid_on = NULL")),
    guard("payable", "payable_reduced", updating("payable", "reduced_fen = amount_fen + 1")),
    guard("payable", "payable_to_one", updating("payable", OF_ONE)),
    guard(
        "payable", "payable_amount_stays", updating("payable", "amount_fen = amount_fen + 1"),
        "subsidies_payable is refused",
    ),
    guard(
        "payable", "payable_after_notice",
        copied(
            "payable", **NEW, notice_entry_id=ENTRY_OF % "open",
            claim_id=f"(SELECT claim_id FROM {S}noticeentry WHERE id = {ENTRY_OF % 'open'})",
        ),
        "its notice is not closed",
    ),
    guard("payer", "payer_confirmed_by_someone", copied("payer", "r.confirmed_at IS NULL", confirmed_at="now()", **NEW)),
    guard("payer", "payer_confirmed_stays", updating("payer", "account = '1'"), "confirmed, it never changes"),
    guard("payer", "payer_once_a_day", copied("payer", "r.confirmed_at IS NOT NULL", **NEW)),
    guard("payer", "payer_two_people", copied("payer", "r.confirmed_at IS NOT NULL", confirmed_by_id="r.made_by_id", effective_from="'2026-02-03'", **NEW)),
    guard("payeeaccount", "payeeaccount_as_given", updating("payeeaccount", "holder = '别人'"), NEVER),
    guard("payeeaccount", "payeeaccount_of_one", updating("payeeaccount", OF_ONE)),
    guard(
        "payeeaccount", "payeeaccount_current_of_person", copied("payeeaccount", "r.person_id > 0", **NEW)
    ),
    guard(
        "payeeaccount", "payeeaccount_current_of_organisation",
        copied("payeeaccount", "r.organisation_id > 0", **NEW),
    ),
    guard("paymentattempt", "attempt_amount", copied("paymentattempt", amount_fen="0")),
    guard(
        "paymentattempt", "attempt_paid_with_date",
        updating("paymentattempt", "settled_on = NULL", "state = 'paid'"),
    ),
    guard(
        "paymentattempt", "attempt_one_live",
        copied("paymentattempt", "r.state = 'paid'", sequence="99", reference="'another'"),
    ),
    guard(
        "paymentattempt", "attempt_sequence_once",
        copied("paymentattempt", reference="'another'", state="'failed'"),
    ),
    guard("paymentattempt", "attempt_as_the_bank_was_told", updating("paymentattempt", "amount_fen = 1"), NEVER),
    guard("paymentattempt", "attempt_stays", sql(f"DELETE FROM {S}paymentattempt"), "DELETE on subsidies_paymentattempt"),
    guard("policy", "policy_one_per_item_and_region", copied("policy", **NEW)),
    guard(
        "policyversion", "policyversion_dates_in_order",
        updating("policyversion", "effective_until = effective_from - 1"),
    ),
    guard(
        "policyversion", "policyversion_number_once",
        copied("policyversion", "r.state = 'published'", state="'retired'", **NEW),
    ),
    guard(
        "policyversion", "policyversion_one_draft",
        copied("policyversion", "r.state = 'draft'", number="99", **NEW),
    ),
    guard(
        "policyversion", "policyversion_one_in_force",
        copied("policyversion", "r.state = 'published'", number="99", **NEW),
    ),
    guard(
        "policyversion", "policyversion_published_by_someone",
        updating("policyversion", "content_sha256 = ''", "state = 'published'"),
    ),
    guard("policyversion", "policyversion_two_people", updating("policyversion", "published_by_id = made_by_id")),
    guard(
        "policyversion", "policyversion_published_stays",
        updating("policyversion", "content = '{}'", "state = 'published'"), "a published policy version never changes",
    ),
    guard("receipt", "receipt_amount", copied("receipt", amount_fen="0")),
    guard("receipt", "receipt_confirmed_at", copied("receipt", confirmed_at="NULL::text")),
    guard("receipt", "receipt_two_people", copied("receipt", confirmed_by_id="r.recorded_by_id")),
    guard("receipt", "receipt_confirmed_stays", updating("receipt", "amount_fen = 1"), "confirmed, it never changes"),
    guard("receipt", "receipt_adds_up", copied("receipt", reference="'another'", **NEW), "not the sum of its receipts"),
    guard("instalment", "instalment_adds_up", updating("instalment", "amount_fen = 1"), "instalments are no plan"),
    guard("recoveryorder", "recovery_amount", copied("recoveryorder", amount_fen="0", recovered_fen="0")),
    guard("recoveryorder", "recovery_ended_at_zero", copied("recoveryorder", state="'recovered'")),
    guard("recoveryorder", "recovery_issued_by_someone", copied("recoveryorder", due_on="NULL::text")),
    guard(
        "recoveryorder", "recovery_not_more_than_asked", copied("recoveryorder", recovered_fen="r.amount_fen + 1")
    ),
    guard("recoveryorder", "recovery_two_people", copied("recoveryorder", issued_by_id="r.proposed_by_id")),
    guard("recoveryorder", "recovery_written_off_by_document", copied("recoveryorder", written_off_fen="1")),
    guard("recoveryorder", "recovery_qualified_until", copied("recoveryorder", qualified_until="'2026-01-01'")),
    guard("recoveryorder", "recovery_second_payment_once", copied("recoveryorder", "r.attempt_id IS NOT NULL", number="'another'", **NEW)),
    guard("recoveryorder", "recovery_one_open", copied("recoveryorder", number="'another'", **NEW)),
    guard(
        "recoveryorder", "recovery_adds_up",
        copied("recoveryorder", number="'another'", state="'dropped'", **NEW), "not the sum of its receipts",
    ),
    guard(
        "recoveryorder", "recoveryorder_issued_stays", updating("recoveryorder", "reasons = ''"),
        "what was issued never changes",
    ),
    guard("returnfile", "returnfile_reference_once", copied("returnfile", sha256="'another'", **NEW)),
    guard("returnfile", "returnfile_stays_raw", updating("returnfile", "content = ''"), NEVER),
    guard("returnline", "returnline_number_once", copied("returnline", id="gen_random_uuid()")),
    guard("returnline", "returnline_stays_raw", updating("returnline", "raw = ''"), NEVER),
    guard("roster", "roster_done_of_total", updating("roster", "done = total + 1")),
    guard("roster", "roster_file_once_per_claim", copied("roster", **NEW)),
    guard("rosterrow", "rosterrow_once", copied("rosterrow")),
]  # fmt: skip


@pytest.fixture
def _world():
    world()
    with connection.cursor() as cursor:
        cursor.execute(TELL)


def test_every_constraint_trigger_and_unique_index_of_the_subsidies_has_a_case():
    written = {(table, name) for table, name in guards_of(*TABLES) if not OF_DJANGO.search(name)}

    assert written == {(guard.table, guard.name) for guard in GUARDS}


def fault(guard):
    """What is wrong with one guard, empty when it holds and nothing else does; what was broken is undone."""
    try:
        with transaction.atomic():
            assert_holds(guard)
            raise Undone
    except Undone:
        return ""
    except AssertionError as error:
        return f"{guard}: {error}"


class Undone(Exception):
    pass


@pytest.mark.usefixtures("_world")
def test_each_guard_is_the_one_that_holds():
    faults = [found for guard in GUARDS if (found := fault(guard))]

    assert faults == []


FOREIGN_KEYS = """
SELECT conname, attname, typname FROM pg_constraint
  JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] JOIN pg_type ON pg_type.oid = atttypid
 WHERE conrelid = %s::regclass AND contype = 'f' AND cardinality(conkey) = 1
"""


@pytest.mark.usefixtures("_world")
def test_what_django_guards_in_each_table_is_guarded():
    faults = [found for table in TABLES for found in _faults_of(table)]

    assert faults == []


def _faults_of(table):
    guards = sorted(name for _table, name in guards_of(table) if OF_DJANGO.search(name))
    with connection.cursor() as cursor:
        cursor.execute(FOREIGN_KEYS, [table])
        columns = {name: (column, kind) for name, column, kind in cursor.fetchall()}
    with transaction.atomic():
        _strip(table)
        faults = [
            fault(Guard(table, name, name, _breaking(table, name, columns, others=set(guards) - {name})))
            for name in guards
        ]
        transaction.set_rollback(True)
    return [found for found in faults if found]


def _strip(table):
    """Everything that somebody wrote for this table by hand is gone, so that only Django's guards answer."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for case in GUARDS:
        if case.table == table:
            drop(case)


def _drop(name, table):
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
        cursor.execute(f'DROP INDEX IF EXISTS "{name}"')


def _breaking(table, name, columns, *, others):
    if name in columns:
        column, kind = columns[name]
        nowhere = "'00000000-0000-4000-8000-000000000000'" if kind == "uuid" else "-987654321"
        return sql(f"UPDATE {table} SET {column} = {nowhere} WHERE ctid = (SELECT min(ctid) FROM {table})")
    if name.endswith("_check"):
        column = name.removeprefix(f"{table}_").removesuffix("_check")
        return sql(f'UPDATE {table} SET "{column}" = -1')

    def twice():
        for other in others:
            if other.endswith(("_pkey", "_key", "_uniq")):
                _drop(other, table)
        written = ", ".join(written_columns(table))
        sql(
            f"INSERT INTO {table} ({written}) SELECT {written} FROM {table} r WHERE {_filled(name)} LIMIT 1"
        )()

    return twice


def _filled(name):
    """A row in which the columns of a unique constraint have a value: NULL is never twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT string_agg(format('r.%%I IS NOT NULL', attname), ' AND ') FROM pg_constraint
                 JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey) WHERE conname = %s""",
            [name],
        )
        return cursor.fetchone()[0] or "true"
