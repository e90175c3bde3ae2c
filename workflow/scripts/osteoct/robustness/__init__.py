"""Which features stay the same when scan and mask change a little."""
