"""People who sign in."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accounts.roles import ROLES, STAFF_ROLES, Role
from core.nonces import Nonced
from core.row_history import keep_history

# An allow-list: a library's own tables (log-in sessions, second factors) are nobody's to change in the admin.
OUR_APPS = {
    "accounts",
    "participants",
    "messaging",
    "referrals",
    "cohort_sessions",
    "outcomes",
    "itsyourmove",
}


class UserQuerySet(models.QuerySet):
    def officers(self) -> "UserQuerySet":
        """People who may look after participants: officers and administrators who may sign in."""
        return self.filter(is_active=True).exclude(staff_role="")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username: str) -> "User":
        return self.get(email__iexact=username)


@keep_history(leaving_out=["email", "name", "password", "last_login"], not_for=["last_login"])
class User(Nonced, AbstractBaseUser):
    """A person who signs in with a code sent to their e-mail address; nobody has a password."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=150)
    staff_role = models.CharField("role in the partnership", max_length=20, choices=STAFF_ROLES, blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    joined_at = models.DateTimeField()
    # Part of the hash in each session: when it goes up, every open session of this account ends.
    session_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(
                condition=Q(staff_role__in=["", *[code for code, _ in STAFF_ROLES]]),
                name="user_staff_role_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def role(self) -> Role | None:
        """The partnership role of this person, or None for people who only refer."""
        return ROLES.get(self.staff_role)

    @property
    def needs_second_factor(self) -> bool:
        return self.is_active and self.role is not None and self.role.needs_second_factor

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own, and with it `session_epoch`: nobody here has a password whose change would end sessions.

        At epoch 0 it is exactly Django's, so that a release does not sign everybody out.
        """
        if not self.session_epoch:
            return super()._get_session_auth_hash(secret=secret)
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()

    # The admin asks these; rights come from the table in roles.py, not from per-model permissions.
    @property
    def is_staff(self) -> bool:
        return self.is_active and self.role is not None and self.role.may_use_admin

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        role = self.role
        if role is None or not self.is_staff:
            return False
        app, _, permission = perm.partition(".")
        action, _, model = permission.partition("_")
        if app not in OUR_APPS or action == "delete":
            return False  # nothing is deleted by hand: merge, withdraw or mark entered in error
        if app != "accounts" or action == "view":
            return True
        if permission in ("change_organisation", "change_interest"):
            return role.may_keep_organisations
        if model in ("textsignoff", "signoffacceptance"):
            return role.may_record_sign_offs
        return model not in ("organisation", "interest") and role.may_manage_accounts

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff and app_label in OUR_APPS

    def get_all_permissions(self, obj: object = None) -> set[str]:
        return set()
