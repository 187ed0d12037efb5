"""A bank that answers, well or badly, on this machine: for demonstrations, rehearsals and tests, never for real money.

It works on the folders of ``DirectoryBank`` and keeps what it did beside each taken file. How it misbehaves is one of
SCENARIOS; the same seed and file give the same answer. ``manage.py bank_simulator`` runs it as a process of its own,
``/simulator/bank/`` steers it.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from subsidies.payments.banks import BankRefused, BankUnclear, DirectoryBank, write_whole
from subsidies.payments.enums import BankFormat, LineOutcome, ReturnFormat
from subsidies.payments.formats import delimited, iso20022
from subsidies.payments.formats.layouts import read_payments
from subsidies.payments.formats.records import Answer, AnswerFile, PaymentFile

REASONS = ("账号户名不符", "账户状态异常", "账号不存在", "收款账户已销户")
FAILED_SHARE = 0.08

SCENARIOS = {
    "paid": _("Everything is paid"),
    "mixed": _("Most are paid, some refused"),
    "partial": _("Only part is answered; the rest when asked again"),
    "duplicate": _("The same answers come twice, in two files"),
    "reordered": _("The answers come in two files, in any order"),
    "late_return": _("Paid, and days later some come back"),
    "contradictory": _("Some are refused and later said to be paid"),
    "whole": _("The whole package comes back"),
    "wrong_amount": _("One amount differs"),
    "wrong_payee": _("One payee differs"),
    "unknown_reference": _("One reference is nobody's"),
    "cut": _("The file is cut in half"),
    "silent": _("No answer at all"),
}
TROUBLES = {
    "": _("The line works"),
    "refuse": _("The bank refuses the next file"),
    "timeout_taken": _("The next file arrives, but the bank's word is lost"),
    "timeout_lost": _("The next file is lost on the way"),
}


@dataclass(frozen=True)
class Control:
    """How the simulator behaves: what it answers by itself, from which seed, and what befalls the next file."""

    scenario: str = "mixed"
    seed: int = 1
    trouble: str = ""
    by_itself: bool = True


class SimulatedBank(DirectoryBank):
    """The portal's side of the simulator: the same folders, with the trouble on the line that was asked for."""

    def send(self, name: str, content: bytes) -> str:
        control = read_control(self.folder)
        if control.trouble:
            write_control(self.folder, replace(control, trouble=""))
        if control.trouble == "refuse":
            raise BankRefused("simulated")
        if control.trouble == "timeout_lost":
            raise BankUnclear("simulated: lost on the way")
        reference = super().send(name, content)
        if control.trouble == "timeout_taken":
            raise BankUnclear("simulated: taken, the answer was lost")
        return reference


def read_control(folder: Path) -> Control:
    try:
        return Control(**json.loads((folder / "control.json").read_text()))
    except (OSError, ValueError, TypeError):
        return Control()


def write_control(folder: Path, control: Control) -> None:
    write_whole(folder / "control.json", json.dumps(vars(control)).encode())


