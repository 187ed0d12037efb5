"""ISO 20022: pain.001.001.09 to the bank; pain.002.001.10 and pacs.004.001.09 from it.

Only the elements that a payment of subsidies needs. Entities, document types and the network are refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from lxml import etree

from subsidies.payments.enums import LineOutcome, ReturnFormat
from subsidies.payments.formats.records import Answer, AnswerFile, Damaged, Payment, PaymentFile, fen, yuan

PAIN001 = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
PAIN002 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
PACS004 = "urn:iso:std:iso:20022:tech:xsd:pacs.004.001.09"
# ExternalPaymentTransactionStatus1Code: settled on the creditor's account, settlement completed, rejected.
PAID, REJECTED = {"ACCC", "ACSC"}, {"RJCT"}
# Received, checked, accepted or in process: no outcome, which a later message brings.
INTERIM = {"RCVD", "PDNG", "ACTC", "ACCP", "ACFC", "ACWC", "ACSP"}
ADDITIONAL = 105


def render(file: PaymentFile) -> bytes:
    """The bytes of a pain.001. Raises ValueError when a text cannot stand in XML."""
    root = etree.Element(_q(PAIN001, "Document"), nsmap={None: PAIN001})
    order = _add(root, "CstmrCdtTrfInitn")
    head = _add(order, "GrpHdr")
    count, total = str(len(file.payments)), yuan(file.total_fen)
    _add(head, "MsgId", file.batch)
    _add(head, "CreDtTm", f"{file.made_on:%Y-%m-%d}T00:00:00+08:00")
    _add(head, "NbOfTxs", count)
    _add(head, "CtrlSum", total)
    _add(_add(head, "InitgPty"), "Nm", file.payer_name)
    block = _add(order, "PmtInf")
    _add(block, "PmtInfId", f"{file.batch}-1")
    _add(block, "PmtMtd", "TRF")
    _add(block, "NbOfTxs", count)
    _add(block, "CtrlSum", total)
    _add(_add(block, "ReqdExctnDt"), "Dt", f"{file.made_on:%Y-%m-%d}")
    _add(_add(block, "Dbtr"), "Nm", file.payer_name)
    _add(_path(block, "DbtrAcct", "Id", "Othr"), "Id", file.payer_account)
    agent = _path(block, "DbtrAgt", "FinInstnId")
    if file.payer_bank_code:
        _add(_add(agent, "ClrSysMmbId"), "MmbId", file.payer_bank_code)
    else:
        _add(_add(agent, "Othr"), "Id", "NOTPROVIDED")
    for payment in file.payments:
        _payment(block, payment)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _payment(block: Any, payment: Payment) -> None:
    transfer = _add(block, "CdtTrfTxInf")
    names = _add(transfer, "PmtId")
    _add(names, "InstrId", str(payment.sequence))
    _add(names, "EndToEndId", payment.reference)
    _add(_add(transfer, "Amt"), "InstdAmt", yuan(payment.amount_fen), Ccy="CNY")
    agent = _path(transfer, "CdtrAgt", "FinInstnId")
    if payment.bank_code:
        _add(_add(agent, "ClrSysMmbId"), "MmbId", payment.bank_code)
    _add(agent, "Nm", payment.bank_name)
    _add(_add(transfer, "Cdtr"), "Nm", payment.holder)
    _add(_path(transfer, "CdtrAcct", "Id", "Othr"), "Id", payment.number)
    _add(_add(transfer, "RmtInf"), "Ustrd", payment.purpose)


def read_payments(content: bytes) -> PaymentFile:
    """A pain.001 read back: what a bank does with it. Raises Damaged."""
    root = _parse(content)
    if etree.QName(root).namespace != PAIN001:
        raise Damaged("header")
    block = _one(root, "CstmrCdtTrfInitn/PmtInf")
    payments = [
        Payment(
            sequence=int(_text(each, "PmtId/InstrId")),
            reference=_text(each, "PmtId/EndToEndId"),
            number=_text(each, "CdtrAcct/Id/Othr/Id"),
            holder=_text(each, "Cdtr/Nm"),
            bank_name=_text(each, "CdtrAgt/FinInstnId/Nm"),
            bank_code=_text(each, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"),
            amount_fen=fen(_text(each, "Amt/InstdAmt")),
            purpose=_text(each, "RmtInf/Ustrd"),
        )
        for each in _all(block, "CdtTrfTxInf")
    ]
    head = _one(root, "CstmrCdtTrfInitn/GrpHdr")
    file = PaymentFile(
        _text(head, "MsgId"),
        _day(_text(head, "CreDtTm")) or date.min,
        _text(block, "Dbtr/Nm"),
        _text(block, "DbtrAcct/Id/Othr/Id"),
        payments,
    )
    _check(len(payments), file.total_fen, _text(head, "NbOfTxs"), _text(head, "CtrlSum"))
    return file


def render_answer(file: AnswerFile, made_on: date) -> bytes:
    """The bytes of a pain.002 or pacs.004: what a bank writes (used by the simulator and the tests)."""
    return (
        _render_returns(file, made_on)
        if file.format == ReturnFormat.PACS004
        else _render_status(file, made_on)
    )


def _render_status(file: AnswerFile, made_on: date) -> bytes:
    root = etree.Element(_q(PAIN002, "Document"), nsmap={None: PAIN002})
    report = _add(root, "CstmrPmtStsRpt")
    head = _add(report, "GrpHdr")
    _add(head, "MsgId", file.reference)
    _add(head, "CreDtTm", f"{made_on:%Y-%m-%d}T20:00:00+08:00")
    group = _add(report, "OrgnlGrpInfAndSts")
    _add(group, "OrgnlMsgId", file.batch)
    _add(group, "OrgnlMsgNmId", "pain.001.001.09")
    if file.whole:
        _add(group, "GrpSts", "RJCT")
        _say(_add(group, "StsRsnInf"), file.whole.reason)
    else:
        _add(group, "GrpSts", "PART")
        block = _add(report, "OrgnlPmtInfAndSts")
        _add(block, "OrgnlPmtInfId", f"{file.batch}-1")
        for code, lines in _by_status(file.lines).items():
            part = _add(block, "NbOfTxsPerSts")
            _add(part, "DtldNbOfTxs", str(len(lines)))
            _add(part, "DtldSts", code)
            _add(part, "DtldCtrlSum", yuan(sum(line.amount_fen or 0 for line in lines)))
        for line in file.lines:
            each = _add(block, "TxInfAndSts")
            _add(each, "StsId", str(line.number))
            _add(each, "OrgnlEndToEndId", line.reference)
            _add(each, "TxSts", _status(line))
            if line.reason:
                _say(_add(each, "StsRsnInf"), line.reason)
            if line.settled_on:
                _add(each, "AccptncDtTm", f"{line.settled_on:%Y-%m-%d}T12:00:00+08:00")
            _original(each, line)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _status(line: Answer) -> str:
    codes = {LineOutcome.PAID: "ACCC", LineOutcome.FAILED: "RJCT", LineOutcome.INTERIM: "PDNG"}
    return codes.get(line.outcome, "BLCK")


def _by_status(lines: Sequence[Answer]) -> dict[str, list[Answer]]:
    parts: dict[str, list[Answer]] = {}
    for line in lines:
        parts.setdefault(_status(line), []).append(line)
    return parts


def _check_parts(report: Any) -> None:
    """Count and sum by status, where the bank gives them, hold for the transactions of their block."""
    for block in _all(report, "OrgnlPmtInfAndSts"):
        found: dict[str, list[str]] = {}
        for each in _all(block, "TxInfAndSts"):
            found.setdefault(_text(each, "TxSts"), []).append(_text(each, "OrgnlTxRef/Amt/InstdAmt"))
        for part in _all(block, "NbOfTxsPerSts"):
            amounts = found.get(_text(part, "DtldSts"), [])
            total = _text(part, "DtldCtrlSum")
            if _text(part, "DtldSts") in INTERIM and not any(amounts):
                amounts, total = ["0"] * len(amounts), ""  # the bank need not repeat them here
            try:
                summed = sum(fen(amount) for amount in amounts)
            except ValueError:
                raise Damaged("sum", said=total[:20], found="?") from None
            _check(len(amounts), summed, _text(part, "DtldNbOfTxs"), total or yuan(summed))


def _render_returns(file: AnswerFile, made_on: date) -> bytes:
    root = etree.Element(_q(PACS004, "Document"), nsmap={None: PACS004})
    returns = _add(root, "PmtRtr")
    head = _add(returns, "GrpHdr")
    _add(head, "MsgId", file.reference)
    _add(head, "CreDtTm", f"{made_on:%Y-%m-%d}T20:00:00+08:00")
    _add(head, "NbOfTxs", str(len(file.lines)))
    _add(head, "TtlRtrdIntrBkSttlmAmt", yuan(sum(line.amount_fen or 0 for line in file.lines)), Ccy="CNY")
    _add(head, "IntrBkSttlmDt", f"{made_on:%Y-%m-%d}")
    _add(_add(head, "SttlmInf"), "SttlmMtd", "CLRG")
    for line in file.lines:
        each = _add(returns, "TxInf")
        _add(each, "RtrId", f"{file.reference}-{line.number}"[:35])
        if file.batch:
            group = _add(each, "OrgnlGrpInf")
            _add(group, "OrgnlMsgId", file.batch)
            _add(group, "OrgnlMsgNmId", "pain.001.001.09")
        _add(each, "OrgnlEndToEndId", line.reference)
        _add(each, "RtrdIntrBkSttlmAmt", yuan(line.amount_fen or 0), Ccy="CNY")
        if line.settled_on:
            _add(each, "IntrBkSttlmDt", f"{line.settled_on:%Y-%m-%d}")
        if line.reason:
            _say(_add(each, "RtrRsnInf"), line.reason)
        _original(each, line)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _say(parent: Any, reason: str) -> None:
    """A reason in as many pieces as its length needs: one holds ADDITIONAL characters."""
    for start in range(0, len(reason), ADDITIONAL):
        _add(parent, "AddtlInf", reason[start : start + ADDITIONAL])


def _original(each: Any, line: Answer) -> None:
    original = _add(each, "OrgnlTxRef")
    if line.amount_fen is not None:
        _add(_add(original, "Amt"), "InstdAmt", yuan(line.amount_fen), Ccy="CNY")
    if line.holder:
        _add(_path(original, "Cdtr", "Pty"), "Nm", line.holder)
    if line.account:
        _add(_path(original, "CdtrAcct", "Id", "Othr"), "Id", line.account)


def looks_right(content: bytes) -> bool:
    return content.lstrip()[:200].startswith((b"<?xml", b"<Document", b"\xef\xbb\xbf<"))


def read(content: bytes) -> AnswerFile:
    """A pain.002 or pacs.004 as canonical records. Raises Damaged: not whole, wrong count or sum, another message."""
    root = _parse(content)
    namespace = etree.QName(root).namespace or ""
    if namespace.rpartition(":")[2].startswith("pain.002."):
        return _read_status(_one(root, "CstmrPmtStsRpt"))
    if namespace.rpartition(":")[2].startswith("pacs.004."):
        return _read_returns(_one(root, "PmtRtr"))
    raise Damaged("header")


def _read_status(report: Any) -> AnswerFile:
    made_on = _day(_text(report, "GrpHdr/CreDtTm"))
    batch = _text(report, "OrgnlGrpInfAndSts/OrgnlMsgId")
    reference = _text(report, "GrpHdr/MsgId")
    lines = []
    for number, each in enumerate(_all(report, "OrgnlPmtInfAndSts/TxInfAndSts"), start=1):
        status = _text(each, "TxSts")
        outcome = _outcome(status)
        line = _answer(number, each, outcome, "OrgnlTxRef/Amt/InstdAmt", "StsRsnInf", "AccptncDtTm", made_on)
        if outcome == LineOutcome.INTERIM:
            # The bank need not repeat the amount here; which status it is, is all that it says.
            line = replace(line, outcome=outcome, reason=f"{status} {line.reason}".strip()[:200])
        lines.append(line)
    _check_parts(report)
    whole = None
    if not lines:
        status = _text(report, "OrgnlGrpInfAndSts/GrpSts")
        outcome = _outcome(status)
        if outcome not in {LineOutcome.FAILED, LineOutcome.INTERIM}:
            raise Damaged("no_lines")
        reason = _reason(_first(report, "OrgnlGrpInfAndSts"), "StsRsnInf")
        raw = f"GrpSts {status} {reason}"
        if outcome == LineOutcome.INTERIM:
            reason = f"{status} {reason}".strip()[:200]
        whole = Answer(1, raw, batch, outcome, None, reason=reason, settled_on=made_on)
    return AnswerFile(ReturnFormat.PAIN002, reference[:80], batch, lines, whole)


def _outcome(status: str) -> LineOutcome:
    if status in PAID:
        return LineOutcome.PAID
    if status in REJECTED:
        return LineOutcome.FAILED
    return LineOutcome.INTERIM if status in INTERIM else LineOutcome.UNCLEAR


def _read_returns(returns: Any) -> AnswerFile:
    head = _one(returns, "GrpHdr")
    made_on = _day(_text(head, "IntrBkSttlmDt")) or _day(_text(head, "CreDtTm"))
    lines = [
        _answer(
            number, each, LineOutcome.RETURNED, "RtrdIntrBkSttlmAmt", "RtrRsnInf", "IntrBkSttlmDt", made_on
        )
        for number, each in enumerate(_all(returns, "TxInf"), start=1)
    ]
    if not lines:
        raise Damaged("no_lines")
    total = _text(head, "TtlRtrdIntrBkSttlmAmt")
    _check(len(lines), sum(line.amount_fen or 0 for line in lines), _text(head, "NbOfTxs"), total)
    batches = {_text(each, "OrgnlGrpInf/OrgnlMsgId") for each in _all(returns, "TxInf")}
    batch = batches.pop() if len(batches) == 1 else ""
    return AnswerFile(ReturnFormat.PACS004, _text(head, "MsgId")[:80], batch, lines)


def _answer(
    number: int, each: Any, outcome: LineOutcome, amount: str, reason: str, day: str, made_on: date | None
) -> Answer:
    value: int | None
    try:
        value = fen(_text(each, amount))
    except ValueError:
        value, outcome = None, LineOutcome.UNCLEAR
    return Answer(
        number=number,
        raw=etree.tostring(each, encoding="unicode", with_tail=False)[:20_000],
        reference=_text(each, "OrgnlEndToEndId")[:35],
        outcome=outcome,
        amount_fen=value,
        account=_text(each, "OrgnlTxRef/CdtrAcct/Id/Othr/Id"),
        holder=_text(each, "OrgnlTxRef/Cdtr/Pty/Nm") or _text(each, "OrgnlTxRef/Cdtr/Nm"),
        reason=_reason(each, reason),
        settled_on=_day(_text(each, day)) or made_on,
    )


def _reason(each: Any, name: str) -> str:
    words = "".join((piece.text or "").strip() for piece in _all(each, f"{name}/AddtlInf"))
    parts = [_text(each, f"{name}/Rsn/Cd") or _text(each, f"{name}/Rsn/Prtry"), words]
    return " ".join(part for part in parts if part)[:200]


def _parse(content: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise Damaged("cut_off") from None
    if root.getroottree().docinfo.doctype:
        raise Damaged("document_type")
    return root


def _check(count: int, total: int, said_count: str, said_total: str) -> None:
    if said_count != str(count):
        raise Damaged("count", said=said_count[:12], found=count)
    try:
        same = fen(said_total) == total
    except ValueError:
        same = False
    if not same:
        raise Damaged("sum", said=said_total[:20], found=yuan(total))


def _q(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def _add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    element = etree.SubElement(parent, _q(etree.QName(parent).namespace, name), attributes)
    element.text = text
    return element


def _path(parent: Any, *names: str) -> Any:
    for name in names:
        parent = _add(parent, name)
    return parent


def _all(parent: Any, path: str) -> Iterator[Any]:
    """Elements by local names, whatever version of the message's namespace they stand in."""
    name, _slash, rest = path.partition("/")
    for child in parent:
        if etree.QName(child).localname == name:
            if rest:
                yield from _all(child, rest)
            else:
                yield child


def _first(parent: Any, path: str) -> Any:
    return next(_all(parent, path), None)


def _one(parent: Any, path: str) -> Any:
    found = _first(parent, path)
    if found is None:
        raise Damaged("header")
    return found


def _text(parent: Any, path: str) -> str:
    found = _first(parent, path)
    return (found.text or "").strip() if found is not None else ""


def _day(written: str) -> date | None:
    try:
        return datetime.fromisoformat(written).date()
    except ValueError:
        return None
