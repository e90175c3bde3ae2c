"""Which features stay the same when image and outline change a little."""
