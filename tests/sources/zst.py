"""zstd's own compressor, whichever package this Python has it from."""

import sys

if sys.version_info >= (3, 14):
    import zipfile as zipfile

    from compression import zstd as zstd
else:
    from backports import zstd as zstd
    from backports.zstd import zipfile as zipfile


def zst(data: bytes) -> bytes:
    """One frame with its checksum, as the command makes it."""
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})
