"""Files, imports, exports and paper."""

from collections.abc import Mapping

from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.ui.error_words.marking import QT_TRANSLATE_NOOP

_Code = ErrorCode

WORDS: Mapping[ErrorCode, tuple[str, str]] = {
    _Code.IMPORT_NEEDS_MAPPING: (
        QT_TRANSLATE_NOOP("errors", "The columns of this file are not known."),
        QT_TRANSLATE_NOOP("errors", "Nothing was read. Say which column is what."),
    ),
    _Code.AGREEMENT_NEEDED: (
        QT_TRANSLATE_NOOP("errors", "Another administrator has to agree."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was written. Ask them to type their own name and password at this desk."
        ),
    ),
    _Code.EXPORT_CELL_TOO_LONG: (
        QT_TRANSLATE_NOOP("errors", "A text of {count} characters does not fit into an Excel sheet."),
        QT_TRANSLATE_NOOP("errors", "Nothing was written. Export as CSV instead."),
    ),
    _Code.PRINTER_UNUSABLE: (
        QT_TRANSLATE_NOOP("errors", "Nothing was printed."),
        QT_TRANSLATE_NOOP(
            "errors", "The printer {printer} cannot be used. Choose another one, or save as PDF."
        ),
    ),
    _Code.DOCUMENT_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This document is no longer in the chart."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the list of documents again."),
    ),
    _Code.FILE_TYPE_REFUSED: (
        QT_TRANSLATE_NOOP("errors", "Files of this kind are not taken."),
        QT_TRANSLATE_NOOP(
            "errors",
            "The file was not added and stays where it is. Use PDF, JPEG, PNG, TIFF, HEIC, WebP, AVIF, GIF or "
            "DICOM. If it should be one of these, it was cut off on its way: have it sent again.",
        ),
    ),
    _Code.FILE_TOO_LARGE: (
        QT_TRANSLATE_NOOP("errors", "The file is too large."),
        QT_TRANSLATE_NOOP("errors", "It was not added and stays where it is. Split it or save it smaller."),
    ),
    _Code.FILE_UNREADABLE: (
        QT_TRANSLATE_NOOP("errors", "The file could not be read."),
        QT_TRANSLATE_NOOP(
            "errors",
            "It was not added and stays where it is. It may be cut off, or open in another program: close it there "
            "and try again, or have it sent again.",
        ),
    ),
    _Code.FILE_EMPTY: (
        QT_TRANSLATE_NOOP("errors", "The file is empty."),
        QT_TRANSLATE_NOOP("errors", "It was not added. Choose another file."),
    ),
    _Code.FILE_NAME_DISAGREES: (
        QT_TRANSLATE_NOOP("errors", "The file is not what its name says."),
        QT_TRANSLATE_NOOP("errors", "It was not added and stays where it is. Check where it came from."),
    ),
    _Code.FILE_INFECTED: (
        QT_TRANSLATE_NOOP("errors", "The file carries a virus."),
        QT_TRANSLATE_NOOP(
            "errors", "It is neither added nor opened here. Tell whoever looks after this computer."
        ),
    ),
    _Code.FILE_NAMES_ANOTHER: (
        QT_TRANSLATE_NOOP("errors", "The file names {named}, the chart is {patient}."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was filed. Compare both; file it only if you are sure that it belongs here."
        ),
    ),
    _Code.FILE_NOT_SCANNED: (
        QT_TRANSLATE_NOOP("errors", "The file was not checked for viruses."),
        QT_TRANSLATE_NOOP(
            "errors",
            "It was not added and stays where it is: this clinic takes no unchecked files.",
        ),
    ),
    _Code.DOCUMENTS_A_DAY: (
        QT_TRANSLATE_NOOP("errors", "This patient got {limit} documents today."),
        QT_TRANSLATE_NOOP(
            "errors", "More is not taken on one day. An administrator can raise the limit in the settings."
        ),
    ),
    _Code.INCOMING_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This file is not in the inbox any more."),
        QT_TRANSLATE_NOOP("errors", "Somebody filed or discarded it. The list was renewed."),
    ),
    _Code.INCOMING_ENDED: (
        QT_TRANSLATE_NOOP("errors", "Somebody else has dealt with this file."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the list again."),
    ),
    _Code.FILE_NOT_DIVISIBLE: (
        QT_TRANSLATE_NOOP("errors", "This file cannot be divided."),
        QT_TRANSLATE_NOOP("errors", "Only PDF and TIFF files of several pages can. It stays as it is."),
    ),
    _Code.DOCUMENT_SUPERSEDED: (
        QT_TRANSLATE_NOOP("errors", "There is a newer version of this document."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Open the newest version."),
    ),
    _Code.DOCUMENT_REVIEWED: (
        QT_TRANSLATE_NOOP("errors", "A doctor has read this document in the chart already."),
        QT_TRANSLATE_NOOP("errors", "It stays there. Ask the doctor to file it with another patient."),
    ),
    _Code.DOCUMENT_IN_USE: (
        QT_TRANSLATE_NOOP("errors", "Something in the record rests on this document."),
        QT_TRANSLATE_NOOP(
            "errors", "It is the paper of a consent, or the photo. Change that first; nothing was moved."
        ),
    ),
    _Code.UNFILING_TOO_LATE: (
        QT_TRANSLATE_NOOP("errors", "This filing is too old to be taken back."),
        QT_TRANSLATE_NOOP(
            "errors", "The document stays where it is. File it with another patient instead, with a reason."
        ),
    ),
    _Code.EXAMINER_FAILED: (
        QT_TRANSLATE_NOOP("errors", "The program that looks into files does not start."),
        QT_TRANSLATE_NOOP(
            "errors",
            "The file was not added and stays where it is. Restart MediTrack; if that does not help, tell support.",
        ),
    ),
    _Code.FILE_NOT_STORED_YET: (
        QT_TRANSLATE_NOOP("errors", "This document is still waiting to be stored."),
        QT_TRANSLATE_NOOP(
            "errors",
            "It is kept on this computer, encrypted, until the document folder is back. It can be opened then.",
        ),
    ),
    _Code.SCAN_FOLDER_UNUSABLE: (
        QT_TRANSLATE_NOOP("errors", "The scan folder cannot be used: {folder}."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing is taken in from there. Choose a folder on this computer that this program may change.",
        ),
    ),
    _Code.FILE_ASKS_PASSWORD: (
        QT_TRANSLATE_NOOP("errors", "The file is locked with a password."),
        QT_TRANSLATE_NOOP(
            "errors",
            "It was left as it is. Whoever sent it knows the password: open it with that in another program, save it "
            "there without one, and add that file.",
        ),
    ),
    _Code.RECOGNITION_FAILED: (
        QT_TRANSLATE_NOOP("errors", "The text of a page could not be recognised."),
        QT_TRANSLATE_NOOP("errors", "The document itself is as it was. It can be tried again."),
    ),
    _Code.FILE_SEVERAL_STUDIES: (
        QT_TRANSLATE_NOOP("errors", "These files are of more than one study or person."),
        QT_TRANSLATE_NOOP("errors", "None of them was added. Add the files of one study at a time."),
    ),
    _Code.NO_TEXT_RECOGNITION: (
        QT_TRANSLATE_NOOP("errors", "This computer has no text recognition."),
        QT_TRANSLATE_NOOP("errors", "Install Tesseract on it, then try again."),
    ),
    _Code.EXPORT_TARGET_UNUSABLE: (
        QT_TRANSLATE_NOOP("errors", "The file could not be written there."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was handed out, and no half-written file is left. Choose another folder or a new name.",
        ),
    ),
    _Code.IMPORT_UNREADABLE: (
        QT_TRANSLATE_NOOP("errors", "The file could not be read as a list of people."),
        QT_TRANSLATE_NOOP("errors", "Nobody was added. Check the file and try again."),
    ),
    _Code.IMPORT_NOT_SUPPORTED: (
        QT_TRANSLATE_NOOP("errors", "Files of this kind cannot be imported."),
        QT_TRANSLATE_NOOP("errors", "Nobody was added. Use CSV or FHIR JSON."),
    ),
}
