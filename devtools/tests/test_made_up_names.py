"""What made-up people like to be called: names that people have, never the beginning of one."""

from datetime import UTC, datetime
from itertools import product

from devtools.demo import bulk_people
from devtools.demo.rehearsal.people import made_up

# Short and pet names that stand in name books for the given names the generators draw from, written here by hand.
KNOWN = {
    ("Béatrice", "Béa"),
    ("Grace", "Gracie"),
    ("Joan", "Joanie"),
    ("Maureen", "Mo"),
    ("Patricia", "Pat"),
    ("Tomasz", "Tomek"),
    ("Zofia", "Zosia"),
    ("Margaret", "Maggie"),
    ("John", "Jack"),
    ("Susan", "Sue"),
    ("David", "Dave"),
    ("Anne", "Annie"),
    ("Peter", "Pete"),
    ("Mary", "Molly"),
}
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def test_everybody_made_up_is_called_by_a_name():
    rehearsed = {
        (person.given_name, person.preferred_name)
        for seed, count in product(range(40), (8, 300))
        for person in made_up(count=count, seed=seed, serial=999_100_000)
    }
    crowded = {
        (person["given_name"], person["preferred_name"])
        for person, _, _ in bulk_people._drawn(20_000, 1, 0, [1], [(1, 1)], NOW)
    }
    for found in (rehearsed, crowded):
        called = {pair for pair in found if pair[1]}
        assert called <= KNOWN
        assert len(called) >= 5
        assert any(not preferred for _, preferred in found)
