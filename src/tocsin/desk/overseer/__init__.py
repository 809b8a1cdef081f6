"""The report to an overseer as a file to carry: HTML, PDF, Word and JSON, all from one object."""
