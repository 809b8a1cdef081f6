"""One file a shape of report."""
