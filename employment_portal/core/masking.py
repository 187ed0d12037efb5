"""What may be shown of a name or number: enough to recognise one's own, too little to misuse."""

STAR = "*"


def _head_and_tail(value: str, head: int, tail: int) -> str:
    if len(value) <= head + tail:
        return STAR * len(value)
    return value[:head] + STAR * (len(value) - head - tail) + value[len(value) - tail :]


def mask_identity(number: str) -> str:
    """``510104199003071234`` → ``5101**********1234``: no birth date, no county."""
    return _head_and_tail(number, 4, 4)


def mask_name(name: str) -> str:
    """``陈芳`` → ``陈*``, ``陈小芳`` → ``陈*芳``, ``欧阳娜娜`` → ``欧**娜``."""
    if len(name) <= 1:
        return STAR * len(name)
    if len(name) == 2:
        return name[0] + STAR
    return _head_and_tail(name, 1, 1)


def mask_mobile(number: str) -> str:
    """``13812345678`` → ``138****5678``."""
    return _head_and_tail(number, 3, 4)


def mask_account(number: str) -> str:
    """``6222021234567890`` → ``************7890``: a bank card keeps its tail only."""
    return _head_and_tail(number, 0, 4)
