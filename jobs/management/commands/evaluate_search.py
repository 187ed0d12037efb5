import json
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from jobs.search.evaluation import (
    BAR_NDCG_RATIO,
    BAR_VARIANT_PRECISION,
    BAR_ZERO_RESULTS,
    REPORTED_ON,
    TUNED_ON,
    Evaluation,
    evaluate,
    read_adverts,
)

DATA = settings.BASE_DIR.parent / "shared" / "data" / "job-ads-51job.csv.gz"


class Command(BaseCommand):
    help = (
        "Measure the ranking of the search on real adverts against BM25. Exit status 1 when a bar is missed. "
        "Nothing is written: the adverts are indexed in tables of one transaction."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=DATA, help="the adverts, a CSV file, may be gzipped")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args, data: Path, **options) -> None:
        if not data.is_file():
            raise CommandError(
                f"The adverts to measure with are not there: {data}. Name the file with --data."
            )
        adverts = read_adverts(data)
        with transaction.atomic():
            evaluation = evaluate(adverts)
            transaction.set_rollback(True)
        self.stdout.write(json.dumps(_as_json(evaluation)) if options["json"] else _as_table(evaluation))
        if not evaluation.ok:
            raise SystemExit(1)


def _as_json(evaluation: Evaluation) -> dict:
    ours, bm25 = evaluation.mean(REPORTED_ON)
    results = [
        {
            "name": "nDCG@10 on the families not tuned on",
            "value": round(ours, 4),
            "unit": "nDCG@10",
            "against": round(bm25, 4),
            "ratio": round(evaluation.ratio, 3),
            "bar": BAR_NDCG_RATIO,
            "ok": evaluation.ratio >= BAR_NDCG_RATIO,
        },
        *(
            {
                "name": f"variant {name}",
                "value": round(value, 4),
                "unit": "P@10",
                "against": None,
                "ratio": None,
                "bar": BAR_VARIANT_PRECISION,
                "ok": value >= BAR_VARIANT_PRECISION,
            }
            for name, value in evaluation.variants.items()
        ),
        {
            "name": "queries without a result",
            "value": round(evaluation.zero_results, 4),
            "unit": "share",
            "against": None,
            "ratio": None,
            "bar": BAR_ZERO_RESULTS,
            "ok": evaluation.zero_results < BAR_ZERO_RESULTS,
        },
    ]
    families = {
        family.family: {
            "queries": family.queries,
            "ndcg": round(family.ndcg, 4),
            "bm25": round(family.bm25, 4),
        }
        for family in evaluation.families
    }
    return {"bench": "evaluate_search", "rows": evaluation.adverts, "results": results, "families": families}


def _as_table(evaluation: Evaluation) -> str:
    lines = [
        f"{evaluation.adverts} adverts",
        "",
        f"{'family':<12}{'queries':>8}{'nDCG@10':>10}{'BM25':>8}{'ratio':>8}",
    ]
    for family in evaluation.families:
        mark = "" if family.family in REPORTED_ON else "  tuned on"
        ratio = family.ndcg / family.bm25 if family.bm25 else 0
        lines.append(
            f"{family.family:<12}{family.queries:>8}{family.ndcg:>10.3f}{family.bm25:>8.3f}{ratio:>8.2f}{mark}"
        )
    for label, families in (("tuned on", TUNED_ON), ("reported", REPORTED_ON)):
        ours, bm25 = evaluation.mean(families)
        lines.append(f"{label:<20}{ours:>10.3f}{bm25:>8.3f}{(ours / bm25 if bm25 else 0):>8.2f}")
    lines += ["", f"ratio on the reported families {evaluation.ratio:.3f}, bar {BAR_NDCG_RATIO}"]
    lines += [
        f"P@10 {name:<12}{value:.3f}, bar {BAR_VARIANT_PRECISION}"
        for name, value in evaluation.variants.items()
    ]
    lines.append(f"queries without a result {evaluation.zero_results:.1%}, bar below {BAR_ZERO_RESULTS:.0%}")
    lines.append("every bar is met" if evaluation.ok else "a bar is missed")
    return "\n".join(lines)
