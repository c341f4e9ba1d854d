"""Words in a tooltip as they stand: Qt would otherwise read a name with angle brackets as a page to be laid out."""

from html import escape


def plain_tip(text: str) -> str:
    """`text` for `setToolTip`, letter by letter; "" stays empty."""
    return f"<span>{escape(text)}</span>" if text else ""
