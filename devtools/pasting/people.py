"""The made-up people of a pasted text: its patient, and everybody whose details must not be taken for the patient's.

Drawn by a seed. Telephone numbers are of Ofcom's ranges for drama, NHS numbers of the range kept for tests.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from participants import nhs_number

TODAY = date(2026, 12, 1)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
WOMEN = ("Margaret", "Zoë", "Anne-Marie", "Łucja", "Priya", "Siobhán", "Gwenllian", "Joyce", "Mei Ling", "Mary Ann",
         "Fatima Zahra", "Ngọc-Ánh", "Blessing", "Noor", "Eluned")  # fmt: skip
MEN = ("John", "Seán", "Gwilym", "Abdul Karim", "Mohammed", "Harpreet", "Tomasz", "Owain", "José Luis", "Winston",
       "Jean-Paul", "Kwame", "Alun", "Dmitri", "Muhammad Ali")  # fmt: skip
FAMILIES = ("Jones", "O'Brien", "Nguyễn", "Featherstone-Haugh", "ap Rhys", "Kowalska", "McDonald", "Van Dyke", "Whitcombe-Hale",
            "Hussain", "Street", "Hill", "Okonkwo", "de Souza", "Bell", "St. John", "Moss", "Achterberg")  # fmt: skip
STREETS = ("14 Orchard Way", "Flat 3, 12 Quay Street", "7 Mill Lane", "The Old Barn, Church Road", "22a High Street",
           "Rose Cottage, Green Lane", "101 Severn View", "Flat 12B, Wharf House, 2 Canal Road")  # fmt: skip
PLACES = (("Gloucester", "GL2 0AB"), ("Stroud", "GL5 1AA"), ("Tewkesbury", "GL20 5AA"), ("Lydney", "GL15 5AA"),
          ("Dursley", "GL11 4JB"), ("Cheltenham", "GL50 3QW"))  # fmt: skip
PRACTICES = (("Riverbank Surgery", "L84901"), ("Hilltop Medical Centre", "L84902"), ("Severnside Practice", "L84903"),
             ("Rosebank Health Centre", "L84904"), ("St Oswald's Surgery", "L84905"))  # fmt: skip
PROBLEMS = ("Essential hypertension", "Chronic low back pain", "Fibromyalgia", "Type 2 diabetes mellitus",
            "Osteoarthritis of both knees", "Asthma", "Anxiety and depression", "COPD", "Chronic widespread pain",
            "Carcinoma in situ of breast", "Recurrent falls", "Migraine")  # fmt: skip
DRUGS = ("Amlodipine 5mg tablets one daily", "Naproxen 250mg tablets one twice a day", "Warfarin 3mg tablets as directed",
         "Co-codamol 30mg/500mg tablets 2 four times a day", "Metformin 500mg tablets one twice a day",
         "Salbutamol 100micrograms inhaler 2 puffs when required", "Sertraline 50mg tablets one daily")  # fmt: skip
LANGUAGES = ("Polish", "Punjabi", "Bengali", "Welsh", "Portuguese")
RELATIONS = ("daughter", "son", "husband", "wife", "sister", "neighbour", "carer", "brother")
ROLES = (
    "Practice Nurse",
    "GP Partner",
    "Physiotherapist",
    "Social Prescriber",
    "Practice Manager",
    "Consultant Rheumatologist",
)


@dataclass
class Person:
    """A made-up person with a name and phone numbers."""

    given: str
    family: str
    title: str
    female: bool
    born: date
    nhs: str
    street: str
    town: str
    postcode: str
    landline: str
    mobile: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def titled(self) -> str:
        return f"{self.title} {self.name}"

    @property
    def reversed(self) -> str:
        """As clinical systems have it: "SMITH, Jane (Mrs)"."""
        return f"{self.family.upper()}, {self.given} ({self.title})"

    @property
    def age(self) -> int:
        return TODAY.year - self.born.year - ((TODAY.month, TODAY.day) < (self.born.month, self.born.day))

    @property
    def sex(self) -> str:
        return "Female" if self.female else "Male"

    @property
    def address(self) -> list[str]:
        return [*self.street.split(", "), self.town]


@dataclass
class Scene:
    """The people of one text, and the draw that decides which traps it has."""

    draw: random.Random
    patient: Person = field(init=False)
    practice: str = field(init=False)
    code: str = field(init=False)
    problems: list[str] = field(init=False)
    drugs: list[str] = field(init=False)
    preferred: str = field(init=False)
    language: str = field(init=False)
    interpreter: bool = field(init=False)
    agreed_on: date = field(init=False)

    def __post_init__(self) -> None:
        self._numbers = self.draw.sample(range(1000), 60)
        self.patient = self.person()
        self.practice, self.code = self.draw.choice(PRACTICES)
        self.problems, self.drugs = self.draw.sample(PROBLEMS, 2), self.draw.sample(DRUGS, 2)
        self.preferred = self.draw.choice([self.patient.given[:3] + "y", "Bo", "Chris", "Del"])
        self.language, self.interpreter = self.draw.choice(LANGUAGES), self.chance(0.5)
        self.agreed_on = TODAY - timedelta(days=self.draw.randint(1, 60))

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def person(self, *, elder: bool = False) -> Person:
        female = self.chance(0.6)
        given = self.draw.choice(WOMEN if female else MEN)
        family = self.draw.choice(FAMILIES)
        town, postcode = self.draw.choice(PLACES)
        plain = "".join(c for c in family.lower() if c.isascii() and c.isalpha())
        return Person(
            given=given,
            family=family,
            title=self.draw.choice(("Mrs", "Ms", "Miss")) if female else "Mr",
            female=female,
            born=date(
                self.draw.randint(1920, 1935) if elder else self.draw.randint(1936, 2006),
                self.draw.randint(1, 12),
                self.draw.randint(1, 28),
            ),  # fmt: skip
            nhs=self._nhs(),
            street=self.draw.choice(STREETS),
            town=town,
            postcode=postcode,
            landline=self.landline(),
            mobile=f"07700 900{self._number():03}",
            email=f"{plain}{self._number()}@example.{self.draw.choice(('com', 'net', 'org'))}",
        )

    def landline(self) -> str:
        return f"01632 960{self._number():03}"

    def day(self, day: date) -> str:
        """A date, in one of the ways of one text."""
        return self.draw.choice(
            (f"{day:%d/%m/%Y}", f"{day:%d-%b-%Y}", f"{day.day} {MONTHS[day.month - 1]} {day.year}",
             f"{day.day}.{day.month}.{day.year}", f"{day:%d %b %Y}")
        )  # fmt: skip

    def nhs(self, person: Person) -> str:
        spaced = nhs_number.spaced(person.nhs)
        return self.draw.choice((spaced, person.nhs, spaced, spaced.replace(" ", "-")))

    def named(self, person: Person) -> str:
        """A name, as one clinician writes it and another does not."""
        return self.draw.choice(
            (
                person.titled,
                person.reversed,
                f"{person.title} {person.given} {person.family.upper()}",
                person.titled,
            )
        )

    def doctor(self) -> str:
        return f"Dr {self.draw.choice('ABFGKLRS')} {self.draw.choice(FAMILIES)}"

    def role(self) -> str:
        return self.draw.choice(ROLES)

    def relation(self) -> str:
        return self.draw.choice(RELATIONS)

    def _number(self) -> int:
        return self._numbers.pop()

    def _nhs(self) -> str:
        while True:
            digits = f"999{self.draw.randrange(10**7):07}"
            try:
                return nhs_number.parse(digits)
            except nhs_number.NotAnNhsNumber:
                continue


@dataclass
class Pasted:
    """A text and what a reader should find in it; `mixed` where two patients stand in it and nothing may be sure."""

    text: str
    truth: dict[str, object]
    mixed: bool = False
