"""What the proof of claims is compared with: written without a line of the portal's own code."""

from collections.abc import Iterable


def granted_fen(age: int) -> int:
    """Odd amounts, so that a fen too many anywhere shows in the sum."""
    return 150_000 + age * 997


def fold(sent: Iterable[bytes], received: Iterable[bytes]) -> dict[str, int]:
    """Fen that each reference brought its payee, by the raw files: paid, less what was returned, said twice or not.

    Raises ValueError when an answer names a reference that was never sent, or another amount.
    """
    asked: dict[str, int] = {}
    for content in sent:
        for fields in _details(content):
            asked[fields[2]] = _fen(fields[7])
    said: dict[str, set[str]] = {}
    for content in received:
        for fields in _details(content):
            if asked.get(fields[2]) != _fen(fields[5]):
                raise ValueError(f"{fields[2]}: {fields[5]} was never asked for")
            said.setdefault(fields[2], set()).add(fields[6])
    return {
        reference: fen * (("S" in said.get(reference, ())) - ("R" in said.get(reference, ())))
        for reference, fen in asked.items()
    }


def _details(content: bytes) -> Iterable[list[str]]:
    lines = content.decode("gb18030").split("\r\n")
    return (line.split("|") for line in lines if line.startswith("D|"))


def _fen(yuan: str) -> int:
    whole, _point, rest = yuan.partition(".")
    return int(whole) * 100 + int(rest)
