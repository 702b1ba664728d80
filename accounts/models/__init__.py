"""Who works where: people who sign in, the organisations they work for, and in which role."""

from accounts.models.access_request import PROFESSIONS, Interest, InterestQuerySet
from accounts.models.membership import Membership, MembershipQuerySet
from accounts.models.organisation import LISTED_KINDS, LOCAL, Organisation, OrganisationQuerySet
from accounts.models.sign_off import SignOffAcceptance, TextSignOff
from accounts.models.terms_acceptance import TermsAcceptance
from accounts.models.user import OUR_APPS, User, UserQuerySet
