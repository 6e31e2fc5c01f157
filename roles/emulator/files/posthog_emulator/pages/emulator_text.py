"""How the front page writes JSON, Markdown and little pictures."""

import json
import re
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

BARS = '<rect x="{}" y="{}" width="12" height="{}" rx="2" fill="currentColor" opacity=".55"/>'
FRAME = '<svg class="sketch" viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
LINE = '<path d="M0 34 L16 26 L32 29 L48 16 L64 20 L80 9 L100 5" fill="none" stroke="currentColor" stroke-width="2" vector-effect="non-scaling-stroke"/>'  # noqa: E501  one path
#: Heights of the bars of a sketch, by kind of query.
HEIGHTS = {"Funnels": (36, 26, 19, 12, 8), "Retention": (36, 20, 14, 11, 9), "Lifecycle": (20, 30, 25, 34, 28)}


@register.filter
def as_json(value: Any) -> str:
    """A setting, as JSON."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def markdown(text: str) -> SafeString:
    """The little Markdown that notes on dashboards use: headings, lists, bold, emphasis, code."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.splitlines()
        if all(re.match(r"[-*] ", line) for line in lines):
            items = "".join(f"<li>&bull; {_inline(line[2:])}</li>" for line in lines)
            blocks.append(f"<ul>{items}</ul>")
        else:
            blocks.extend(_line(line) for line in lines)
    return mark_safe("".join(blocks))  # every piece went through escape()


@register.simple_tag
def sketch(kind: str) -> SafeString:
    """A hint of what the insight looks like; there is no data behind it."""
    heights = HEIGHTS.get(kind)
    if heights is None:
        return format_html(FRAME, mark_safe(LINE))
    bars = (BARS.format(4 + number * 20, 40 - height, height) for number, height in enumerate(heights))
    return format_html(FRAME, mark_safe("".join(bars)))  # numbers only


def _line(line: str) -> str:
    heading = re.match(r"(#{1,6}) +(.*)", line)
    return f"<h4>{_inline(heading[2])}</h4>" if heading else f"<p>{_inline(line)}</p>"


def _inline(text: str) -> str:
    text = str(escape(text))
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)
