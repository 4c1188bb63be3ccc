"""Signing certificates: their chain, their certificate-log timestamp, and whom they name."""

import warnings

# A private authority may call its country `USA`. Its certificates are checked, and the spelling of its name is not:
# nothing that stands in a certificate writes to the terminal or the log by itself.
warnings.filterwarnings("ignore", message="Attribute's length must be", category=UserWarning)
