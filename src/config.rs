//! What the user wrote, made into one final validated configuration.
