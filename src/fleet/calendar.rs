//! Calendar events: the schedules of Proxmox.
