//! Speaking to a service: who is asked, with which key, how often, and over which way.

mod client;
mod download;
mod proxy;
mod retry;

pub(crate) use client::{Client, Failure};
pub(crate) use download::Download;
