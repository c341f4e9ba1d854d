"""The database, the vault, keys and backups."""

from collections.abc import Mapping

from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.ui.error_words.marking import QT_TRANSLATE_NOOP

_Code = ErrorCode

WORDS: Mapping[ErrorCode, tuple[str, str]] = {
    _Code.DATABASE_LOCKED: (
        QT_TRANSLATE_NOOP("errors", "The records are locked."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Sign in to go on."),
    ),
    _Code.DATABASE_KEY_WRONG: (
        QT_TRANSLATE_NOOP("errors", "The records do not open with this clinic's key."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. The recovery kit can help an administrator."),
    ),
    _Code.DATABASE_NEWER: (
        QT_TRANSLATE_NOOP("errors", "The records were written by a newer version."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Install the newer version on this computer."),
    ),
    _Code.DATABASE_OLDER: (
        QT_TRANSLATE_NOOP("errors", "The records must be brought to this version first."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was changed. An administrator can do it with meditrack migrate."
        ),
    ),
    _Code.DATABASE_UNREACHABLE: (
        QT_TRANSLATE_NOOP("errors", "The clinic server does not answer."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Check the network and try again."),
    ),
    _Code.DATABASE_BUSY: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the records were busy too long."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Try again."),
    ),
    _Code.DATABASE_FULL: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the disk with the records is full."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Free some space and try again."),
    ),
    _Code.DATABASE_IO: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the disk with the records could not be read or written."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Your entries are kept here. Tell whoever looks after this computer; the disk may be failing.",
        ),
    ),
    _Code.DATABASE_REFUSED: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the records refused what the program asked."),
        QT_TRANSLATE_NOOP(
            "errors", "This is a fault of the program. Your entries are kept here and nothing was changed."
        ),
    ),
    _Code.DATABASE_DAMAGED: (
        QT_TRANSLATE_NOOP("errors", "The file with the records is damaged."),
        QT_TRANSLATE_NOOP("errors", "Stop working here and restore the last backup."),
    ),
    _Code.DATABASE_READ_ONLY: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the records can only be read now."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Tell whoever looks after this computer."),
    ),
    _Code.DATABASE_MISSING: (
        QT_TRANSLATE_NOOP("errors", "The clinic's database is not where it was."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was changed. If the file was moved, put it back; else restore a backup."
        ),
    ),
    _Code.VAULT_LOCKED: (
        QT_TRANSLATE_NOOP("errors", "The documents are locked."),
        QT_TRANSLATE_NOOP("errors", "Sign in with a role that may open them."),
    ),
    _Code.VAULT_DAMAGED: (
        QT_TRANSLATE_NOOP("errors", "The stored document is damaged."),
        QT_TRANSLATE_NOOP("errors", "Nothing of it is shown. Restore it from a backup."),
    ),
    _Code.VAULT_MISSING: (
        QT_TRANSLATE_NOOP("errors", "The file of this document is missing from storage."),
        QT_TRANSLATE_NOOP("errors", "Its entry in the chart is kept. Restore the file from a backup."),
    ),
    _Code.VAULT_FULL: (
        QT_TRANSLATE_NOOP("errors", "Not added: the disk with the documents is full."),
        QT_TRANSLATE_NOOP("errors", "The file stays where it is. Free some space and try again."),
    ),
    _Code.VAULT_UNWRITABLE: (
        QT_TRANSLATE_NOOP("errors", "Not added: the folder with the documents cannot be written."),
        QT_TRANSLATE_NOOP("errors", "The file stays where it is. Tell whoever looks after this computer."),
    ),
    _Code.VAULT_KEY_WRONG: (
        QT_TRANSLATE_NOOP("errors", "The stored document does not open with this clinic's key."),
        QT_TRANSLATE_NOOP("errors", "Nothing of it is shown. The recovery kit can help an administrator."),
    ),
    _Code.VAULT_FOREIGN: (
        QT_TRANSLATE_NOOP("errors", "The stored file belongs to another document."),
        QT_TRANSLATE_NOOP("errors", "Nothing of it is shown. Restore the documents from a backup."),
    ),
    _Code.VAULT_ACCESS_NEEDED: (
        QT_TRANSLATE_NOOP("errors", "The documents lie in a store that this computer has no key for."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Type the store's key and its secret."),
    ),
    _Code.VAULT_ACCESS_REFUSED: (
        QT_TRANSLATE_NOOP("errors", "The store of the documents refuses that key."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Compare it with what the store's owner gave you."),
    ),
    _Code.DEVICE_SECRET_MISSING: (
        QT_TRANSLATE_NOOP("errors", "This computer has lost its own secret."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Its keyring no longer holds it, so no password opens it here. Nothing is lost; use the recovery kit.",
        ),
    ),
    _Code.DEVICE_PASSPHRASE_NEEDED: (
        QT_TRANSLATE_NOOP("errors", "This computer's passphrase is needed."),
        QT_TRANSLATE_NOOP(
            "errors",
            "The system has no keyring, so the passphrase chosen at set-up protects this desk. Type it to go on.",
        ),
    ),
    _Code.DEVICE_PASSPHRASE_WRONG: (
        QT_TRANSLATE_NOOP("errors", "That is not this computer's passphrase."),
        QT_TRANSLATE_NOOP("errors", "Nothing was opened or changed. Type it again, or use the recovery kit."),
    ),
    _Code.RECOVERY_KEY_WRONG: (
        QT_TRANSLATE_NOOP("errors", "That recovery key does not open this clinic."),
        QT_TRANSLATE_NOOP("errors", "It is mistyped or another clinic's. Nothing was opened or changed."),
    ),
    _Code.RECOVERY_NOT_CONFIRMED: (
        QT_TRANSLATE_NOOP("errors", "Those are not the last 8 characters of the kit."),
        QT_TRANSLATE_NOOP(
            "errors", "Look at the paper you printed or the PDF you saved, and type them again."
        ),
    ),
    _Code.ROTATION_UNFINISHED: (
        QT_TRANSLATE_NOOP("errors", "A change of keys was begun and not finished."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing is lost: old and new keys both open. Start it again; it goes on where it stopped.",
        ),
    ),
    _Code.BACKUP_TARGET_UNUSABLE: (
        QT_TRANSLATE_NOOP("errors", "The backup folder cannot be used."),
        QT_TRANSLATE_NOOP(
            "errors",
            "{folder} is missing or cannot be written. No backup was made; the last one is untouched.",
        ),
    ),
    _Code.BACKUP_FULL: (
        QT_TRANSLATE_NOOP("errors", "The disk for backups is full."),
        QT_TRANSLATE_NOOP(
            "errors",
            "No backup was made; the earlier ones are untouched. Free some space or choose another folder.",
        ),
    ),
    _Code.BACKUP_DAMAGED: (
        QT_TRANSLATE_NOOP("errors", "This backup is damaged."),
        QT_TRANSLATE_NOOP(
            "errors", "{file} is not as it was written. Nothing was changed here; take another backup."
        ),
    ),
    _Code.BACKUP_FOREIGN: (
        QT_TRANSLATE_NOOP("errors", "This backup is another clinic's."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed here. Choose a backup of this clinic."),
    ),
    _Code.BACKUP_NEWER: (
        QT_TRANSLATE_NOOP("errors", "This backup was made by a newer MediTrack."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed here. Update MediTrack, then restore it."),
    ),
    _Code.BACKUP_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "There is no such backup."),
        QT_TRANSLATE_NOOP("errors", "It may have been moved or removed. Nothing was changed here."),
    ),
    _Code.BACKUP_RUNNING: (
        QT_TRANSLATE_NOOP("errors", "A backup or restore is going on already."),
        QT_TRANSLATE_NOOP("errors", "Wait until it has finished, then try again."),
    ),
    _Code.KEYRING_UNUSABLE: (
        QT_TRANSLATE_NOOP("errors", "This computer does not hand out the clinic's key."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Unlock the computer's keyring and try again."),
    ),
}
