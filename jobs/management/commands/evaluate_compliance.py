import csv
import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from employment_portal.core.errors import DomainError
from jobs.compliance.engine import Finding, check_text, rules_in_force
from jobs.imports.employers import EmployerNotUnderstood, parse_nature
from jobs.imports.mapping import detect, mapping_named
from jobs.imports.readers import open_list

LABELS = settings.BASE_DIR / "tests" / "jobs" / "data" / "compliance_labels.csv"
RIGHT, WRONG = "right", "wrong"


class Command(BaseCommand):
    help = (
        "Run the compliance rules over lists of adverts and count what they find. With the hand-made labels, which "
        "hold no advert, only a hash of its text, also how often a rule is right."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", nargs="+", type=Path, help="lists of adverts as import_postings reads them"
        )
        parser.add_argument("--mapping", default="", help="told by the headings")
        parser.add_argument("--labels", type=Path, default=LABELS)
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the day whose rules apply, today by default"
        )
        parser.add_argument("--sample", type=Path, help="write findings without a label here, to be labelled")
        parser.add_argument("--per-rule", type=int, default=60, help="size of the sample of each rule")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, files, mapping, labels, on, sample, per_rule, seed, **options) -> None:
        on = on or timezone.localdate()
        known = read_labels(labels)
        adverts = 0
        worst: Counter[str] = Counter()
        found: Counter[str] = Counter()
        texts: dict[str, dict[str, tuple[str, Finding, str]]] = {}
        try:
            for fields, nature in _adverts(files, mapping):
                adverts += 1
                findings = check_text(fields, on=on, nature=nature)
                worst[
                    "must_fix" if any(f.must_fix for f in findings) else "check" if findings else "none"
                ] += 1
                for finding in findings:
                    found[finding.rule_id] += 1
                    text = fields[finding.field]
                    texts.setdefault(finding.rule_id, {})[key_of(finding, text)] = (
                        finding.field,
                        finding,
                        text,
                    )
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"rules of {rules_in_force(on).version}, {adverts} adverts")
        for name in ("must_fix", "check", "none"):
            self.stdout.write(f"  {name:<9} {worst[name]:>7} adverts ({worst[name] / max(adverts, 1):.2%})")
        self._table(rules_in_force(on), found, texts, known)
        if sample:
            _write_sample(sample, texts, known, per_rule, seed)

    def _table(
        self, ruleset: Any, found: Counter[str], texts: dict[str, dict[str, Any]], known: dict[str, str]
    ) -> None:
        self.stdout.write("| rule | severity | findings | different texts | labelled | right | precision |")
        self.stdout.write("|---|---|--:|--:|--:|--:|--:|")
        labelled_all = right_all = 0
        for rule in ruleset.rules:
            labelled = [known[key] for key in texts.get(rule.id, {}) if key in known]
            right = labelled.count(RIGHT)
            labelled_all, right_all = labelled_all + len(labelled), right_all + right
            precision = f"{right / len(labelled):.1%}" if labelled else "–"
            self.stdout.write(
                f"| {rule.id} | {rule.severity} | {found[rule.id]} | {len(texts.get(rule.id, {}))} "
                f"| {len(labelled)} | {right} | {precision} |"
            )
        if labelled_all:
            self.stdout.write(
                f"{right_all} of {labelled_all} labelled findings are right ({right_all / labelled_all:.1%})"
            )


def _adverts(files: list[Path], mapping_name: str) -> Iterator[tuple[dict[str, str], str]]:
    for path in files:
        with path.open("rb") as stream:
            listed = open_list(stream)
            mapping = mapping_named(mapping_name) if mapping_name else detect(listed.headings)
            if mapping is None:
                raise CommandError(f"{path}: the columns are not understood, give --mapping")
            for row in listed.rows:
                try:
                    nature = parse_nature(mapping.pick(row.values, "nature"))
                except EmployerNotUnderstood:
                    nature = ""
                fields = {
                    "title": mapping.pick(row.values, "title"),
                    "description": mapping.pick(row.values, "duties"),
                    "requirements": mapping.pick(row.values, "requirements"),
                    "keywords": "，".join(mapping.pick(row.values, "tags").split()),
                }
                yield fields, nature


def key_of(finding: Finding, text: str) -> str:
    """Names one finding without keeping the advert: a hash of the text, the rule and the place."""
    said = f"{finding.rule_id}\x1f{finding.field}\x1f{finding.start}\x1f{finding.end}\x1f{text}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:20]


def read_labels(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["finding"]: row["label"] for row in csv.DictReader(file)}


def _write_sample(
    path: Path, texts: dict[str, dict[str, Any]], known: dict[str, str], per_rule: int, seed: int
) -> None:
    """Findings without a label, with the words around them, for a person to judge."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["finding", "rule", "words", "around", "label"])
        for rule_id, findings in sorted(texts.items()):
            keys = sorted(key for key in findings if key not in known)
            for key in sorted(chance.sample(keys, min(per_rule, len(keys)))):
                _field, finding, text = findings[key]
                around = (
                    text[max(0, finding.start - 25) : finding.start]
                    + "【"
                    + text[finding.start : finding.end]
                )
                around = " ".join((around + "】" + text[finding.end : finding.end + 20]).split())
                writer.writerow([key, rule_id, text[finding.start : finding.end], around, ""])
