"""The one style sheet of the application, generated from the tokens.

It dresses only what Qt draws itself (line edits, scroll bars, menus, tables, tool tips);
our own controls are painted and take their colours from the tokens directly.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.theme.tokens import Tokens


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again after a property it asks for has changed."""
    # Before the first polish there is nothing to undo, and undoing would lose the widget's own font.
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def build_stylesheet(t: Tokens, scale: float) -> str:
    """The QSS text for one scheme; `scale` is 1.0 for 100 % text."""

    def px(value: float) -> str:
        return f"{round(value * scale)}px"

    def name(token: str) -> str:
        return t.colour(token).name()

    tones = "\n".join(
        f'QLabel[tone="{tone}"] {{ color: {name(tone)}; }}'
        for tone in (
            "text",
            "text2",
            "text3",
            "text_disabled",
            "accent",
            "on_accent",
            "on_accent_soft",
            "link",
            "danger",
            "on_danger_soft",
            "warn",
            "on_warn_soft",
            "ok",
            "on_ok_soft",
            "info",
            "on_info_soft",
        )
    )
    return f"""
QLabel {{ background: transparent; }}
{tones}
QLabel:disabled {{ color: {name("text_disabled")}; }}

QLineEdit, QPlainTextEdit, QTextEdit {{
    background: {name("surface")}; color: {name("text")};
    border: 1px solid {name("line_strong")}; border-radius: 6px; padding: 1px 8px;
    selection-background-color: {name("accent")}; selection-color: {name("on_accent")};
    placeholder-text-color: {name("text3")};
}}
QLineEdit {{ lineedit-password-character: 8226; }}
QPlainTextEdit, QTextEdit {{ padding: 6px 7px; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{
    border: 2px solid {name("focus")}; padding: 0px 7px;
}}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: 5px 6px; }}
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] {{
    border: 2px solid {name("danger")}; padding: 0px 7px;
}}
QPlainTextEdit[invalid="true"] {{ padding: 5px 6px; }}
QLineEdit:read-only, QPlainTextEdit:read-only {{ background: {name("surface2")}; color: {name("text2")}; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{
    background: {name("surface2")}; color: {name("text_disabled")}; border-color: {name("line_mid")};
}}
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus,
QPlainTextEdit[bare="true"], QPlainTextEdit[bare="true"]:focus {{
    border: none; background: transparent; padding: 0px;
}}

QScrollArea, QAbstractScrollArea[plain="true"] {{ border: none; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0px; }}
QScrollBar::handle:vertical {{
    background: {name("line_mid")}; border-radius: 3px; min-height: 32px; margin: 2px 3px;
}}
QScrollBar::handle:horizontal {{
    background: {name("line_mid")}; border-radius: 3px; min-width: 32px; margin: 3px 2px;
}}
QScrollBar::handle:hover {{ background: {name("line_strong")}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0px; height: 0px; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QTableView, QListView, QTreeView {{
    background: {name("surface")}; color: {name("text")}; border: none; outline: none;
    selection-background-color: {name("selected")}; selection-color: {name("text")};
}}
QHeaderView {{ background: {name("surface2")}; border: none; }}
QTableCornerButton::section {{ background: {name("surface2")}; border: none; }}

QMenu {{
    background: {name("surface")}; color: {name("text")};
    border: 1px solid {name("line_mid")}; border-radius: 8px; padding: 5px;
}}
QMenu::item {{ padding: {px(6)} {px(22)} {px(6)} {px(10)}; border-radius: 5px; }}
QMenu::item:selected {{ background: {name("selected")}; color: {name("text")}; }}
QMenu::item:disabled {{ color: {name("text_disabled")}; }}
QMenu::icon {{ padding-left: {px(8)}; }}
QMenu::separator {{ height: 1px; background: {name("line")}; margin: 5px 4px; }}

QToolTip {{
    background: {name("text")}; color: {name("surface")};
    border: none; padding: 5px 8px;
    qproperty-textFormat: PlainText;
}}
QSplitter::handle {{ background: {name("line")}; }}
"""
