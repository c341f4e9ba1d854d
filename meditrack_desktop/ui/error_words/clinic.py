"""The clinic itself: setting it up, its server, its mail, and what changed meanwhile."""

from collections.abc import Mapping

from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.ui.error_words.marking import QT_TRANSLATE_NOOP

_Code = ErrorCode

WORDS: Mapping[ErrorCode, tuple[str, str]] = {
    _Code.CHANGED_MEANWHILE: (
        QT_TRANSLATE_NOOP("errors", "Somebody else changed this a moment ago."),
        QT_TRANSLATE_NOOP(
            "errors", "Your entries are kept here. Compare with what is there now and save again."
        ),
    ),
    _Code.FIELDS_INVALID: (
        QT_TRANSLATE_NOOP("errors", "Some entries need a change."),
        QT_TRANSLATE_NOOP("errors", "Nothing was saved. Your entries are kept here."),
    ),
    _Code.TOO_MANY_RESULTS: (
        QT_TRANSLATE_NOOP("errors", "There is too much to show at once."),
        QT_TRANSLATE_NOOP("errors", "Choose a shorter time or search more closely."),
    ),
    _Code.STOPPED: (
        QT_TRANSLATE_NOOP("errors", "Stopped as you asked."),
        QT_TRANSLATE_NOOP("errors", "What was finished before is kept."),
    ),
    _Code.CLINIC_NOT_SET_UP: (
        QT_TRANSLATE_NOOP("errors", "There is no clinic here yet."),
        QT_TRANSLATE_NOOP("errors", "Set one up with meditrack init, or look around with meditrack demo."),
    ),
    _Code.CLINIC_EXISTS: (
        QT_TRANSLATE_NOOP("errors", "There is a clinic here already."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Choose another folder."),
    ),
    _Code.PROFILE_UNWRITABLE: (
        QT_TRANSLATE_NOOP("errors", "The program may not write into its own folder."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Tell whoever looks after this computer."),
    ),
    _Code.PROFILE_DAMAGED: (
        QT_TRANSLATE_NOOP("errors", "A file that the clinic needs to open is damaged."),
        QT_TRANSLATE_NOOP(
            "errors", "The records themselves were not touched. Restore the file from a backup."
        ),
    ),
    _Code.NOT_IN_THIS_VERSION: (
        QT_TRANSLATE_NOOP("errors", "This version cannot do that yet."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.MAIL_NOT_SET_UP: (
        QT_TRANSLATE_NOOP("errors", "This desk cannot send mail yet."),
        QT_TRANSLATE_NOOP("errors", "An administrator can name a mail server in the settings."),
    ),
    _Code.MAIL_NOT_SENT: (
        QT_TRANSLATE_NOOP("errors", "The mail could not be sent."),
        QT_TRANSLATE_NOOP(
            "errors",
            "{host} did not take it. Check its name, port, certificate and password, then try again.",
        ),
    ),
    _Code.SERVER_NAME_UNKNOWN: (
        QT_TRANSLATE_NOOP("errors", "No computer of that name was found."),
        QT_TRANSLATE_NOOP("errors", "Check the server's name or address: {host}."),
    ),
    _Code.SERVER_PORT_CLOSED: (
        QT_TRANSLATE_NOOP("errors", "The server does not answer on that port."),
        QT_TRANSLATE_NOOP(
            "errors", "{host} was found, but nothing listens on port {port}. Check the port and the firewall."
        ),
    ),
    _Code.SERVER_NOT_ENCRYPTED: (
        QT_TRANSLATE_NOOP("errors", "The server offers no encrypted connection."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was sent. Switch TLS on at the server, or allow unencrypted connections on a wire you trust.",
        ),
    ),
    _Code.SERVER_CERTIFICATE_WRONG: (
        QT_TRANSLATE_NOOP("errors", "The server's certificate is not one this desk trusts."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was sent. Choose the clinic's certificate file, and check that it names this server.",
        ),
    ),
    _Code.SERVER_SIGN_IN_REFUSED: (
        QT_TRANSLATE_NOOP("errors", "The server refused that user or password."),
        QT_TRANSLATE_NOOP("errors", "Check the database user and its password."),
    ),
    _Code.SERVER_DATABASE_MISSING: (
        QT_TRANSLATE_NOOP("errors", "There is no such database on the server."),
        QT_TRANSLATE_NOOP("errors", "Ask for a database called {database} to be made, or correct its name."),
    ),
    _Code.SERVER_TOO_OLD: (
        QT_TRANSLATE_NOOP("errors", "The server's PostgreSQL is too old."),
        QT_TRANSLATE_NOOP("errors", "Version 15 or newer is needed. Nothing was changed."),
    ),
    _Code.SERVER_LACKS_RIGHTS: (
        QT_TRANSLATE_NOOP("errors", "That database user may not create tables there."),
        QT_TRANSLATE_NOOP(
            "errors", "Give it the right to create in the database, then test again. Nothing was changed."
        ),
    ),
    _Code.SERVER_NOT_POSTGRES: (
        QT_TRANSLATE_NOOP("errors", "What answers there is no PostgreSQL server."),
        QT_TRANSLATE_NOOP("errors", "Check the name {host} and the port {port}. Nothing was sent."),
    ),
    _Code.SERVER_NOT_EMPTY: (
        QT_TRANSLATE_NOOP("errors", "Something else lies in that database."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was changed. Ask for an empty database instead of {database}, and test again."
        ),
    ),
    _Code.PROFILE_ON_NETWORK: (
        QT_TRANSLATE_NOOP("errors", "A network drive is not safe for the clinic's database."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was changed. Keep the data on this computer's own disk, or on a clinic server: {folder}",
        ),
    ),
}
