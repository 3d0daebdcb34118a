//! What a text is, by the key it stands under.

/// What becomes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A name of this kind, as a whole.
    Name(&'static str),
    /// Names of this kind with signs between: `prod;web`, `a/b`.
    Names(&'static str),
    /// `user@realm!token`.
    User,
    /// Words of a grammar with names among them: `local-zfs:vm-101-disk-0,size=8G`.
    Compound,
    /// The same with versions: what begins with a digit stays.
    Version,
    /// One word of a few: it stays where it is known, whatever is called the same.
    Word,
    /// Sentences: only known words stay.
    Prose,
    /// `offline,message=what a person wrote`.
    First,
    /// What people wrote, and what nobody needs to see.
    Drop,
}

/// The class of the texts under a key of the answer to a call, a row of the table of calls.
pub(super) fn class(call: &str, key: &str) -> Class {
    let base = key.trim_end_matches(|c: char| c.is_ascii_digit());
    if call == CONFIG {
        return of_config(key);
    }
    match key {
        "name" | "hostname" => of_name(call),
        "node" | "target" | "preferred_node" | "master_node" | "server-node" => Class::Name("node"),
        // `fi1:2,fi2`: with priorities.
        "nodes" if call.starts_with("/cluster/ha/") => Class::Compound,
        "rule" => Class::Name("rule"),
        "nodes" => Class::Names("node"),
        "storage" => Class::Names("storage"),
        "store" | "datastore" | "remote-store" => Class::Name("store"),
        "poolid" => Class::Name("pool"),
        "pool" if call == "/cluster/resources" || call == "/cluster/backup" => Class::Name("pool"),
        "tags" | "allowed-tags" | "registered-tags" => Class::Names("tag"),
        "ns" | "namespace" | "remote-ns" => Class::Names("ns"),
        "remote" => Class::Name("remote"),
        "server" | "host" | "ip" | "pve_addr" | "ring0_addr" | "san" | "address" | "cidr" => {
            Class::Compound
        }
        "user" | "userid" | "owner" | "username" | "tokenid" | "auth-id" | "token" => Class::User,
        "group" => Class::Name("group"),
        "serial" | "wwn" | "digest" | "serverid" | "uuid" | "pbs-instance-id" | "vmgenid"
        | "smbios1" | "encryption-key" | "pbs-masterkey" | "config_digest" | "by-id" | "repoid" => {
            Class::Name("id")
        }
        "comment" | "description" | "notes" | "notes-template" | "message" | "data" | "pem"
        | "mailto" | "args" | "ciuser" | "cipassword" | "sshkeys" | "searchdomain" | "cicustom"
        | "hookscript" | "where" | "contact" | "reason-text" | "script" | "master-key" => {
            Class::Drop
        }
        "type" | "status" | "state" | "mode" | "mark" | "health" | "plugintype" | "content"
        | "backup-type" | "mount-status" | "crypt-mode" | "kind" => Class::Word,
        "maintenance" | "maintenance-mode" => Class::First,
        "version" | "release" | "pveversion" | "kversion" | "timezone" => Class::Version,
        "id" | "guest" | "sid" | "volid" | "upid" | "last-run-upid" | "backup-id" | "worker_id"
        | "worker-id" | "schedule" | "gc-schedule" | "path" | "devpath" | "used" | "mountpoint"
        | "exclude" | "exclude-path" | "vmid" | "vmids" | "prune-backups" | "filename"
        | "files" | "export" | "ssl_fingerprint" | "fingerprint" | "pve_fp" | "parent"
        | "iface" | "nameserver" | "boot" | "meta" | "rootfs" | "startup" | "source" | "cpu"
        | "machine" | "verification" | "bridge" | "bridge_ports" | "subdir" | "backing-device"
        | "ports" | "rpool" => Class::Compound,
        _ if is_device(base) && base.len() < key.len() => Class::Compound,
        _ => Class::Prose,
    }
}

/// What stands for a call where it is the configuration of vigie itself.
pub(super) const CONFIG: &str = "config";

fn of_config(key: &str) -> Class {
    match key {
        "name" => Class::Name("source"),
        "token" => Class::User,
        "where" | "contact" | "reason" | "timezone" | "lang" | "until" => Class::Drop,
        _ if key.starts_with("secret-") || key.ends_with("-file") || key.ends_with("-log") => {
            Class::Drop
        }
        _ => Class::Compound,
    }
}

fn is_device(base: &str) -> bool {
    matches!(
        base,
        "scsi"
            | "virtio"
            | "ide"
            | "sata"
            | "net"
            | "mp"
            | "unused"
            | "efidisk"
            | "tpmstate"
            | "hostpci"
            | "usb"
            | "serial"
            | "ipconfig"
            | "numa"
            | "dev"
            | "virtiofs"
    )
}

fn of_name(call: &str) -> Class {
    match call {
        "/cluster/status" | "/cluster/config/join" | "/nodes" => Class::Name("node"),
        // Services of the system, files of the server's own.
        "/nodes/*/services" | "/nodes/localhost/services" => Class::Prose,
        "/nodes/*/disks/zfs" | "/nodes/localhost/disks/zfs" => Class::Name("zpool"),
        "/nodes/*/disks/list" | "/nodes/localhost/disks/list" => Class::Name("disk"),
        "/admin/datastore" | "/config/datastore" => Class::Name("store"),
        "/config/remote" => Class::Name("remote"),
        _ => Class::Name("guest"),
    }
}
