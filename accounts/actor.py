"""Who is asking. Travels as `by=` through every verb and every read."""

from dataclasses import dataclass
from typing import Self

from accounts.errors import NotYours
from accounts.models import ApiKey, Door, User


@dataclass(frozen=True, slots=True)
class Actor:
    """`user` says who (None: the system), `door` and `key` through what; the rest what they may do.

    What an actor may do comes from the door or key, not from the user: through taas a customer acts with a
    staff key.
    """

    door: Door
    user: User | None = None
    key: ApiKey | None = None
    staff: bool = False
    read_only: bool = False
    team_id: int | None = None  # limited to this team's tickets
    scopes: frozenset[str] | None = None  # None: whatever the role may do

    @classmethod
    def person(cls, user: User, door: Door) -> Self:
        """Somebody who signed in."""
        return cls(door=door, user=user, staff=user.is_agent, read_only=user.read_only)

    @classmethod
    def system(cls, door: Door = Door.SYSTEM) -> Self:
        """Automation, imports and commands: may do everything, is nobody."""
        return cls(door=door, staff=True)

    @property
    def user_id(self) -> int | None:
        return self.user.id if self.user else None

    @property
    def key_id(self) -> int | None:
        return self.key.id if self.key else None

    @property
    def is_admin(self) -> bool:
        """Whether they may manage people, teams and settings."""
        return self.staff and (self.user is None or self.user.is_admin)

    def must_write(self) -> None:
        """Raises NotYours for those who may only look."""
        if self.read_only:
            raise NotYours("You may look at tickets but not change them.")

    def must_administer(self) -> None:
        """Raises NotYours for everybody but administrators who may write."""
        self.must_write()
        if not self.is_admin:
            raise NotYours("Only administrators may do this.")
