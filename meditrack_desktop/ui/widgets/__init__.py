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
    FlowRow(*, spacing=6)                          .flow (a layout): what does not fit goes to the next line
    Divider(*, vertical=False)   IconLabel(name, size=16, colour="text2") .set_icon(name, colour)
    ScrollColumn(*, margins=(l, t, r, b))          .body; brings what has the focus into sight

Buttons
    Button(text, kind="secondary", *, icon="", key="", size="normal", trailing_icon="") -> clicked
        kind: primary secondary quiet danger danger_secondary link; size: small normal large
        .set_busy(on) .set_default() (Enter inside a layer) .set_text .set_icon .set_kind
    IconButton(icon, name, *, kind="quiet", key="", icon_size=16, extent=32, checkable=False) -> clicked
        .set_name(name, key) .set_dot(on)
    SplitButton(text, kind="primary", *, icon="", menu_name="") -> clicked();  .menu is a Menu
    Menu(owner)                                    .add(text, then, icon="", key="")

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
    DateField(today: Callable[[], date], value=None, *, name="", quick=True, minimum=None, maximum=None)
        -> valueChanged(date or None), problem(str);  .value() .set_value(d) .set_limits(lo, hi) .open_month()
    TimeField(value=None, *, name="", step=15) -> valueChanged(time or None), problem(str);  .value() .set_value(t)
    SlotChips(columns=4) -> picked(time);          .set_slots([(time, free)], selected=None) .select(time)
    MonthView(today, selected=None) -> picked(date), monthChanged(first day)
        .select(d) .selected() .month() .set_today(d) .set_marks(days) .set_closed(days)
    parse_date, format_date, parse_time, format_time   pure, in `date_text`

Choices
    CheckBox(text, checked=False, *, name="")  Radio(...)  Switch(...) -> toggled(bool)
    Segmented([(value, text)], value, *, name="") -> valueChanged(object);        .value() .set_value(v) .button(v)
    TabStrip([(value, text, count or None)], value, *, name="") -> valueChanged(object);   .set_count(value, n)
    FilterChip(text, *, icon="", active=False, adds=False) -> clicked, removed();   .set_filter(text, active=)

Table
    Column(key, title, width=110, priority=0, stretch=False, align_right=False, sortable=True)
    Cell(text, second="", tone="text", strong=False, struck=False, avatar="", staff=False, icon="", mark="",
         mark_tone="danger", mark_meaning="", tags=(CellTag(text, tone, icon),), status="", status_text="")
    RecordModel(columns, cell: (record, key) -> Cell, *, identity=id, checkable=False)
        -> moreWanted(offset), checkedChanged()
        .set_records(records, total=None) .append(page) .record(row) .row_of(identity) .checked() .check_all(on)
    PagedModel(columns, cell, *, identity=id)      of a very long list: pages of 256 rows, at most 64 held
        -> pageWanted(number), pageGiven(number)
        .begin(first page, total) .renew(total) .give(number, records) .failed(number) .record(row) or None
    RecordTable(model, name, *, two_lines=False)
        -> opened(row), previewed(row), rowChanged(row), sortRequested(key, descending)
        .select_row(n) .current_row() .set_sort(key, descending)
        letters are left to the page: give its QShortcuts the table as parent and WidgetShortcut as context
    paint_cell(painter, area, cell)                for other delegates

Marks
    Tag(text, tone="neutral", *, icon="") .set_tag      Badge(text, tone="neutral") .set_text      KeyCap(text)
    StatusPill(status, text="") .set_status             Avatar(name, *, staff=False, size=28) .set_name
    paint_tag, tag_size, paint_status_pill, status_pill_size, paint_avatar, initials   for delegates
    STATUSES, STATUS_ICONS, status_word(status)

