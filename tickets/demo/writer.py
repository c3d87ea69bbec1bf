"""Turns stories into drafts: the same seed tells the same stories, with times counted back from now.

Nothing happens in the future: a story breaks off where its next step would, so fresh tickets are new and old ones done.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, cast

from accounts.actor import Actor
from accounts.models import Door, User
from tickets.bulk import Change, Draft, Reply
from tickets.demo.people import Cast
from tickets.demo.stage import HOME, Stage, answers
from tickets.words import Priority, Resolution, Status

OLD = timedelta(days=9)  # by then nearly everything is done
_LIFE = timedelta(days=45)
_MOST_LIFE = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Book:
    """`stories.toml` as read."""

    words: dict[str, list[str]]
    stories: list[dict[str, Any]]
    closings: list[str]

    @property
    def tags(self) -> list[str]:
        """Every tag that a story carries."""
        return sorted({tag for story in self.stories for tag in story["tags"]})


def book() -> Book:
    """The stories that come with the product."""
    read = tomllib.loads((Path(__file__).parent / "stories.toml").read_text(encoding="utf-8"))
    return Book(read["words"], read["story"], [closing["text"] for closing in read["closing"]])


class Writer:
    """Writes `number` drafts, oldest first, so that ticket numbers grow with time."""

    def __init__(self, rng: Random, told: Book, people: Cast, stage: Stage, *, number: int, now: datetime) -> None:
        self._rng, self._book, self._cast, self._stage = rng, told, people, stage
        self._number, self._now = number, now
        self._life = min(_MOST_LIFE, _LIFE * max(1.0, number / 5000))
        self._chance_of_customer = min(0.08, 500 / number)

    def drafts(self) -> Iterator[Draft]:
        """Stories come in rounds, each in a new order, so that neighbours differ."""
        round_of: list[dict[str, Any]] = []
        for place in range(self._number):
            if not round_of:
                round_of = self._rng.sample(self._book.stories, len(self._book.stories))
            yield self._draft(round_of.pop(), self._time_of(place))

    def _time_of(self, place: int) -> datetime:
        """Denser towards now: the newest is minutes old."""
        share = 1 - (place + self._rng.random()) / self._number
        return self._now - self._life * float(share**1.6)

    def _draft(self, story: dict[str, Any], at: datetime) -> Draft:
        rng = self._rng
        requester = self._cast.customer if rng.random() < self._chance_of_customer else rng.choice(self._cast.customers)
        agent = rng.choice(self._cast.agents[story["team"]])
        fill = self._filling(requester)
        door = rng.choices((Door.WEB, Door.MAIL, Door.PLATFORM), (6, 3, 1))[0]
        asking = Actor.person(requester, door)
        answering = Actor.person(agent, Door.WEB)
        return Draft(
            by=asking if rng.random() < 0.9 else answering,
            at=at,
            requester=requester,
            subject=rng.choice(story["subject"]).format_map(fill)[:500],
            values={
                "description": story["text"].strip().format_map(fill),
                "priority": self._priority(story),
                "category": self._stage.categories.get(story["category"]),
            },
            tags=[self._stage.tags[tag] for tag in story["tags"]],
            fields=self._answers(story, fill, at),
            steps=self._steps(story, at, asking, answering, fill),
        )

    def _steps(
        self, story: dict[str, Any], at: datetime, asking: Actor, answering: Actor, fill: dict[str, str]
    ) -> list[Reply | Change]:
        """What has happened by now."""
        steps: list[Reply | Change] = []
        at += self._pause(hours=1)
        if story["ends"] != Status.NEW or self._rng.random() < 0.5 or self._now - at > OLD:
            steps.append(Change(answering, at, self._triage(story, at, answering)))
        for step in story["steps"]:
            at += self._pause(hours=7)
            by = asking if step["who"] == "customer" else answering
            status = Status(step["set"]) if "set" in step else None
            steps.append(Reply(by, at, step["text"].format_map(fill), step["who"] == "note", status))
        steps += self._ending(story, at + self._pause(hours=10), answering, fill)
        return [step for step in steps if step.at <= self._now]

    def _triage(self, story: dict[str, Any], at: datetime, answering: Actor) -> dict[str, Any]:
        values: dict[str, Any] = {"team": self._stage.teams[story["team"]]}
        if story["ends"] != Status.NEW:
            values["assignee"] = answering.user
        if self._rng.random() < 0.3:
            values["due_at"] = (at + timedelta(days=self._rng.randint(1, 9))).replace(hour=16, minute=0, second=0)
        return values

    def _ending(
        self, story: dict[str, Any], at: datetime, answering: Actor, fill: dict[str, str]
    ) -> list[Reply | Change]:
        ends = Status(story["ends"])
        if ends in (Status.RESOLVED, Status.CLOSED):
            waited = at + timedelta(days=self._rng.uniform(2, 4))
            done = {"status": Status.CLOSED, "resolution": Resolution.FIXED}
            return [Change(answering, waited, done)] if ends == Status.CLOSED else []
        moved: list[Reply | Change] = []
        if ends not in (Status.NEW, Status.REOPENED):
            moved.append(Change(answering, at, {"status": ends}))
        if self._now - at > OLD and self._rng.random() < 0.9:
            late = at + timedelta(days=self._rng.uniform(1, 6))
            text = self._rng.choice(self._book.closings).format_map(fill)
            moved.append(Change(answering, late, {"assignee": cast(User, answering.user)}))
            moved.append(Reply(answering, late, text, set_status=Status.RESOLVED))
            moved.append(Change(answering, late + timedelta(days=3), {"status": Status.CLOSED}))
        return moved

    def _priority(self, story: dict[str, Any]) -> Priority:
        usual = Priority.of(story["priority"])
        return self._rng.choice(list(Priority)) if self._rng.random() < 0.15 else usual

    def _answers(self, story: dict[str, Any], fill: dict[str, str], at: datetime) -> dict[str, Any]:
        if story["team"] != HOME or self._rng.random() < 0.3:
            return {}
        needed = (at + timedelta(days=self._rng.randint(1, 14))).date().isoformat()
        return answers(self._rng, self._stage.fields, self._cast, f"LT-{fill['number']}", needed)

    def _filling(self, requester: User) -> dict[str, str]:
        rng = self._rng
        return {
            **{name: rng.choice(words) for name, words in self._book.words.items()},
            "first": requester.get_short_name(),
            "colleague": rng.choice(self._cast.customers).full_name,
            "number": str(rng.randint(1000, 9999)),
            "amount": f"{rng.randint(90, 4900):,}.00",
        }

    def _pause(self, *, hours: float) -> timedelta:
        """Mostly short, sometimes long; never less than two minutes."""
        return timedelta(hours=self._rng.expovariate(1.0 / hours), minutes=2)
