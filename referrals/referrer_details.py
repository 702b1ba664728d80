"""Who fills in the form: a clinician in their own name, or an administrator for a clinician of the organisation."""

from accounts.models import Membership, User
from accounts.roles import CLINICIAN
from referrals.models.draft import Typed

SENDING_FOR = "organisation"  # the box of page 1; only asked of people who work in several


def place_of(user: User, typed: Typed) -> Membership | None:
    """The sender's place in the organisation they refer for; None while they have still to say which it is."""
    chosen = next(iter(typed.get(SENDING_FOR, [])), "")
    places = [
        place
        for place in user.memberships.current().select_related("organisation", "user").order_by("pk")
        if place.organisation.refers_no_more_since is None
    ]
    if len(places) > 1:
        places = [place for place in places if str(place.organisation_id) == chosen]
    return places[0] if places else None


def place_at(user: User, organisation: int) -> Membership | None:
    """The user's place in the organisation with this key; None where they have none."""
    return user.memberships.current().filter(organisation=organisation).select_related("user").first()


def own_name(place: Membership | None) -> dict[str, str]:
    """What a clinician need not type: they recommend the programme themselves."""
    if place is None or place.role != CLINICIAN:
        return {}
    return {"referrer_name": place.user.name, "referrer_role": place.profession}


def colleagues(place: Membership | None, *, user: User) -> dict[str, Membership]:
    """The clinicians who work there beside the sender, by what the list of them posts."""
    if place is None:
        return {}
    there = Membership.objects.clinicians().filter(organisation=place.organisation_id).exclude(user=user)
    in_order = sorted(there.select_related("user"), key=lambda each: (each.name.lower(), each.pk))
    return {str(each.pk): each for each in in_order}


def listed(clinicians: dict[str, Membership]) -> list[tuple[str, str]]:
    """The list to choose from: "Dr Ruth Ellis, GP"."""
    people = [(code, f"{each.name}, {each.get_profession_display()}") for code, each in clinicians.items()]
    return [("", "Choose a clinician, or enter a name below"), *people]
