"""From the words people send to tags, and back."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from accounts.checks import Checker
from tickets.models import Tag, Ticket, TicketTag
from tickets.rules import LONGEST_TAG, MOST_TAGS


def clean(texts: Iterable[object], check: Checker) -> list[str]:
    """Trimmed, without blanks and repeats, in the order sent."""
    cleaned: dict[str, None] = {}
    for text in texts:
        word = check.text("tags", text, most=LONGEST_TAG, one_line=True)
        if word:
            cleaned[word] = None
    if len(cleaned) > MOST_TAGS:
        check.note("tags", f"A ticket may have at most {MOST_TAGS} tags.", "max_length")
    return list(cleaned)


def find_or_make(texts: Sequence[str], *, carried: Sequence[Tag] = ()) -> list[Tag]:
    """The tags of these words: those the ticket carries keep their category, others are uncategorised."""
    known = {tag.text: tag for tag in carried}
    missing = [text for text in texts if text not in known]
    if missing:
        uncategorised = Q(category=None, text__in=missing)
        found = list(Tag.everything.filter(uncategorised))
        if len(found) < len(missing):
            have = {tag.text for tag in found}
            Tag.everything.bulk_create((Tag(text=text) for text in missing if text not in have), ignore_conflicts=True)
            found = list(Tag.everything.filter(uncategorised))
        dead = [tag.pk for tag in found if tag.deleted_at]
        if dead:
            Tag.everything.filter(pk__in=dead).update(deleted_at=None)
        known.update((tag.text, tag) for tag in found)
    return [known[text] for text in texts]


def in_categories(sent: Sequence[tuple[int | None, str]], *, carried: Sequence[Tag] = ()) -> list[Tag]:
    """The tags of (category id, word), made where they are missing, each once, in the order sent. Raises Invalid.

    Without category: the one the ticket carries, else an uncategorised one.
    """
    check = Checker()
    words = [(category, check.text("tags", text, most=LONGEST_TAG, required=True, one_line=True))
             for category, text in sent]  # fmt: skip
    wanted = list(dict.fromkeys(words))
    if len(wanted) > MOST_TAGS:
        check.note("tags", f"A ticket may have at most {MOST_TAGS} tags.", "max_length")
    check.finish()
    plain = [text for category, text in wanted if category is None]
    known: dict[tuple[int | None, str], Tag] = {
        (None, text): tag for text, tag in zip(plain, find_or_make(plain, carried=carried), strict=True)
    }
    known |= _of_categories([(category, text) for category, text in wanted if category is not None])
    return list(dict.fromkeys(known[pair] for pair in wanted))


def _of_categories(wanted: Sequence[tuple[int, str]]) -> dict[tuple[int | None, str], Tag]:
    if not wanted:
        return {}
    rows = Tag.everything.filter(category__in={pair[0] for pair in wanted}, text__in={pair[1] for pair in wanted})
    found = {(tag.category_id, tag.text): tag for tag in rows}
    missing = [pair for pair in wanted if pair not in found]
    if missing:
        Tag.everything.bulk_create((Tag(category_id=pk, text=text) for pk, text in missing), ignore_conflicts=True)
        found = {(tag.category_id, tag.text): tag for tag in rows.all()}
    dead = [found[pair].pk for pair in wanted if found[pair].deleted_at]
    if dead:
        Tag.everything.filter(pk__in=dead).update(deleted_at=None)
    return {pair: found[pair] for pair in wanted}


def put(ticket: Ticket, tags: Sequence[Tag]) -> None:
    """Makes these the tags of a ticket that had none, or none of them."""
    TicketTag.objects.bulk_create(
        TicketTag(ticket=ticket, tag=tag, position=position) for position, tag in enumerate(tags)
    )


def of(ticket: Ticket) -> list[Tag]:
    """A ticket's tags in their order."""
    links = TicketTag.objects.filter(ticket=ticket).select_related("tag").order_by("position", "id")
    return [link.tag for link in links]


def texts(tags: Iterable[Tag]) -> list[str]:
    """Each word once: two categories may hold the same."""
    return list(dict.fromkeys(tag.text for tag in tags))
