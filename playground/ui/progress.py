"""The line that slow work shows: what, how far, and trouble in plain words."""

from __future__ import annotations

from html import escape


def progress_html(text: str, share: float | None = None, detail: str = "") -> str:
    """What runs, and how far it is (0 to 1; None where that cannot be told)."""
    width = f' style="width:{100 * min(max(share, 0.0), 1.0):.1f}%"' if share is not None else ' class="unknown"'
    value = f' aria-valuenow="{100 * share:.0f}"' if share is not None else ""
    more = f'<span class="quiet">{escape(detail)}</span>' if detail else ""
    return (
        f'<div class="progress"><p role="status"><b>{escape(text)}</b> {more}</p>'
        f'<div role="progressbar" aria-label="{escape(text)}" aria-valuemin="0" aria-valuemax="100"{value}>'
        f"<i{width}></i></div></div>"
    )


def done_html(text: str) -> str:
    """What came out well."""
    return f'<p class="done" role="status">✓ {escape(text)}</p>'


def trouble_html(title: str, text: str = "") -> str:
    """What went wrong, and the way out."""
    more = f"<br>{escape(text)}" if text else ""
    return f'<p class="trouble" role="alert">⚠ {escape(title)}{more}</p>'


def empty_html(text: str) -> str:
    """What will be here."""
    return f'<p class="empty">{escape(text)}</p>'