class Simulator:
    """The bank's side: takes what is in ``outgoing``, answers into ``incoming``."""

    def __init__(self, folder: Path | None = None):
        self.bank = DirectoryBank(folder)
        self.folder = self.bank.folder

    def take(self) -> list[str]:
        """Take every file that waits; the names."""
        names = []
        for path in sorted((self.folder / "outgoing").iterdir()):
            if path.is_file() and not path.name.startswith("."):
                path.replace(self.folder / "taken" / path.name)
                names.append(path.name)
        return names

    def taken(self) -> list[str]:
        """The payment files that it has, newest first."""
        files = [path for path in (self.folder / "taken").iterdir() if path.suffix in {".txt", ".xml"}]
        return [path.name for path in sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)]

    def unanswered(self) -> list[str]:
        return [name for name in self.taken() if not self._memory(name).exists()]

    def done(self, name: str) -> list[str]:
        """The scenarios by which it has answered a file so far."""
        try:
            return list(json.loads(self._memory(name).read_text())["done"])
        except (OSError, ValueError, KeyError):
            return []

    def answer(self, name: str, scenario: str, *, seed: int = 1, today: date) -> list[str]:
        """Write the answers of a scenario to a taken file; the names of the files written."""
        content = (self.folder / "taken" / name).read_bytes()
        format = BankFormat.PAIN001 if name.endswith(".xml") else BankFormat.DELIMITED
        asked = read_payments(content, format)
        done = self.done(name)
        # The bank's mood belongs to the file and the seed, not to the hour.
        chance = random.Random(f"{seed}:{asked.batch}")
        asked_again = scenario == "partial" and scenario in done
        files = (_rest if asked_again else SCENARIO_FILES[scenario])(asked, chance, today)
        written = []
        for number, (file, spoil) in enumerate(files, start=1):
            file = replace(file, reference=f"{asked.batch}-{len(done) + 1}-{number}"[:35])
            bytes_ = spoil(_render(file, format, today))
            answer_name = (
                f"{asked.batch}-{len(done) + 1}-{number}.{'xml' if format == BankFormat.PAIN001 else 'txt'}"
            )
            write_whole(self.folder / "incoming" / answer_name, bytes_)
            written.append(answer_name)
        write_whole(self._memory(name), json.dumps({"done": [*done, scenario]}).encode())
        return written

    def work(self, *, today: date) -> list[str]:
        """One round: take what waits and answer what has no answer yet; the files written."""
        control = read_control(self.folder)
        self.take()
        written = []
        if control.by_itself:
            for name in self.unanswered():
                written += self.answer(name, control.scenario, seed=control.seed, today=today)
        return written

    def _memory(self, name: str) -> Path:
        return self.folder / "taken" / f".{name}.json"


Spoil = Callable[[bytes], bytes]
Files = list[tuple[AnswerFile, Spoil]]


def _as_it_is(content: bytes) -> bytes:
    return content


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _render(file: AnswerFile, format: str, today: date) -> bytes:
    if format == BankFormat.DELIMITED:
        return delimited.render_answer(file, today)
    # ISO 20022 keeps answers to an order and returns of money apart.
    returned = bool(file.lines) and all(line.outcome == LineOutcome.RETURNED for line in file.lines)
    return iso20022.render_answer(
        replace(file, format=ReturnFormat.PACS004 if returned else ReturnFormat.PAIN002), today
    )


def _lines(
    asked: PaymentFile, outcome_of: Callable[[Any], LineOutcome | None], day: date, chance: random.Random
) -> list[Answer]:
    lines: list[Answer] = []
    for payment in asked.payments:
        outcome = outcome_of(payment)
        if outcome is None:
            continue
        reason = "" if outcome == LineOutcome.PAID else chance.choice(REASONS)
        lines.append(
            Answer(
                len(lines) + 1, "", payment.reference, outcome, payment.amount_fen, payment.number, payment.holder,
                reason, day,
            )
        )  # fmt: skip
    return lines


def _file(asked: PaymentFile, lines: list[Answer], whole: Answer | None = None) -> AnswerFile:
    numbered = [replace(line, number=number) for number, line in enumerate(lines, start=1)]
    return AnswerFile(ReturnFormat.DELIMITED, "", asked.batch, numbered, whole)


def _mixed(asked: PaymentFile, chance: random.Random, today: date) -> list[Answer]:
    return _lines(
        asked,
        lambda _p: LineOutcome.FAILED if chance.random() < FAILED_SHARE else LineOutcome.PAID,
        today,
        chance,
    )


