//! Version order and ranges: one file per scheme.
