"""Text of strangers made safe to show. Everything passes nh3 last, whatever came before."""

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# A picture could tell its sender who reads and when, so `![…](…)` becomes a link.
_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).disable("image")
)

_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "i", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "tr", "u", "ul"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}, "td": {"colspan"}, "th": {"colspan"}}
LONGEST_MARKDOWN = 20_000  # characters; a log file pasted as a comment is text, and parsing it would take long
_SCHEMES = {"http", "https", "mailto", "tel"}


def from_markdown(text: str) -> SafeString:
    """Markdown as HTML; raw HTML in it is shown as text."""
    if len(text) > LONGEST_MARKDOWN:
        return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - escaped
    return _clean(_MARKDOWN.render(text))


def from_html(html: str) -> SafeString:
    """HTML of a mail or a program, without anything that runs, loads or restyles."""
    return _clean(html)


def _clean(html: str) -> SafeString:
    cleaned = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="nofollow noopener noreferrer"
    )
    return mark_safe(cleaned)  # noqa: S308 - this is what makes it safe
