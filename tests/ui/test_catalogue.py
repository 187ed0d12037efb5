from employment_portal.ui import catalogue


def test_every_message_of_code_and_templates_has_a_chinese_translation():
    missing = [f"{use.place}: {use.ident}" for use in catalogue.untranslated()]

    assert missing == []


def test_no_two_packages_translate_a_message_differently():
    assert catalogue.conflicts() == []


def test_translations_keep_the_placeholders_of_their_message():
    assert catalogue.broken_placeholders() == []


def test_the_compiled_catalogue_is_current():
    po, mo = catalogue.rendered()

    assert (catalogue.TARGET / "django.po").read_bytes() == po
    assert (catalogue.TARGET / "django.mo").read_bytes() == mo
