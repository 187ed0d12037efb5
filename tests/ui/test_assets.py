import re
from pathlib import Path

from django.conf import settings

TEMPLATES = list((settings.BASE_DIR / "templates").rglob("*.html"))


def test_the_dark_theme_is_the_same_by_device_and_by_choice():
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()

    by_device = re.search(r':not\(\[data-theme="light"\]\) \{(.*?)\n\}', css, re.DOTALL)[1]
    by_choice = re.search(r':root\[data-theme="dark"\] \{(.*?)\n\}', css, re.DOTALL)[1]

    assert re.findall(r"--[\w-]+: [^;]+", by_device) == re.findall(r"--[\w-]+: [^;]+", by_choice)


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (settings.BASE_DIR / "static/icons.svg").read_text()))

    named = {
        (name, path.name)
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([\w-]+)"|\bicon(?:_end)?="([\w-]+)"', path.read_text())
        for name in name
        if name
    }

    assert [(name, file) for name, file in sorted(named) if name not in sprite] == []


def test_no_template_has_inline_script_or_style():
    guilty = [
        str(path.relative_to(settings.BASE_DIR))
        for path in TEMPLATES
        if re.search(
            r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)(?![^>]*application/json)|<style|\sstyle=|\son(?:click|change|submit|load)=",
            path.read_text(),
        )
    ]

    assert guilty == []


def test_nothing_is_loaded_from_another_host():
    loaded = [
        (path.name, url)
        for path in [
            *TEMPLATES,
            *Path(settings.BASE_DIR / "static").rglob("*.css"),
            *Path(settings.BASE_DIR / "static/js").glob("*.js"),
        ]
        for url in re.findall(
            r'(?:src=|<link[^>]*href=|url\(|import )["\']?(https?://[^"\')]+)', path.read_text()
        )
    ]

    assert loaded == []
