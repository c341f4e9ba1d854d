"""What an object store's failures mean, in the system's own words: its callers know OSError and nothing of S3."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as StreamTimeoutError

_GONE = {"404", "NoSuchKey", "NoSuchBucket", "NotFound", "NoSuchUpload"}
_TAKEN = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}
_REFUSED = {
    "403",
    "AccessDenied",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "RequestTimeTooSkewed",
    "AllAccessDisabled",
}
_FULL = {
    "507",
    "QuotaExceeded",
    "XMinioStorageFull",
    "InsufficientCapacity",
    "XMinioAdminBucketQuotaExceeded",
}
_CHANGED = {"BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "InvalidDigest"}


@contextmanager
def as_os_errors() -> Iterator[None]:
    """Turn what the store or the way there refuses into OSError with a number that says what it was."""
    try:
        yield
    except ClientError as error:
        raise _translated(error) from error
    except (ConnectTimeoutError, ReadTimeoutError, StreamTimeoutError) as error:
        raise TimeoutError(errno.ETIMEDOUT, "the store did not answer in time") from error
    except SSLError as error:
        raise PermissionError(errno.EPERM, "the store's certificate is not trusted") from error
    except EndpointConnectionError as error:
        raise OSError(errno.EHOSTUNREACH, "the store cannot be reached") from error
    except (HTTPClientError, HTTPError) as error:
        raise OSError(errno.ECONNRESET, "the line to the store broke") from error
    except BotoCoreError as error:
        raise OSError(errno.EIO, type(error).__name__) from error


def _translated(error: ClientError) -> OSError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
    said = {code, status}
    if said & _GONE:
        return FileNotFoundError(errno.ENOENT, code)
    if said & _FULL:
        return OSError(errno.EDQUOT, code)
    if said & _TAKEN:
        return FileExistsError(errno.EEXIST, code)
    if said & _CHANGED:
        return OSError(errno.EIO, code)
    if said & _REFUSED:
        return PermissionError(errno.EACCES, code)
    if status in ("500", "502", "503", "504", "429"):
        return OSError(errno.EAGAIN, code)
    return OSError(errno.EIO, code)
