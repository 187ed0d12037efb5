"""docs/operations.md says what there is."""

import re

from employment_portal.launcher import up
from tests.launcher.installation import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_variable_that_the_settings_read_is_listed():
    source = (ROOT / "employment_portal" / "settings.py").read_text(encoding="utf-8")
    read = set(
        re.findall(r"(?:environ(?:\.get\(|\[)|env_bool\(|env_list\(|= secret\()\s*\"([A-Z_]+)\"", source)
    )

    missing = sorted(name for name in read if f"`{name}`" not in PAGE)

    assert read
    assert not missing


def test_every_option_of_up_is_listed():
    options = {
        name for action in up.parser()._actions for name in action.option_strings if name.startswith("--")
    }

    missing = [name for name in sorted(options - {"--help"}) if not re.search(rf"`{name}\b", PAGE)]

    assert not missing
