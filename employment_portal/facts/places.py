"""Places as facts find them."""

from employment_portal.facts.catalogue import Lookup


def place_of(column: str) -> Lookup:
    """The region that ``column`` of the entity's row points to: ``{found}.path``."""
    return Lookup(
        "SELECT place.id AS of, place.path FROM regions_region place", f"{{found}}.of = {{row}}.{column}"
    )
