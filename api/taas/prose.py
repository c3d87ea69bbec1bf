"""Between the text we keep and the HTML that contract taas also speaks."""

import re
from html import unescape

import nh3
from django.utils.html import linebreaks

from tickets.templatetags.prose import from_html

_BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote|pre)>", re.IGNORECASE)
_MANY = re.compile(r"\n{3,}")


def text_of(html: str) -> str:
    """The words of some HTML, with its line breaks."""
    lines = unescape(nh3.clean(_BREAKS.sub("\n", html), tags=set()))
    return _MANY.sub("\n\n", lines).strip()


def html_of(text: str, html: str) -> str:
    """HTML that is safe to show: what came in, cleaned, else the text with its line breaks."""
    return str(from_html(html)) if html else linebreaks(text, autoescape=True) if text else ""
