//! Cases judged by hand.
