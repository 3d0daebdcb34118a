//! Answers about one node.

use serde_json::{Value, json};

use super::super::answer::{object, put};
use super::super::fleet::SimNode;
use super::super::noise::{hex, seed, share, tide, wander};
use super::super::schedule::{format, offset, zone};
use super::super::tls::CertificateFacts;
use super::cluster::{cpu_at, number, root_used, swap};
use super::{Call, Outcome, Refusal, daemon_data, data, forbidden};

impl Call<'_> {
    pub(super) fn node_status(&self, node: &SimNode) -> Outcome {
        self.need_node(node)?;
        self.only(&[])?;
        let version = node.version.unwrap_or(self.cluster.version);
        let used = self.node_mem(node);
        let (swap, swapped) = swap(node);
        let free = node.memory.saturating_sub(used) / 2;
        let root = root_used(node);
        let cpu = self.node_cpu(node);
        let release = kernel(version.0);
        let build = format!("#1 SMP PREEMPT_DYNAMIC PMX {release}");
        let loads: Vec<String> = [1, 2, 3]
            .iter()
            .map(|at| {
                let wave = wander(seed(&node.name) ^ at, self.now - 200);
                format!("{:.2}", (cpu + wave * 0.1) * f64::from(node.cpus))
            })
            .collect();
        let mut status = json!({
            "uptime": self.node_uptime(node), "idle": 0, "cpu": cpu, "wait": node.iowait.unwrap_or(cpu * 0.02),
            "loadavg": loads,
            "cpuinfo": {
                "cpus": node.cpus, "cores": (node.cpus / 2).max(1), "sockets": 1,
                "model": "AMD EPYC", "mhz": "2596.148", "user_hz": 100, "hvm": "1",
                "flags": "fpu vme de pse svm", "vendor": "AuthenticAMD", "family": "25",
            },
            "memory": {"total": node.memory, "used": used, "free": free},
            "swap": {"total": swap, "used": swapped, "free": swap - swapped},
            "ksm": {"shared": 0},
            "rootfs": {
                "total": node.root, "used": root, "free": node.root - root,
                "avail": (node.root - root) / 20 * 19,
            },
            "kversion": format!("Linux {release} {build}"),
            "pveversion": format!("pve-manager/{}/0307225d4bc8b3ed", version.pve_text()),
        });
        if version.0 >= 9
            && let Some(inner) = status.get_mut("memory")
        {
            put(inner, "available", json!(node.memory - used));
        }
        if version.at_least(8, 2) {
            put(&mut status, "boot-info", json!({"mode": "efi", "secureboot": 0}));
            put(
                &mut status,
                "current-kernel",
                json!({
                    "sysname": "Linux", "release": release, "version": build, "machine": "x86_64",
                }),
            );
        }
        data(&status)
    }

    pub(super) fn node_time(&self, node: &SimNode) -> Outcome {
        self.need_node(node)?;
        let zone = zone(&self.cluster.timezone);
        data(&json!({
            "time": self.now, "localtime": self.now + offset(self.now, &zone),
            "timezone": self.cluster.timezone,
        }))
    }

    /// Any token may ask; from 8 on it sees only the bridges that it has SDN.Audit on.
    pub(super) fn network(&self, node: &SimNode) -> Outcome {
        self.only(&["type"])?;
        let kind = self.ask.get("type");
        let is_asked = |own: &[&str]| kind.as_ref().is_none_or(|kind| own.contains(&&**kind));
        let port = json!({
            "iface": "eno1", "type": "eth", "method": "manual", "method6": "manual",
            "families": ["inet"], "exists": 1, "active": 1, "priority": 2,
        });
        let mut rows = if is_asked(&["eth"]) { vec![port] } else { Vec::new() };
        let sees = self.rights.sees_bridges() || self.cluster.version.0 < 8;
        if sees && is_asked(&["bridge", "any_bridge", "any_local_bridge"]) {
            rows.extend(node.bridges.iter().enumerate().map(|(at, name)| {
                json!({
                    "iface": name, "type": "bridge", "method": "manual", "method6": "manual",
                    "families": ["inet"], "active": 1, "autostart": 1, "priority": at + 3,
                    "bridge_ports": if at == 0 { "eno1" } else { "" }, "bridge_stp": "off",
                    "bridge_fd": "0",
                })
            }));
        }
        data(&json!(rows))
    }

    pub(super) fn services(&self, node: &SimNode) -> Outcome {
        self.need_node(node)?;
        let clustered = self.cluster.cluster_name.is_some();
        let rows: Vec<Value> = SERVICES
            .iter()
            .map(|(name, text, unit)| {
                let idle = *name == "corosync" && !clustered;
                let stopped = node.stopped.iter().any(|stopped| stopped == name) || idle;
                let (active, state) = match (*unit, stopped) {
                    ("not-found" | "masked", _) | (_, true) => ("inactive", "dead"),
                    _ => ("active", "running"),
                };
                json!({
                    "service": name, "name": name, "desc": text, "state": state,
                    "active-state": active, "unit-state": unit,
                })
            })
            .collect();
        daemon_data(&json!(rows))
    }

    pub(super) fn subscription(&self, node: &SimNode) -> Outcome {
        let serverid = self.rights.system.then(|| json!(hex(seed(&node.name), 16).to_uppercase()));
        let url = "https://www.proxmox.com/en/proxmox-virtual-environment/pricing";
        if node.subscribed {
            let due = format(self.start + 200 * 86_400, &zone("UTC"), "%Y-%m-%d");
            return data(&object([
                ("status", Some(json!("active"))),
                ("productname", Some(json!("Proxmox VE Community Subscription 1 CPU/year"))),
                ("level", Some(json!("c"))),
                ("nextduedate", Some(json!(due))),
                ("sockets", Some(json!(1))),
                ("serverid", serverid),
                ("url", Some(json!(url))),
            ]));
        }
        data(&object([
            ("status", Some(json!("notfound"))),
            ("message", Some(json!("There is no subscription key"))),
            ("serverid", serverid),
            ("url", Some(json!(url))),
        ]))
    }

    pub(super) fn certificates(&self, node: &SimNode) -> Outcome {
        let place = self.world.place(&self.cluster.source, &node.name);
        let issuer = format!(
            "/CN=Proxmox Virtual Environment/OU={}/O=PVE Cluster Manager CA",
            hex(seed(&self.cluster.source), 8)
        );
        let row =
            |file: &str, facts: &CertificateFacts, subject: &str, issuer: &str, san: Value| {
                json!({
                    "filename": file, "fingerprint": facts.upper(), "subject": subject,
                    "issuer": issuer, "notbefore": facts.not_before, "notafter": facts.not_after,
                    "pem": facts.pem, "public-key-bits": 256, "public-key-type": "id-ecPublicKey",
                    "san": san,
                })
            };
        let mut rows = Vec::new();
        if let Some(authority) = &place.authority {
            rows.push(row("pve-root-ca.pem", authority, &issuer, &issuer, json!([])));
        }
        let subject = format!(
            "/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN={}",
            place.leaf.common_name
        );
        let mut san = vec!["127.0.0.1".to_owned()];
        san.extend(place.leaf.names.iter().cloned());
        let file = if node.custom_certificate { "pveproxy-ssl.pem" } else { "pve-ssl.pem" };
        rows.push(row(file, &place.leaf, &subject, &issuer, json!(san)));
        data(&json!(rows))
    }

    pub(super) fn versions(&self, node: &SimNode) -> Outcome {
        self.need_node(node)?;
        let version = node.version.unwrap_or(self.cluster.version);
        let rows: Vec<Value> =
            ["proxmox-ve", "pve-manager", "pve-kernel", "qemu-server", "corosync", "lvm2"]
                .iter()
                .map(|name| {
                    let current = version.pve_text();
                    let newer = node.updates.iter().any(|update| update == name);
                    let candidate = if newer { format!("{current}+1") } else { current.clone() };
                    let mut row = json!({
                        "Package": name, "Title": name, "Description": format!("Package {name}"),
                        "OldVersion": current, "Version": candidate, "CurrentState": "Installed",
                        "Origin": "Proxmox", "Priority": "optional", "Section": "admin",
                        "Arch": "amd64",
                    });
                    if *name == "proxmox-ve" {
                        put(&mut row, "RunningKernel", json!(kernel(version.0)));
                    } else if *name == "pve-manager" {
                        put(&mut row, "ManagerVersion", json!(current));
                    }
                    row
                })
                .collect();
        data(&json!(rows))
    }

    pub(super) fn disks(&self, node: &SimNode) -> Outcome {
        let path = format!("/nodes/{}", node.name);
        if !(self.rights.system || (self.cluster.version.0 < 8 && self.rights.storages)) {
            return Err(Refusal::Error(403, forbidden(&path, "Sys.Audit")));
        }
        self.only(&["include-partitions", "skipsmart", "type"])?;
        let smart = !self.ask.flag("skipsmart");
        let rows: Vec<Value> = node
            .disks
            .iter()
            .map(|disk| {
                object([
                    ("devpath", Some(json!(disk.path))),
                    ("model", Some(json!(disk.model))),
                    ("serial", Some(json!(hex(seed(&disk.path) ^ seed(&node.name), 5)))),
                    ("vendor", Some(json!("ATA     "))),
                    ("wwn", Some(json!("unknown"))),
                    ("type", Some(json!(disk.kind))),
                    ("rpm", Some(json!(if disk.kind == "hdd" { 7_200 } else { 0 }))),
                    ("size", Some(json!(disk.size))),
                    ("used", Some(json!("ZFS"))),
                    ("gpt", Some(json!(1))),
                    ("mounted", None),
                    ("osdid", Some(json!(-1))),
                    ("osdid-list", Some(Value::Null)),
                    ("health", Some(json!(if smart { disk.health.as_str() } else { "UNKNOWN" }))),
                    (
                        "wearout",
                        Some(match disk.wearout {
                            Some(left) if smart => json!(left),
                            _ => json!("N/A"),
                        }),
                    ),
                ])
            })
            .collect();
        daemon_data(&json!(rows))
    }

    fn need_pools(&self, node: &SimNode) -> Result<(), Refusal> {
        if !(self.rights.system || (self.cluster.version.0 < 8 && self.rights.storages)) {
            return Err(Refusal::Error(403, forbidden("/", "Sys.Audit")));
        }
        if node.pools.is_empty() {
            return Err(Refusal::Error(500, "zfsutils-linux not installed".to_owned()));
        }
        Ok(())
    }

    pub(super) fn zfs(&self, node: &SimNode) -> Outcome {
        self.need_pools(node)?;
        let rows: Vec<Value> = node
            .pools
            .iter()
            .map(|pool| {
                json!({
                    "name": pool.name, "size": pool.size, "alloc": pool.alloc,
                    "free": pool.size - pool.alloc, "frag": pool.frag, "dedup": 1,
                    "health": pool.health,
                })
            })
            .collect();
        daemon_data(&json!(rows))
    }

    pub(super) fn zfs_pool(&self, node: &SimNode, name: &str) -> Outcome {
        self.need_pools(node)?;
        let Some(pool) = node.pools.iter().find(|pool| pool.name == name) else {
            return Err(Refusal::Error(500, format!("cannot open '{name}': no such pool")));
        };
        let healthy = pool.health == "ONLINE";
        let part = |name: &str, state: &str, leaf: u8| {
            json!({
                "name": name, "state": state, "leaf": leaf, "msg": "",
                "read": 0, "write": 0, "cksum": 0,
            })
        };
        let mut mirror = part("mirror-0", &pool.health, 0);
        let second = if healthy { "ONLINE" } else { "UNAVAIL" };
        put(
            &mut mirror,
            "children",
            json!([
                part("/dev/disk/by-id/nvme-eui.0025388a01b0c1d2-part3", "ONLINE", 1),
                part("/dev/disk/by-id/nvme-eui.0025388a01b0c1d3-part3", second, 1),
            ]),
        );
        let mut root = part(name, &pool.health, 0);
        put(&mut root, "children", json!([mirror]));
        let scrub =
            format(self.start - 9 * 86_400, &zone(&self.cluster.timezone), "%a %b %e %H:%M:%S %Y");
        let bad = |text: &str| (!healthy).then(|| json!(text));
        daemon_data(&object([
            ("name", Some(json!(name))),
            ("leaf", Some(json!(0))),
            ("state", Some(json!(pool.health))),
            (
                "scan",
                Some(json!(format!("scrub repaired 0B in 00:12:44 with 0 errors on {scrub}"))),
            ),
            ("errors", Some(json!("No known data errors"))),
            ("children", Some(json!([root]))),
            (
                "status",
                bad(
                    "One or more devices could not be used because the label is missing or invalid.",
                ),
            ),
            ("action", bad("Replace the device using 'zpool replace'.")),
            ("see", bad("https://openzfs.github.io/openzfs-docs/msg/ZFS-8000-4J")),
        ]))
    }

    /// The time frame of an rrddata call: step in seconds and number of points.
    pub(super) fn frame(&self) -> Result<(i64, i64), Refusal> {
        self.only(&["timeframe", "cf"])?;
        let modern = self.cluster.version.0 >= 9;
        Ok(match (self.ask.get("timeframe"), modern) {
            (Some("hour"), true) => (60, 60),
            (Some("hour"), false) => (60, 70),
            (Some("day"), true) => (60, 1_440),
            (Some("day"), false) => (1_800, 70),
            (Some("week"), true) => (1_800, 336),
            (Some("week"), false) => (10_800, 70),
            (Some("month"), true) => (1_800, 1_440),
            (Some("month"), false) => (43_200, 70),
            (Some("year"), true) => (21_600, 1_440),
            (Some("year"), false) => (604_800, 70),
            (None, _) => {
                let text = "property is missing and it is not optional";
                return Err(Refusal::Parameter("timeframe".to_owned(), text.to_owned()));
            }
            (Some(other), _) => {
                let text = format!(
                    "value '{other}' does not have a value in the enumeration 'hour, day, week, \
                     month, year'"
                );
                return Err(Refusal::Parameter("timeframe".to_owned(), text));
            }
        })
    }

    pub(super) fn node_history(&self, node: &SimNode) -> Outcome {
        self.need_node(node)?;
        let (step, points) = self.frame()?;
        let who = seed(&node.name);
        let (swap, swapped) = swap(node);
        let off = node.offline_since.map_or(i64::MAX, |since| self.start + since);
        let rows: Vec<Value> = (0..points)
            .map(|at| {
                let time = self.now.div_euclid(step) * step - (points - 1 - at) * step;
                if at == 0 || time > off {
                    return json!({"time": time});
                }
                let cpu = cpu_at(node, time);
                let mut row = json!({
                    "time": time, "cpu": cpu, "iowait": node.iowait.unwrap_or(cpu * 0.02),
                    "loadavg": cpu * f64::from(node.cpus), "maxcpu": node.cpus,
                    "memtotal": node.memory,
                    "memused": self.memory_at(node, time) as f64,
                    "swaptotal": swap, "swapused": swapped, "roottotal": node.root,
                    "rootused": root_used(node),
                    "netin": (tide(who, time) + 0.6) * wander(who ^ 2, time) * 3_000_000.0,
                    "netout": (tide(who, time) + 0.6) * wander(who ^ 3, time) * 5_000_000.0,
                });
                if self.cluster.version.0 >= 9 {
                    put(&mut row, "memavailable", json!(node.memory as f64 * 0.4));
                    put(&mut row, "arcsize", json!(0));
                    put(&mut row, "pressurecpusome", json!(cpu * 4.0));
                    for key in [
                        "pressureiosome",
                        "pressureiofull",
                        "pressurememorysome",
                        "pressurememoryfull",
                    ] {
                        put(&mut row, key, number(share(who, time.unsigned_abs()) * 0.2));
                    }
                }
                row
            })
            .collect();
        daemon_data(&json!(rows))
    }
}

