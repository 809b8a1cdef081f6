"""Packages: options put together for one item. They prepare a decision and never take one."""
