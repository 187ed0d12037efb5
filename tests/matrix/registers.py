from tests.factories.registers import RegisterBatchFactory


def batch(at) -> dict:
    return {"public_id": RegisterBatchFactory().public_id}


def register(at) -> dict:
    return {"register": "insurance"}


OBJECTS = {
    "registers:batch": batch,
    "registers:report": batch,
    "registers:undo": batch,
    "registers:template": register,
}
SHARED = set(OBJECTS)  # files of registers belong to the city, not to a region in it
