//! Speaking to a service: who is asked, with which key, how often, and over which way.

mod client;
mod download;
mod failure;
mod pace;
mod proxy;
mod retry;

pub(crate) use client::Client;
pub(crate) use download::Download;
pub(crate) use failure::Failure;
