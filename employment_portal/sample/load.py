"""The sample city: Chengdu with its districts and a partner in Chongqing, at two sizes, the same every time."""

from collections.abc import Callable
from io import BytesIO
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from employment_portal.organisations.actions import submit_verification
from employment_portal.people.models import Person
from employment_portal.regions.models import Region
from employment_portal.sample import (
    employers,
    imports,
    invitations,
    offers,
    offices,
    people,
    postings,
    registers,
    stories,
    subsidies_stories,
    working,
)
from employment_portal.sample.models import SampleLoad
from jobs.search.actions import index_postings
from jobs.search.vocabulary import refresh_vocabulary
from subsidies.claims.models import Claim
from subsidies.policies.reference import load_policies

SEED = 510100
SIZES = {
    "demo": {"employers": 120, "postings": 1_500, "people": 300},
    "city": {"employers": 3_000, "postings": 60_000, "people": 20_000},
}


Tell = Callable[[str], None]


@transaction.atomic
def load_sample(*, size: str, tell: Tell = lambda stage: None) -> bool:
    """Load the sample once; False when it is there already. Everything is written in one transaction.

    ``tell`` hears the key of each stage when it begins.
    """
    if SampleLoad.objects.exists():
        return False
    now = timezone.now()
    today = timezone.localdate(now)
    random = Random(SEED)
    numbers = SIZES[size]
    tell("offices")
    places = offices.load_agencies()
    staff = offices.load_staff(places, today=today)
    clerk, officer = staff["street"], staff["district"]
    load_policies(region=places["city"].region, made_by=staff["policy"], published_by=staff["city"])
    firms = employers.load_employers(random, count=numbers["employers"], now=now)
    members = employers.load_members(firms, now=now)
    paper = picture_of_a_licence()
    for number, owner in ((0, members["employer"]), (1, members["factory"])):
        employers.verified_before(firms[number][0], paper=paper, owner=owner, officer=officer)
    for organisation, owner in employers.load_applicant_organisations(random, now=now):
        licence = SimpleUploadedFile("营业执照.png", paper, "image/png")
        submit_verification(
            organisation_id=organisation.pk, licence=licence, authorisation=None, by=owner, today=today
        )
    tell("people")
    cast = people.load_people(random, count=numbers["people"], clerk=clerk, officer=officer, now=now)
    working.load_working(random, firms=firms, count=numbers["people"], clerk=clerk, officer=officer, now=now)
    analyse()
    tell("registers")
    registers.fill_registers(now=now)
    tell("postings")
    ids = postings.load_postings(
        random, firms, count=numbers["postings"], author=members["employer"], now=now
    )
    analyse()
    tell("search")
    index_postings(ids)
    imports.load_import(staff["city"])
    refresh_vocabulary()
    tell("stories")
    stories.tell(random, firms=firms, members=members, people=cast, now=now)
    shown = [person for person in cast.values() if person.user_id]
    invitations.invite_people(shown, employer=firms[0][0], by=members["employer"], now=now)
    tell("subsidies")
    subsidies_stories.tell(cast, staff=staff, paper=paper, now=now)
    tell("offers")
    offers.load_offers(now=now)
    county = Region.objects.get(code="510108")
    claimants = Claim.objects.filter(person__isnull=False).values("person")
    residents = Person.objects.filter(residence_region=county).exclude(pk__in=claimants)
    people.settle_in_streets(residents, county=county)
    SampleLoad.objects.create(size=size, loaded_at=now)
    tell("keeping")
    return True


def analyse() -> None:
    """Let the planner know what was written: nothing else looks at the tables before the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def picture_of_a_licence() -> bytes:
    """A picture that says that it is a sample: there is no real licence in the sample city."""
    image = Image.new("RGB", (900, 640), "#f7f3e8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 880, 620), outline="#b5382a", width=4)
    draw.text((380, 300), "SAMPLE LICENCE", fill="#333333")
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
