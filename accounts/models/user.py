"""People: administrators, agents and customers, in one table."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from accounts.base import LivingManager, Row, SoftDeleted
from accounts.models.organization import Tier


class Role(models.TextChoices):
    ADMIN = "admin"
    AGENT = "agent"
    CUSTOMER = "customer"


STAFF = (Role.ADMIN, Role.AGENT)


class EmployeeType(models.TextChoices):
    PERMANENT = "permanent"
    CONTRACTOR = "contractor"
    EXTERNAL = "external"
    BOT = "bot"


class Region(models.TextChoices):
    AMER = "amer", "Americas"
    APAC = "apac", "Asia Pacific"
    EMEA = "emea", "Europe, Middle East and Africa"
    LATAM = "latam", "Latin America"
    ASEAN = "asean", "South-East Asia"


class CustomerTier(models.TextChoices):
    ONE = "tier_1", "Tier 1"
    TWO = "tier_2", "Tier 2"
    THREE = "tier_3", "Tier 3"
    FOUR = "tier_4", "Tier 4"


class UserQuerySet(models.QuerySet["User"]):
    def staff(self) -> "UserQuerySet":
        """Active people who may be given tickets."""
        return self.filter(role__in=STAFF, is_active=True)


class UserManager(LivingManager["User"], BaseUserManager["User"]):
    """The living. People come into being through `accounts.actions.add_user`, never through this manager."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, SoftDeleted):
    """A person. `role` says what they are, `read_only` that they may look but not touch."""

    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=200)
    role = models.CharField(max_length=10, choices=Role, default=Role.CUSTOMER)
    read_only = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    tier = models.CharField(max_length=10, choices=Tier, blank=True, help_text="Empty: the organization's.")
    employee_type = models.CharField(max_length=10, choices=EmployeeType, default=EmployeeType.PERMANENT)
    region = models.CharField(max_length=10, choices=Region, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    invitation_due_at = models.DateTimeField(null=True, blank=True, help_text="Empty: no invitation is to be sent.")

    # The customer profile (contract toptickets §5.4).
    company = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    contact_number = models.CharField(max_length=100, blank=True)
    pronoun = models.CharField(max_length=50, blank=True)
    customer_tier = models.CharField(max_length=10, choices=CustomerTier, blank=True)
    location_country = models.CharField(max_length=100, blank=True)
    location_city = models.CharField(max_length=100, blank=True)
    location_state = models.CharField(max_length=100, blank=True)
    location_zip = models.CharField(max_length=20, blank=True)
    location_address = models.CharField(max_length=300, blank=True)
    account_value = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    has_premium_support = models.BooleanField(default=False)
    is_vip = models.BooleanField(default=False)
    social_linkedin = models.URLField(max_length=300, blank=True)
    social_website = models.URLField(max_length=300, blank=True)
    social_github = models.URLField(max_length=300, blank=True)
    notes = models.TextField(blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = UserManager.from_queryset(UserQuerySet)()
    everything = models.Manager["User"]()

    class Meta(SoftDeleted.Meta):
        constraints = [
            # The same address may come back later as a new person.
            models.UniqueConstraint(Lower("email"), condition=models.Q(deleted_at=None), name="user_email_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]
        indexes = [
            models.Index("full_name", "id", condition=models.Q(deleted_at=None), name="user_by_name"),
            # All of them, since tickets keep the people who left.
            models.Index(Lower("full_name"), name="user_by_lower_name"),
            models.Index(Lower("email"), name="user_by_lower_email"),
            models.Index("role", "full_name", "id", condition=models.Q(deleted_at=None), name="user_by_role"),
            models.Index("company", condition=models.Q(deleted_at=None), name="user_by_company"),
            models.Index(
                "invitation_due_at", condition=models.Q(invitation_due_at__isnull=False), name="user_to_invite"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} <{self.email}>"

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ", 1)[0]

    @property
    def is_agent(self) -> bool:
        """Whether they work on tickets: an agent or an administrator."""
        return self.role in STAFF

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    # What Django's admin asks: administrators enter; read-only ones look.
    @property
    def is_staff(self) -> bool:
        return self.is_admin

    @property
    def is_superuser(self) -> bool:
        return self.is_admin and not self.read_only

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        looks = perm.rpartition(".")[2].startswith("view_")
        return self.is_active and self.is_admin and (looks or not self.read_only)

    def has_perms(self, perms: Any, obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_admin


class UserIdentity(Row):
    """What another system calls a person: taas object ids (scheme `taas`)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    scheme = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "user identities"
        constraints = [models.UniqueConstraint(fields=["scheme", "external_id"], name="identity_unique")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.external_id}"
