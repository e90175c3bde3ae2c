"""What a CT is on disk, in space and on paper."""
