"""How much is read at all, so that no file can fill memory or disk."""

MAX_VOXELS = 800_000_000  # 512 x 512 x 3,000 are 786 million, 1.6 GB
MAX_FILES = 20_000  # of a CT folder or a zip archive
MAX_BYTES = 8_000_000_000  # that a zip archive may unpack to
