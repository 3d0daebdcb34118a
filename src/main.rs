//! vigie: arguments, configuration, then the dashboard or a command.

fn main() {}
