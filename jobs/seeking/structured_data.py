"""A job as search engines read it: schema.org JobPosting."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate

from jobs.postings.enums import EmploymentType, PayUnit
from jobs.postings.models import Posting

EMPLOYMENT = {
    EmploymentType.FULL_TIME: "FULL_TIME",
    EmploymentType.PART_TIME: "PART_TIME",
    EmploymentType.INTERNSHIP: "INTERN",
    EmploymentType.TEMPORARY: "TEMPORARY",
    EmploymentType.PUBLIC_POST: "FULL_TIME",
}
UNITS = {
    PayUnit.MONTH: "MONTH",
    PayUnit.PIECE: "MONTH",
    PayUnit.DAY: "DAY",
    PayUnit.HOUR: "HOUR",
    PayUnit.YEAR: "YEAR",
}


def job_posting(posting: Posting, *, address: str) -> dict[str, Any]:
    """https://schema.org/JobPosting of a live posting; what it does not state is left out."""
    region = posting.region
    data: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": posting.employer.name, "value": posting.public_id},
        "url": address,
        "title": posting.title,
        "description": "\n".join(filter(None, [posting.description, posting.requirements])),
        "datePosted": localdate(posting.published_at).isoformat() if posting.published_at else None,
        "validThrough": posting.expires_on.isoformat() if posting.expires_on else None,
        "employmentType": EMPLOYMENT.get(posting.employment_type),  # type: ignore[call-overload]
        "hiringOrganization": {
            "@type": "Organization",
            "name": posting.source_employer or posting.employer.name,
        },
        "totalJobOpenings": posting.headcount,
        "directApply": not posting.source,
    }
    if region is not None:
        address_of = {"@type": "PostalAddress", "addressCountry": "CN", "addressLocality": region.full_name}
        if posting.address:
            address_of["streetAddress"] = posting.address
        data["jobLocation"] = {"@type": "Place", "address": address_of}
    if posting.pay_min_fen is not None and posting.pay_max_fen is not None and posting.pay_unit:
        data["baseSalary"] = {
            "@type": "MonetaryAmount",
            "currency": "CNY",
            "value": {
                "@type": "QuantitativeValue",
                "minValue": posting.pay_min_fen / 100,
                "maxValue": posting.pay_max_fen / 100,
                "unitText": UNITS[PayUnit(posting.pay_unit)],
            },
        }
    return {key: value for key, value in data.items() if value not in (None, "")}


def job_posting_json(posting: Posting, *, address: str) -> SafeString:
    """The same as JSON that cannot leave its script element."""
    text = json.dumps(job_posting(posting, address=address), ensure_ascii=False)
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
