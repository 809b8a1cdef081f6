"""One file a page. A page reads the run and the register and calls one act; it computes no number of its own."""
