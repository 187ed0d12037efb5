from django.utils import timezone

from jobs.imports.models import ImportBatch


def batch(at) -> dict:
    row = ImportBatch.objects.create(
        source="example",
        file_name="adverts.csv",
        sha256="0" * 64,
        size=1,
        state="finished",
        created_at=timezone.now(),
        started_at=timezone.now(),
        finished_at=timezone.now(),
        mapping={"name": "standard", "columns": {}},
    )
    return {"public_id": row.public_id}


OBJECTS = {
    f"jobs:imports:{name}": batch for name in ("batch", "columns", "discard", "report", "continue", "undo")
}
SHARED = set(OBJECTS)  # lists of adverts belong to the city, not to a region in it
