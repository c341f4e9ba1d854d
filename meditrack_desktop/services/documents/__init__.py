"""Documents: filing, opening, versions, the bin, what leaves the clinic of them."""

from meditrack_desktop.services.document_bytes import DocumentBytes
from meditrack_desktop.services.documents.documents import Documents
from meditrack_desktop.services.documents.opening import OpenDocument

__all__ = ["DocumentBytes", "Documents", "OpenDocument"]