Layers (children of the host's window; Escape closes, focus goes in and comes back)
    Popover(host, title="", *, width=360, covers=True, margin=16)
        .body .footer .open_at(anchor, side="below"|"beside"); anchor: a widget or a QRect in window coordinates
    SideSheet(host, title, *, width=420, scrim=True)                .body .footer .open_layer()
    KeySheet(host, title, [(section, [(keys, what they do)])])      a SideSheet
    Dialog(host, title, text="", *, width=440) -> rejected()
        .body .add_action(text, then, kind=, default=, closes=, key=, icon=) -> Button
    confirm(host, title, text, act, then, *, keep, danger=True)     for what cannot be undone
    all: -> closed();  .dirty = lambda: bool (asks Keep editing or Discard)  .dismiss() .close_layer() .keep_after_close
    `body` scrolls by itself where the window is small; mark the Enter button with .set_default()

Feedback
    Toasts(window, *, bottom=36) -> said(str)      one per window
        .say(text, undo=None, *, action="", icon=, key="") .clear()
    Banner(text, tone="info", *, lead="", action="", icon="", stacked=False, square=False) -> actionTriggered()
        .set_text(text, lead)
    StateView(kind, title, text="", *, icon="")    kind: empty no_result no_permission error
        .add_action(text, then, kind=, icon=) .set_state(...) .clear_actions()
    announce(widget, text, assertive=False)        for screen readers
    Skeleton(shape="table"|"text")                 after 200 ms       ProgressBar(name, *, thickness=8) .set_share(0..1)
    FocusRing(window)                              one per top-level window; controls with their own edge set the
                                                   property `ownFocusEdge`

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
from meditrack_desktop.ui.widgets.card import Card, Divider, IconLabel, SectionHeading
from meditrack_desktop.ui.widgets.chips import FilterChip
from meditrack_desktop.ui.widgets.choice import Combo, SearchSelect
from meditrack_desktop.ui.widgets.date_field import DateField
from meditrack_desktop.ui.widgets.date_text import format_date, format_time, parse_date, parse_time
from meditrack_desktop.ui.widgets.feedback import Banner, StateView
from meditrack_desktop.ui.widgets.flow import FlowRow
from meditrack_desktop.ui.widgets.focus_ring import FocusRing
from meditrack_desktop.ui.widgets.key_sheet import KeySheet
from meditrack_desktop.ui.widgets.label import Label
from meditrack_desktop.ui.widgets.layer import Dialog, Layer, confirm
from meditrack_desktop.ui.widgets.matching import fold, found_spans, matches
from meditrack_desktop.ui.widgets.month_view import MonthView
from meditrack_desktop.ui.widgets.option_list import Option
from meditrack_desktop.ui.widgets.paged_model import PAGE_ROWS, PagedModel
from meditrack_desktop.ui.widgets.password_field import PasswordField
from meditrack_desktop.ui.widgets.popover import Popover, SideSheet
from meditrack_desktop.ui.widgets.record_model import Cell, CellTag, Column, RecordModel
from meditrack_desktop.ui.widgets.record_table import RecordTable, paint_cell
from meditrack_desktop.ui.widgets.scrolling import ScrollColumn
from meditrack_desktop.ui.widgets.status import STATUS_ICONS, STATUSES, status_word
from meditrack_desktop.ui.widgets.text_field import (
    LabelledField,
    SearchBox,
    TextArea,
    TextField,
)
from meditrack_desktop.ui.widgets.time_field import SlotChips, TimeField
from meditrack_desktop.ui.widgets.toast import Toast, Toasts
from meditrack_desktop.ui.widgets.toggles import CheckBox, Radio, Segmented, Switch, TabStrip, paint_check
from meditrack_desktop.ui.widgets.waiting import ProgressBar, Skeleton

__all__ = [
    "PAGE_ROWS",
    "STATUSES",
    "STATUS_ICONS",
    "Avatar",
    "Badge",
    "Banner",
    "Button",
    "Card",
    "Cell",
    "CellTag",
    "CheckBox",
    "Column",
    "Combo",
    "DateField",
    "Dialog",
    "Divider",
    "FilterChip",
    "FlowRow",
    "FocusRing",
    "IconButton",
    "IconLabel",
    "KeyCap",
    "KeySheet",
    "Label",
    "LabelledField",
    "Layer",
    "Menu",
    "MonthView",
    "Option",
    "PagedModel",
    "PasswordField",
    "Popover",
    "ProgressBar",
    "Radio",
    "RecordModel",
    "RecordTable",
    "ScrollColumn",
    "SearchBox",
    "SearchSelect",
    "SectionHeading",
    "Segmented",
    "SideSheet",
    "Skeleton",
    "SlotChips",
    "SplitButton",
    "StateView",
    "StatusPill",
    "Switch",
    "TabStrip",
    "Tag",
    "TextArea",
    "TextField",
    "TimeField",
    "Toast",
    "Toasts",
    "announce",
    "confirm",
    "fold",
    "format_date",
    "format_time",
    "found_spans",
    "initials",
    "matches",
    "paint_avatar",
    "paint_cell",
    "paint_check",
    "paint_status_pill",
    "paint_tag",
    "parse_date",
    "parse_time",
    "status_pill_size",
    "status_word",
    "tag_size",
]
