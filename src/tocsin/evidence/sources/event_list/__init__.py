"""Events that an organisation lists itself."""
