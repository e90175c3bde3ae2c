"""The study again with other choices, to see how much its answer hangs on them."""