def _chosen(asked: PaymentFile, chance: random.Random) -> set[str]:
    """Some of the payments, at least one."""
    references = [payment.reference for payment in asked.payments]
    return set(chance.sample(references, max(1, len(references) // 10)))


def _paid(asked: PaymentFile, chance: random.Random, today: date) -> Files:
    return [(_file(asked, _lines(asked, lambda _p: LineOutcome.PAID, today, chance)), _as_it_is)]


def _some_refused(asked: PaymentFile, chance: random.Random, today: date) -> Files:
    return [(_file(asked, _mixed(asked, chance, today)), _as_it_is)]


def _partial(asked: PaymentFile, chance: random.Random, today: date) -> Files:
    lines = _mixed(asked, chance, today)
    return [(_file(asked, lines[: _first_part(lines)]), _as_it_is)]


def _rest(asked: PaymentFile, chance: random.Random, today: date) -> Files:
    """What ``_partial`` left out: the same seed has the same mood again."""
    lines = _mixed(asked, chance, today)
    left = lines[_first_part(lines) :]
    return [(_file(asked, left), _as_it_is)] if left else []


def _first_part(lines: list[Answer]) -> int:
    return max(1, len(lines) * 6 // 10)


def _duplicate(asked: PaymentFile, chance: random.Random, today: date) -> Files:
    lines = _mixed(asked, chance, today)
    return [(_file(asked, lines), _as_it_is), (_file(asked, lines), _as_it_is)]


def _reordered(asked: PaymentFile, chance: random.Random, today: date) -> Files:
    lines = _mixed(asked, chance, today)
    chance.shuffle(lines)
    middle = len(lines) // 2
    return [(_file(asked, part), _as_it_is) for part in (lines[middle:], lines[:middle]) if part]


def _late_return(asked: PaymentFile, chance: random.Random, today: date) -> Files:
    back = _chosen(asked, chance)
    returned = _lines(
        asked,
        lambda p: LineOutcome.RETURNED if p.reference in back else None,
        today + timedelta(days=3),
        chance,
    )
    return [*_paid(asked, chance, today), (_file(asked, returned), _as_it_is)]


def _contradictory(asked: PaymentFile, chance: random.Random, today: date) -> Files:
    refused = _chosen(asked, chance)
    first = _lines(
        asked, lambda p: LineOutcome.FAILED if p.reference in refused else LineOutcome.PAID, today, chance
    )
    later = _lines(
        asked,
        lambda p: LineOutcome.PAID if p.reference in refused else None,
        today + timedelta(days=3),
        chance,
    )
    return [(_file(asked, first), _as_it_is), (_file(asked, later), _as_it_is)]


def _whole(asked: PaymentFile, chance: random.Random, today: date) -> Files:
    whole = Answer(
        1, "", asked.batch, LineOutcome.FAILED, None, reason="付款账户余额不足，整包退回", settled_on=today
    )
    return [(_file(asked, [], whole), _as_it_is)]


def _with_one(change: Callable[[Answer], Answer]) -> Callable[[PaymentFile, random.Random, date], Files]:
    def files(asked: PaymentFile, chance: random.Random, today: date) -> Files:
        lines = _lines(asked, lambda _p: LineOutcome.PAID, today, chance)
        place = chance.randrange(len(lines))
        lines[place] = change(lines[place])
        return [(_file(asked, lines), _as_it_is)]

    return files


def _cut(asked: PaymentFile, chance: random.Random, today: date) -> Files:
    return [(_file(asked, _mixed(asked, chance, today)), _half)]


SCENARIO_FILES: dict[str, Callable[[PaymentFile, random.Random, date], Files]] = {
    "paid": _paid,
    "mixed": _some_refused,
    "partial": _partial,
    "duplicate": _duplicate,
    "reordered": _reordered,
    "late_return": _late_return,
    "contradictory": _contradictory,
    "whole": _whole,
    "wrong_amount": _with_one(lambda line: replace(line, amount_fen=(line.amount_fen or 0) + 1)),
    "wrong_payee": _with_one(lambda line: replace(line, holder=f"{line.holder}某")),
    "unknown_reference": _with_one(lambda line: replace(line, reference=f"X{line.reference}"[:35])),
    "cut": _cut,
    "silent": lambda _asked, _chance, _today: [],
}