fn kernel(major: u32) -> &'static str {
    match major {
        ..=7 => "5.15.108-1-pve",
        8 => "6.8.12-9-pve",
        _ => "6.14.11-4-pve",
    }
}

/// Name, description, unit file state.
const SERVICES: [(&str, &str, &str); 23] = [
    ("chrony", "chrony, an NTP client/server", "enabled"),
    ("corosync", "Corosync Cluster Engine", "enabled"),
    ("cron", "Regular background program processing daemon", "enabled"),
    ("ksmtuned", "ksmtuned.service", "not-found"),
    ("lxcfs", "FUSE filesystem for LXC", "enabled"),
    ("postfix", "Postfix Mail Transport Agent", "enabled"),
    ("proxmox-firewall", "Proxmox nftables firewall", "enabled"),
    ("pve-cluster", "The Proxmox VE cluster filesystem", "enabled"),
    ("pve-firewall", "Proxmox VE firewall", "enabled"),
    ("pve-ha-crm", "PVE Cluster HA Resource Manager Daemon", "enabled"),
    ("pve-ha-lrm", "PVE Local HA Resource Manager Daemon", "enabled"),
    ("pve-lxc-syscalld", "Proxmox VE LXC Syscall Daemon", "enabled"),
    ("pvedaemon", "PVE API Daemon", "enabled"),
    ("pvefw-logger", "Proxmox VE firewall logger", "enabled"),
    ("pveproxy", "PVE API Proxy Server", "enabled"),
    ("pvescheduler", "Proxmox VE scheduler", "enabled"),
    ("pvestatd", "PVE Status Daemon", "enabled"),
    ("qmeventd", "PVE Qemu Event Daemon", "enabled"),
    ("spiceproxy", "PVE SPICE Proxy Server", "enabled"),
    ("sshd", "OpenBSD Secure Shell server", "enabled"),
    ("syslog", "syslog.service", "not-found"),
    ("systemd-journald", "Journal Service", "static"),
    ("systemd-timesyncd", "systemd-timesyncd.service", "not-found"),
];
