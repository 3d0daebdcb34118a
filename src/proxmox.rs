//! The edge towards Proxmox servers: HTTP and JSON.
