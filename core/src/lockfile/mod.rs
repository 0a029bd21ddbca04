//! Dependency files: the table of formats, and one file per format.
