"""`manage.py allocate`: a problem in a file, one JSON object back; what is not a problem gets one sentence and status 2."""

import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

from sessions.allocation import NotAProblem, parse_problem

PERSON = {
    "id": "ann", "waiting_days": 130, "priority": 1, "slots": ["tue"], "level": "seated", "needs": ["captions"],
    "language": None, "with": None,
}  # fmt: skip
COHORT = {
    "id": "C", "slot": "tue", "levels": ["seated"], "provides": ["captions"], "language": "en", "capacity": 8,
    "minimum": 1, "enrolled": 0, "candidate": True, "cost": 7.5,
}  # fmt: skip
PROBLEM = {"people": [PERSON], "cohorts": [COHORT], "budget": 7.5, "long_wait_days": 126}


def allocate(tmp_path, text, *more):
    """The command as a person runs it: status, what it printed, what it complained of."""
    file = tmp_path / "problem.json"
    file.write_text(text)
    done = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "allocate", "--problem", file.name, *more],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.processes
def test_the_whole_object(tmp_path):
    bob = PERSON | {"id": "bob", "slots": ["wed"], "needs": []}
    problem = PROBLEM | {"people": [PERSON, bob, *(bob | {"id": f"b{n}"} for n in range(5))]}
    status, printed, complained = allocate(tmp_path, json.dumps(problem), "--json")
    assert (status, complained) == (0, "")
    found = json.loads(printed)
    assert found.pop("seconds") > 0
    why = "no group at times they can attend"
    assert found == {
        "placed": [
            {
                "person": "ann",
                "cohort": "C",
                "reason": "placed in C on tue: waited 18 weeks (long wait), priority 1",
            }
        ],
        "unplaced": [{"person": name, "reason": why} for name in ("b0", "b1", "b2", "b3", "b4", "bob")],
        "opened": ["C"],
        "people_placed": 1,
        "long_waiters_placed": 1,
        "score": 200,
        "bound": {"people": 1, "score": 200},
        "gap": {"people": 0, "score": 0},
        "proof": "flow",
        "changes": [
            {
                "slot": "wed",
                "level": "seated",
                "provides": [],
                "language": None,
                "capacity": 8,
                "minimum": 5,
                "hours": 10,
                "people_gained": 6,
                "sentence": "a cohort on wed for seated would place 6 more people",
            }
        ],
    }


@pytest.mark.processes
def test_only_json_is_printed_where_the_solver_is_used_too(tmp_path):
    problem = PROBLEM | {"cohorts": [COHORT | {"minimum": 5}]}
    status, printed, complained = allocate(tmp_path, json.dumps(problem), "--json", "--time-limit", "5")
    assert (status, complained) == (0, "")
    assert json.loads(printed)["proof"] == "milp"


