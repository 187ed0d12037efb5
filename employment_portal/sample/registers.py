"""What other authorities know of the sample city, through the same import that takes their real files."""

import hashlib
import io
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from employment_portal.registers import simulator
from employment_portal.registers.actions import open_batch, run_batch
from employment_portal.registers.enums import Register


def fill_registers(*, now: datetime) -> None:
    """Import every simulated register, as the nightly collection would."""
    for register in Register.values:
        deliver(
            register,
            simulator.register_rows(register, on=timezone.localdate(now)),
            source=simulator.NAME,
            now=now,
        )


def deliver(register: str, rows: Iterable[simulator.Row], *, source: str, now: datetime) -> None:
    """Import rows of a register as a file of ``source``."""
    content = simulator.as_csv(register, rows)
    batch = open_batch(
        register=register,
        source=source,
        file_name=f"{register}.csv",
        sha256=hashlib.sha256(content).hexdigest(),
        by=None,
        now=now,
    )
    run_batch(batch_id=batch.pk, stream=io.BytesIO(content))
