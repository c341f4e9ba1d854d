"""The controls of the program, each built once. Import them from here.

All text is plain text. Signals are listed after "->". `tone` of tags and badges is one of neutral,
accent, danger, warn, ok, info; `status` is a key of the tokens (see `STATUSES`). Sizes are design pixels
and grow with the text size. Every control follows a change of theme by itself; nobody calls `setStyleSheet`.

Text and grounds
    Label(text, variant="body", *, tone="", wrap=False, elide=False, selectable=False)
        variant: display title heading section body emphasis strong small small_medium small_strong micro hint
        tone: a text token ("text2", "danger", "link", "on_warn_soft" ...); .set_tone(tone)
    Card(title="", *, padding=16)                  .body (QVBoxLayout)
    SectionHeading(text, *, count=None, icon="", note="", action="", large=False) -> actionTriggered()
        .set_count(n) .set_note(text) .label .action
    Divider(*, vertical=False)   IconLabel(name, size=16, colour="text2") .set_icon(name, colour)
    ScrollColumn(*, margins=(l, t, r, b))          .body; a frameless scrolling column

Buttons
    Button(text, kind="secondary", *, icon="", key="", size="normal", trailing_icon="") -> clicked
        kind: primary secondary quiet danger danger_secondary link; size: small normal large
        .set_busy(on) .set_default() (Enter inside a layer) .set_text .set_icon .set_kind
    IconButton(icon, name, *, kind="quiet", key="", icon_size=16, extent=32, checkable=False) -> clicked
        .set_name(name, key) .set_dot(on)
    SplitButton(text, kind="primary", *, icon="", menu_name="") -> clicked();  .menu is a Menu
    Menu(parent)                                   .add(text, then, icon="", key="")

Fields
    TextField(text="", *, name="", placeholder="", icon="")     a QLineEdit; .set_invalid .set_note .add_trailing
    TextArea(text="", *, name="", placeholder="", lines=3)      a QPlainTextEdit; .set_invalid
    PasswordField(*, name="", placeholder="", icon="") -> capsLockChanged(bool)
    SearchBox(placeholder, *, name="", key="") -> searched(str), leftDown();  .clear_search()
    LabelledField(label, field, *, help="", optional=False)
        .field .set_error(text) .clear_error() .error .set_help(text) .set_warning(text)
    Option(value, text, second="", avatar="", staff=False, icon="", keys=(), enabled=True, action=False)
    Combo(options, *, value=None, name="", placeholder="") -> valueChanged(object)
        .value() .set_value(v) .set_options(options) .options() .set_invalid
    SearchSelect(*, name="", placeholder="", options=None, icon="search")
        -> queryChanged(str), picked(object), actionPicked(object)
        .value() .set_choice(option) .set_options(options, note="")

Marks
    Tag(text, tone="neutral", *, icon="") .set_tag      Badge(text, tone="neutral") .set_text      KeyCap(text)
    StatusPill(status, text="") .set_status             Avatar(name, *, staff=False, size=28) .set_name
    paint_tag, tag_size, paint_status_pill, status_pill_size, paint_avatar, initials   for delegates
    STATUSES, STATUS_ICONS, status_word(status)

Layers (children of the host's window; Escape closes, focus goes in and comes back)
    Popover(host, title="", *, width=360, covers=True, margin=16)
        .body .footer .open_at(anchor, side="below"|"beside"); anchor: a widget or a QRect in window coordinates
    SideSheet(host, title, *, width=420, scrim=True)                .body .footer .open_layer()
    Dialog(host, title, text="", *, width=440) -> rejected()
        .body .add_action(text, then, kind=, default=, closes=, key=, icon=) -> Button
    confirm(host, title, text, act, then, *, keep, danger=True)     for what cannot be undone
    all: -> closed();  .dirty = lambda: bool (asks Keep editing or Discard)  .dismiss() .close_layer() .keep_after_close
    wrap wide content in ScrollColumn; mark the Enter button with .set_default()

Feedback
    Toasts(window, *, bottom=36) -> said(str)      one per window
        .say(text, undo=None, *, action="", icon=, key="") .clear()
    Banner(text, tone="info", *, lead="", action="", icon="", stacked=False, square=False) -> actionTriggered()
        .set_text(text, lead)
    StateView(kind, title, text="", *, icon="")    kind: empty no_result no_permission error
        .add_action(text, then, kind=, icon=) .set_state(...) .clear_actions()
    announce(widget, text, assertive=False)        for screen readers

Matching typed text: matches(query, text), found_spans(query, text), fold(text)
Painting helpers for painted views: the module `painting` (box, line_text, hatching, shadow, key_cap).
"""

from meditrack_desktop.ui.widgets.announce import announce
from meditrack_desktop.ui.widgets.badge import (
    Avatar,
    Badge,
    KeyCap,
    StatusPill,
    Tag,
    initials,
    paint_avatar,
    paint_status_pill,
    paint_tag,
    status_pill_size,
    tag_size,
)
from meditrack_desktop.ui.widgets.button import Button, IconButton, Menu, SplitButton
from meditrack_desktop.ui.widgets.card import Card, Divider, IconLabel, ScrollColumn, SectionHeading
from meditrack_desktop.ui.widgets.choice import Combo, SearchSelect
from meditrack_desktop.ui.widgets.feedback import Banner, StateView, Toast, Toasts
from meditrack_desktop.ui.widgets.label import Label
from meditrack_desktop.ui.widgets.layer import Dialog, Layer, confirm
from meditrack_desktop.ui.widgets.matching import fold, found_spans, matches
from meditrack_desktop.ui.widgets.option_list import Option
from meditrack_desktop.ui.widgets.popover import Popover, SideSheet
from meditrack_desktop.ui.widgets.status import STATUS_ICONS, STATUSES, status_word
from meditrack_desktop.ui.widgets.text_field import (
    LabelledField,
    PasswordField,
    SearchBox,
    TextArea,
    TextField,
)

__all__ = [
    "STATUSES",
    "STATUS_ICONS",
    "Avatar",
    "Badge",
    "Banner",
    "Button",
    "Card",
    "Combo",
    "Dialog",
    "Divider",
    "IconButton",
    "IconLabel",
    "KeyCap",
    "Label",
    "LabelledField",
    "Layer",
    "Menu",
    "Option",
    "PasswordField",
    "Popover",
    "ScrollColumn",
    "SearchBox",
    "SearchSelect",
    "SectionHeading",
    "SideSheet",
    "SplitButton",
    "StateView",
    "StatusPill",
    "Tag",
    "TextArea",
    "TextField",
    "Toast",
    "Toasts",
    "announce",
    "confirm",
    "fold",
    "found_spans",
    "initials",
    "matches",
    "paint_avatar",
    "paint_status_pill",
    "paint_tag",
    "status_pill_size",
    "status_word",
    "tag_size",
]
