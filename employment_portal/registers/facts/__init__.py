"""The registers' part of the catalogue of facts, filled from ``AppConfig.ready()``."""

from employment_portal.facts.catalogue import register_fact, register_subject
from employment_portal.registers.facts import carrier, certificate, employer, employment, person, venture


def register_all() -> None:
    register_subject(certificate.SUBJECT)
    register_subject(venture.SUBJECT)
    for topic in (person, employer, employment, certificate, venture, carrier):
        for fact in topic.FACTS:
            register_fact(fact)
