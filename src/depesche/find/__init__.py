"""One file for each kind of finding: pure functions from a document to findings."""