@pytest.mark.processes
def test_solver_and_numpy_are_not_imported_where_places_are_all_there_is():
    program = (
        "import sys; from sessions.allocation import parse_problem, solve;"
        "print(solve(parse_problem(sys.argv[1])).proof, {'highspy', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(PROBLEM)],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "flow set()\n"


@pytest.mark.processes
def test_without_json_it_reads_as_lines(tmp_path):
    _, printed, _ = allocate(tmp_path, json.dumps(PROBLEM))
    assert "1 of 1 placed, 1 of them long waiters" in printed
    assert "ann: placed in C on tue" in printed


@pytest.mark.processes
@pytest.mark.parametrize("wrong", ["", "{", '{"people": []}'])
def test_malformed_input_is_one_sentence_and_status_two(tmp_path, wrong):
    status, printed, complained = allocate(tmp_path, wrong, "--json")
    assert (status, printed) == (2, "")
    assert complained.startswith("problem.json: ")
    assert complained.count("\n") == 1


def test_a_file_that_is_not_there_or_no_text_is_one_sentence_too(tmp_path, capsys):
    (tmp_path / "latin").write_bytes(b'{"people": "caf\xe9"}')
    for name, sentence in (("none", "cannot be read"), ("latin", "byte 16: this is not UTF-8 text.")):
        with pytest.raises(SystemExit) as stopped:
            call_command("allocate", problem=tmp_path / name)
        assert stopped.value.code == 2
        assert sentence in capsys.readouterr().err


def changed(where, **values):
    key = {"person": "people", "cohort": "cohorts"}[where]
    return PROBLEM | {key: [PROBLEM[key][0] | values]}


def without(where, key):
    one = dict(PROBLEM[where][0])
    del one[key]
    return PROBLEM | {where: [one]}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "the problem: an object is needed."),
        (PROBLEM | {"people": {}}, "people: a list is needed."),
        (PROBLEM | {"people": [7]}, "people[0]: an object is needed."),
        (PROBLEM | {"peple": []}, 'the problem: "peple" is not a key that is known here.'),
        (PROBLEM | {"budget": -1}, "budget: hours from 0"),
        (PROBLEM | {"budget": "ten"}, "budget: hours from 0"),
        (PROBLEM | {"long_wait_days": 1.5}, "long_wait_days: a whole number"),
        (without("people", "slots"), "people[0]: slots is missing."),
        (without("cohorts", "capacity"), "cohorts[0]: capacity is missing."),
        (changed("person", id=None), "people[0].id: a text or a whole number"),
        (changed("person", id=True), "people[0].id: a text or a whole number"),
        (changed("person", id=""), "people[0].id: a text or a whole number"),
        (changed("person", waiting_days=-1), "people[0].waiting_days: a whole number from 0 to 36500"),
        (changed("person", waiting_days="long"), "people[0].waiting_days: a whole number"),
        (changed("person", priority=4), "people[0].priority: a whole number from 0 to 3 is needed."),
        (changed("person", priority=True), "people[0].priority: a whole number"),
        (changed("person", slots="tue"), "people[0].slots: a list is needed."),
        (changed("person", slots=["tue", ["wed"]]), "people[0].slots[1]: a text or a whole number"),
        (changed("person", slots=[True]), "people[0].slots[0]: a text or a whole number"),
        (changed("person", wiht="bob"), 'people[0]: "wiht" is not a key'),
        (changed("cohort", candidate=1), "cohorts[0].candidate: true or false"),
        (changed("cohort", cost=None), "cohorts[0].cost: a candidate needs its cost"),
        (changed("cohort", cost=-2), "cohorts[0].cost: hours from 0"),
        (changed("cohort", capacity=2.0), "cohorts[0].capacity: a whole number"),
        (changed("cohort", enrolled=-1), "cohorts[0].enrolled: a whole number"),
        (PROBLEM | {"people": [PERSON, PERSON]}, 'people[1].id: "ann" stands twice.'),
        (PROBLEM | {"cohorts": [COHORT, COHORT]}, 'cohorts[1].id: "C" stands twice.'),
    ],
)
def test_the_sentence_names_the_place(given, sentence):
    with pytest.raises(NotAProblem) as refused:
        parse_problem(json.dumps(given))
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"people": [],\n "cohorts": [}', "Line 2, column 14: this is not JSON."),
        ('{"people": [], "people": []}', 'The file: the key "people" stands twice in one object.'),
        ('{"budget": NaN}', "The file: NaN is not a number."),
        ("[" * 100_000, "The file: lists stand too deep inside lists."),
        (f'{{"budget": {"9" * 5000}}}', "The file: a number is too long to read."),
    ],
)
def test_the_sentence_names_the_place_where_it_is_no_json(text, sentence):
    with pytest.raises(NotAProblem) as refused:
        parse_problem(text)
    assert str(refused.value) == sentence


def test_what_may_be_null_may_be_left_out_and_hours_are_exact():
    short = {key: value for key, value in PERSON.items() if key not in ("language", "with")}
    cohorts = [
        {key: value for key, value in (COHORT | {"id": n, "cost": 0.1}).items() if key != "language"}
        for n in range(3)
    ]
    given = parse_problem(json.dumps({"people": [short], "cohorts": cohorts, "budget": 0.3}))
    assert given.people[0].together is None
    assert given.long_wait_days is None
    assert sum(cohort.cost for cohort in given.cohorts) == given.budget
    running = {key: value for key, value in COHORT.items() if key not in ("candidate", "cost")}
    assert parse_problem(json.dumps({"people": [], "cohorts": [running]})).cohorts[0].candidate is False
