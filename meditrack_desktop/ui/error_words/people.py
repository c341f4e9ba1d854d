"""Signing in, accounts, desks and what people may do."""

from collections.abc import Mapping

from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.ui.error_words.marking import QT_TRANSLATE_NOOP

_Code = ErrorCode

WORDS: Mapping[ErrorCode, tuple[str, str]] = {
    _Code.AUTHENTICATION_REQUIRED: (
        QT_TRANSLATE_NOOP("errors", "Nobody is signed in."),
        QT_TRANSLATE_NOOP("errors", "Sign in to go on."),
    ),
    _Code.INVALID_CREDENTIALS: (
        QT_TRANSLATE_NOOP("errors", "The name and the password do not belong together."),
        QT_TRANSLATE_NOOP("errors", "Type the password again."),
    ),
    _Code.SESSION_EXPIRED: (
        QT_TRANSLATE_NOOP("errors", "Your session has ended."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Sign in again to go on."),
    ),
    _Code.TOO_MANY_TRIES: (
        QT_TRANSLATE_NOOP("errors", "The password was wrong too often."),
        QT_TRANSLATE_NOOP("errors", "Try again in {seconds} s."),
    ),
    _Code.NOT_PERMITTED: (
        QT_TRANSLATE_NOOP("errors", "Your role does not allow this."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. An administrator can give you the right."),
    ),
    _Code.LAST_ADMINISTRATOR: (
        QT_TRANSLATE_NOOP("errors", "This is the last administrator."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Make somebody else an administrator first."),
    ),
    _Code.ACCOUNT_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This user is no longer here."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the list again."),
    ),
    _Code.USERNAME_TAKEN: (
        QT_TRANSLATE_NOOP("errors", "This user name is taken."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Choose another name."),
    ),
    _Code.WEAK_PASSWORD: (
        QT_TRANSLATE_NOOP("errors", "This password is too easy to guess."),
        QT_TRANSLATE_NOOP("errors", "Four words that do not belong together make a good one."),
    ),
    _Code.PASSWORD_AGAIN: (
        QT_TRANSLATE_NOOP("errors", "This asks for your password once more."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed yet. Type it to go on."),
    ),
    _Code.PASSWORD_EXPIRED: (
        QT_TRANSLATE_NOOP("errors", "Choose a password of your own."),
        QT_TRANSLATE_NOOP("errors", "The one you typed was for one sign-in only. Nothing else has changed."),
    ),
    _Code.SECOND_FACTOR_NEEDED: (
        QT_TRANSLATE_NOOP("errors", "One more step: the six digits of your authenticator app."),
        QT_TRANSLATE_NOOP("errors", "Open the app and type the digits it shows now."),
    ),
    _Code.SECOND_FACTOR_WRONG: (
        QT_TRANSLATE_NOOP("errors", "Those six digits are not right any more."),
        QT_TRANSLATE_NOOP("errors", "Wait for the next ones in your authenticator app and type them."),
    ),
    _Code.PIN_WRONG: (
        QT_TRANSLATE_NOOP("errors", "That PIN is not right."),
        QT_TRANSLATE_NOOP("errors", "Tries left: {left}. After that the password is needed."),
    ),
    _Code.RESET_CODE_WRONG: (
        QT_TRANSLATE_NOOP("errors", "That code is not right, was used already or is too old."),
        QT_TRANSLATE_NOOP("errors", "Your old password is unchanged. Ask an administrator for a new code."),
    ),
    _Code.SIGN_IN_CLOSED: (
        QT_TRANSLATE_NOOP("errors", "Signing in is closed for this name at this desk."),
        QT_TRANSLATE_NOOP(
            "errors",
            "There were too many wrong passwords. An administrator can open it again, or sign in at another desk.",
        ),
    ),
    _Code.NOT_IN_CARE: (
        QT_TRANSLATE_NOOP("errors", "This patient is not in your care."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was opened. Ask to be put on the care team, or open it as an emergency and say why.",
        ),
    ),
    _Code.PERMISSION_KEPT: (
        QT_TRANSLATE_NOOP("errors", "Everybody who signs in needs this."),
        QT_TRANSLATE_NOOP("errors", "It was not taken away. What else you changed is kept."),
    ),
    _Code.NOT_YOURSELF: (
        QT_TRANSLATE_NOOP("errors", "You cannot do this to your own account."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Ask another administrator."),
    ),
    _Code.SECOND_PERSON_NEEDED: (
        QT_TRANSLATE_NOOP("errors", "A second person has to agree to this."),
        QT_TRANSLATE_NOOP("errors", "Your request is kept. Another administrator can approve it."),
    ),
    _Code.DESK_REVOKED: (
        QT_TRANSLATE_NOOP("errors", "This desk may no longer reach the clinic."),
        QT_TRANSLATE_NOOP(
            "errors",
            "An administrator has shut it out. Nothing here was lost; ask an administrator to enrol it again.",
        ),
    ),
    _Code.DESK_NOT_APPROVED: (
        QT_TRANSLATE_NOOP("errors", "This desk waits for an administrator's approval."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Compare the six words with the ones the administrator sees. It opens by itself once approved.",
        ),
    ),
    _Code.SESSION_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "That session is not there any more."),
        QT_TRANSLATE_NOOP("errors", "It may have ended already. Nothing was changed."),
    ),
    _Code.SECOND_FACTOR_MISSING: (
        QT_TRANSLATE_NOOP("errors", "Administrators of this clinic need a second factor."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was changed. Set up an authenticator app for your account first."
        ),
    ),
    _Code.DESK_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "There is no such desk."),
        QT_TRANSLATE_NOOP("errors", "It may have been shut out already. Nothing was changed."),
    ),
}
