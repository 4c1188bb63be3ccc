"""Why a signature is not valid, as a code. A sentence beside it is for people; decisions are made on the code."""

from enum import StrEnum


class SignatureReason(StrEnum):
    """The first half goes with `invalid`: a check was done and failed. The second goes with `unverifiable`."""

    SIGNATURE = "signature-mismatch"  # the signature does not fit the certificate's key and the content
    NO_KEY_FITS = "no-key-fits"  # none of the policy's keys made it, or the content was changed
    OTHER_DIGEST = "other-digest"  # it is about another digest
    CONTENT = "content-mismatch"  # the signed document is not of the kind that its manifest announces
    LOG_ENTRY = "log-entry-mismatch"  # the log entry is about other content, another signature or another signer
    LOG_SIGNATURE = "log-signature-mismatch"  # the log signed neither this entry nor this checkpoint
    LOG_TIME = "log-time"  # the log's key was not in use at the entry's time
    INCLUSION = "inclusion-proof"  # the proof does not lead to the checkpoint
    TIMESTAMP = "timestamp-mismatch"  # a timestamp is about another signature, or not of the authority that it names
    CERTIFICATE_FORGED = "certificate-forged"  # it names an authority that we know, which did not sign it
    CERTIFICATE_TIME = "certificate-time"  # it was not valid at the time of signing
    CERTIFICATE_CHAIN = "certificate-chain"  # no valid chain to an authority that was in use then
    CERTIFICATE_USAGE = "certificate-usage"  # it is not for signing code
    CERTIFICATE_LOG = "certificate-log"  # no certificate log vouches for it
    EXPIRED = "signature-expired"  # the signer said until when it counts

    NO_ROOT = "no-trusted-root"
    NO_KEY = "no-key"  # a key signed, and the policy names none
    UNKNOWN_ISSUER = "unknown-issuer"  # an authority that the trusted roots do not name
    OUTDATED_ROOT = "outdated-root"  # a newer certificate of an authority that they do name
    UNKNOWN_LOG = "unknown-log"
    UNKNOWN_TIMESTAMP_AUTHORITY = "unknown-timestamp-authority"
    NO_TRUSTED_TIME = "no-trusted-time"
    NOT_LOGGED = "not-logged"  # an instance that logs everything, and no entry
    NO_PROOF = "no-inclusion-proof"
    NO_SIGNER = "no-signer-named"
    UNSUPPORTED = "unsupported"
    MALFORMED = "malformed"
    OVER_LIMIT = "over-limit"
    LIBRARY_MISSING = "library-missing"
    SECOND_OPINION = "second-opinion-differs"  # our steps hold, and sigstore-python does not agree
    ERROR = "error"  # a parser failed in a way that nobody foresaw
