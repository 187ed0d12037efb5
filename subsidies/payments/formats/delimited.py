"""A delimited payroll file (代发) and its return file (回盘): GB 18030, ``|`` between fields, CRLF, header and trailer.

To the bank::

    H|DF10|batch|yyyymmdd|count|sum|payer account|payer
    D|sequence|reference|account|holder|bank|bank code|amount|purpose
    T|count|sum

From the bank (status S paid, F refused, R returned after payment; package status 00 worked, 99 returned whole)::

    H|HP10|file reference|batch|yyyymmdd|count|sum|package status|reason
    D|sequence|reference|account|holder|amount|status|reason|yyyymmdd
    T|count|sum

Banks differ in such layouts: this one is the portal's own, a city's bank gets an adapter beside it.
"""

from collections.abc import Iterator
from datetime import date, datetime

from subsidies.payments.enums import LineOutcome, ReturnFormat
from subsidies.payments.formats.records import Answer, AnswerFile, Damaged, Payment, PaymentFile, fen, yuan

ENCODING = "gb18030"
OUTCOMES = {"S": LineOutcome.PAID, "F": LineOutcome.FAILED, "R": LineOutcome.RETURNED}
LETTERS = {outcome: letter for letter, outcome in OUTCOMES.items()}
WORKED, WHOLE = "00", "99"


def render(file: PaymentFile) -> bytes:
    """The bytes of a payment file. Raises ValueError when a field holds a separator."""
    count, total = len(file.payments), yuan(file.total_fen)
    lines = [
        _line(
            "H",
            "DF10",
            file.batch,
            f"{file.made_on:%Y%m%d}",
            count,
            total,
            file.payer_account,
            file.payer_name,
        )
    ]
    lines += [
        _line(
            "D",
            p.sequence,
            p.reference,
            p.number,
            p.holder,
            p.bank_name,
            p.bank_code,
            yuan(p.amount_fen),
            p.purpose,
        )
        for p in file.payments
    ]
    lines.append(_line("T", count, total))
    return "".join(lines).encode(ENCODING)


def read_payments(content: bytes) -> PaymentFile:
    """A payment file read back: what a bank does with it. Raises Damaged."""
    header, details, trailer = _frame(content, "DF10", 8)
    payments = [
        Payment(int(f[1]), f[2], f[3], f[4], f[5], f[6], fen(f[7]), f[8]) for _number, _raw, f in details
    ]
    file = PaymentFile(header[2], _day(header[3]) or date.min, header[7], header[6], payments)
    _check_sums(len(payments), file.total_fen, header[4], header[5], trailer)
    return file


def render_answer(file: AnswerFile, made_on: date) -> bytes:
    """The bytes of a return file: what a bank writes (used by the simulator and the tests)."""
    total = yuan(sum(line.amount_fen or 0 for line in file.lines))
    status, reason = (WHOLE, file.whole.reason) if file.whole else (WORKED, "")
    lines = [
        _line(
            "H",
            "HP10",
            file.reference,
            file.batch,
            f"{made_on:%Y%m%d}",
            len(file.lines),
            total,
            status,
            reason,
        )
    ]
    for line in file.lines:
        settled = f"{line.settled_on:%Y%m%d}" if line.settled_on else ""
        amount = "" if line.amount_fen is None else yuan(line.amount_fen)
        lines.append(
            _line("D", line.number, line.reference, line.account, line.holder, amount,
                  LETTERS.get(line.outcome, "?"), line.reason, settled)
        )  # fmt: skip
    lines.append(_line("T", len(file.lines), total))
    return "".join(lines).encode(ENCODING)


def looks_right(content: bytes) -> bool:
    return content.startswith(b"H|HP10|")


def read(content: bytes) -> AnswerFile:
    """A return file as canonical records. Raises Damaged: cut off, wrong count or sum, not GB 18030."""
    header, details, trailer = _frame(content, "HP10", 9)
    made_on = _day(header[4])
    lines = [_answer(number, raw, fields, made_on) for number, raw, fields in details]
    _check_sums(len(lines), sum(line.amount_fen or 0 for line in lines), header[5], header[6], trailer)
    whole = None
    if header[7] == WHOLE:
        if lines:
            raise Damaged("whole_with_lines")
        whole = Answer(
            1, "|".join(header), header[3], LineOutcome.FAILED, None, reason=header[8], settled_on=made_on
        )
    elif header[7] != WORKED:
        raise Damaged("package_status", status=header[7][:10])
    return AnswerFile(ReturnFormat.DELIMITED, header[2], header[3], lines, whole)


def _answer(number: int, raw: str, fields: list[str], made_on: date | None) -> Answer:
    _d, _sequence, reference, account, holder, amount, status, reason, day = fields
    outcome = OUTCOMES.get(status, LineOutcome.UNCLEAR)
    try:
        value = fen(amount)
    except ValueError:
        value, outcome = None, LineOutcome.UNCLEAR
    return Answer(
        number, raw, reference[:35], outcome, value, account, holder, reason[:200], _day(day) or made_on
    )


def _line(*fields: object) -> str:
    cells = [str(field) for field in fields]
    if any("|" in cell or "\r" in cell or "\n" in cell for cell in cells):
        raise ValueError(f"a field of a delimited file cannot hold a separator: {cells[0]} line")
    return "|".join(cells) + "\r\n"


def _frame(
    content: bytes, kind: str, header_fields: int
) -> tuple[list[str], list[tuple[int, str, list[str]]], list[str]]:
    try:
        text = content.decode(ENCODING)
    except UnicodeDecodeError:
        raise Damaged("encoding") from None
    if not text.endswith("\n"):
        raise Damaged("cut_off")
    rows = list(_rows(text))
    if not rows or rows[0][0] != "H" or len(rows[0]) != header_fields or rows[0][1] != kind:
        raise Damaged("header")
    if rows[-1][0] != "T" or len(rows[-1]) != 3:
        raise Damaged("cut_off")
    details = []
    for number, fields in enumerate(rows[1:-1], start=1):
        if fields[0] != "D" or len(fields) != 9:
            raise Damaged("line", number=number)
        details.append((number, "|".join(fields), fields))
    return rows[0], details, rows[-1]


def _rows(text: str) -> Iterator[list[str]]:
    for line in text.split("\n"):
        if line.strip():
            yield line.rstrip("\r").split("|")


def _check_sums(count: int, total: int, said_count: str, said_total: str, trailer: list[str]) -> None:
    for counted, summed in ((said_count, said_total), (trailer[1], trailer[2])):
        if counted != str(count):
            raise Damaged("count", said=counted[:12], found=count)
        try:
            same = fen(summed) == total
        except ValueError:
            same = False
        if not same:
            raise Damaged("sum", said=summed[:20], found=yuan(total))


def _day(written: str) -> date | None:
    try:
        return datetime.strptime(written, "%Y%m%d").date()
    except ValueError:
        return None
