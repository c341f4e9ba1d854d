"""Where a clinic's documents lie, as a desk's profile says it: in the profile, in another folder, in an object store.

What the store knows the clinic by lies with this workstation's own secret, in the system's keyring.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from uuid import UUID

from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Unavailable, invalid_fields
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services.device import device_key
from meditrack_desktop.services.places import check_documents_folder
from meditrack_desktop.services.profile import Profile, ProfileFacts
from meditrack_desktop.vault.folder_storage import FolderStorage
from meditrack_desktop.vault.patient_disk import PatientDisk
from meditrack_desktop.vault.s3_place import S3Access, is_s3, parse_place
from meditrack_desktop.vault.storage import Storage
from meditrack_desktop.vault.vault import Vault


def vault_of(profile: Profile, facts: ProfileFacts, store: SecretStore) -> Vault:
    """The clinic's vault, as this desk reaches it. Touches nothing but, with the first use of a store, `store`."""
    if not facts.vault_folder:
        return Vault(profile.folder / "vault", facts.clinic_id)
    return Vault(
        storage_at(profile, facts.vault_folder, partial(_kept_access, facts, store)), facts.clinic_id
    )


def storage_at(profile: Profile, address: str, access: Callable[[], S3Access]) -> Storage:
    """What lies at an address: a folder's path, or `s3://…`. Invalid `vault_folder` for one that cannot be meant."""
    if not is_s3(address):
        # A share may stop answering at any time; a folder of the profile goes only with the whole computer.
        return FolderStorage(Path(address), PatientDisk())
    check_address(address)
    # The client of object stores takes a second to load, and is an extra that not everybody installs.
    try:
        from meditrack_desktop.vault.s3_storage import S3Storage
    except ImportError:
        raise Unavailable(ErrorCode.VAULT_MISSING, fields=None, reason="ENOPKG") from None
    authority = profile.store_certificate
    return S3Storage(parse_place(address), access, authority if authority.is_file() else None)


def check_address(address: str) -> None:
    """Invalid `vault_folder` for an `s3://…` that cannot be meant, or would be asked without encryption; and for a
    folder without its beginning, which would be another one wherever the program is started from."""
    if is_s3(address):
        try:
            parse_place(address)
        except ValueError:
            raise invalid_fields(vault_folder=FieldProblem.MALFORMED) from None
    elif not Path(address).is_absolute():
        raise invalid_fields(vault_folder=FieldProblem.MALFORMED)


def check_place(address: str) -> None:
    """As `check_address`; for a folder that documents can be written there: Unavailable VAULT_UNWRITABLE."""
    check_address(address)
    if not is_s3(address):
        check_documents_folder(Path(address))


def check_reachable(profile: Profile, address: str, access: str, clinic_id: UUID) -> Vault:
    """The clinic's vault, with what somebody typed, once it is sure that it is there.

    Unavailable as `vault_at`, `Vault.check` and `store_refusals`.
    """
    vault = vault_at(profile, address, access, clinic_id)
    with store_refusals(address):
        vault.check()
    return vault


def vault_at(profile: Profile, address: str, access: str, clinic_id: UUID) -> Vault:
    """A clinic's vault at an address, with what somebody typed. Touches nothing.

    Unavailable VAULT_ACCESS_NEEDED for a store without a key; Invalid `vault_folder` as `storage_at`.
    """
    if is_s3(address) and not access.strip():
        raise Unavailable(ErrorCode.VAULT_ACCESS_NEEDED)
    return Vault(storage_at(profile, address, partial(access_in, access)), clinic_id)


@contextmanager
def store_refusals(address: str) -> Iterator[None]:
    """Tell a store that does not know the key apart from one that is away: Unavailable VAULT_ACCESS_REFUSED."""
    try:
        yield
    except Unavailable as error:
        if is_s3(address) and error.parameters.get("reason") == "EACCES":
            raise Unavailable(ErrorCode.VAULT_ACCESS_REFUSED) from None
        raise


def keep_access(facts: ProfileFacts, store: SecretStore, access: str) -> None:
    """Put a store's key and its secret, with a blank between them, where this workstation's secret lies.

    Invalid `vault_access` unless it is two words.
    """
    if len(access.split()) != 2:
        raise invalid_fields(vault_access=FieldProblem.MALFORMED)
    store.put(_name(facts), " ".join(access.split()))


def kept_words(facts: ProfileFacts, store: SecretStore) -> str:
    """What `keep_access` put there; empty if there is nothing, or the store does not answer."""
    with suppress(Unavailable):
        return store.get(_name(facts)) or ""
    return ""


def _kept_access(facts: ProfileFacts, store: SecretStore) -> S3Access:
    return access_in(kept_words(facts, store))


def access_in(text: str) -> S3Access:
    """Key and secret out of two words. PermissionError if there are none."""
    words = text.split()
    if len(words) != 2:
        raise PermissionError(errno.EACCES, "this desk has no key for the store")
    return S3Access(*words)


def _name(facts: ProfileFacts) -> str:
    return f"{device_key(facts)}/vault"
