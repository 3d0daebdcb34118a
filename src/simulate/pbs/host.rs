//! The backup server as a machine.

use serde_json::{Value, json};

use super::super::answer::{object, put};
use super::super::noise::{hex, seed, wander};
use super::super::schedule::{offset, zone};
use super::{Call, Outcome};

impl Call<'_> {
    pub(super) fn node_status(&self) -> Outcome {
        self.need_system()?;
        self.only(&[])?;
        let pbs = self.pbs;
        let who = seed(&pbs.node);
        let cpu = 0.04 + wander(who, self.now) * 0.2;
        let used = pbs.memory / 100 * 31;
        let root = pbs.root / 100 * 24;
        let release = match pbs.version.0 {
            ..=2 => "5.15.108-1-pve",
            3 => "6.8.12-9-pve",
            _ => "6.14.11-4-pve",
        };
        let build = "#1 SMP PREEMPT_DYNAMIC PMX";
        let print = self.world.place(&pbs.source, "").leaf.lower();
        let modern = self.since(3, 1);
        self.data(&object([
            ("cpu", Some(json!(cpu))),
            ("wait", Some(json!(cpu * 0.05))),
            ("loadavg", Some(json!([cpu * 4.0, cpu * 3.0, cpu * 3.5]))),
            ("memory", Some(json!({"total": pbs.memory, "used": used, "free": pbs.memory / 2}))),
            ("swap", Some(json!({"total": 0, "used": 0, "free": 0}))),
            (
                "root",
                Some(
                    json!({"total": pbs.root, "used": root, "avail": (pbs.root - root) / 20 * 19}),
                ),
            ),
            ("uptime", Some(json!(self.now - self.start + pbs.booted))),
            ("kversion", Some(json!(format!("Linux {release} {build}")))),
            (
                "current-kernel",
                modern.then(|| {
                    json!({
                        "sysname": "Linux", "release": release, "version": build,
                        "machine": "x86_64",
                    })
                }),
            ),
            ("boot-info", modern.then(|| json!({"mode": "efi", "secureboot": false}))),
            ("cpuinfo", Some(json!({"model": "AMD EPYC", "sockets": 1, "cpus": pbs.cpus}))),
            ("info", Some(json!({ "fingerprint": print }))),
        ]))
    }

    pub(super) fn time(&self) -> Outcome {
        let zone = zone(&self.pbs.timezone);
        self.data(&json!({
            "time": self.now, "localtime": self.now + offset(self.now, &zone),
            "timezone": self.pbs.timezone,
        }))
    }

    pub(super) fn services(&self) -> Outcome {
        self.need_system()?;
        let rows: Vec<Value> = [
            ("proxmox-backup", "Proxmox Backup API Server", "enabled"),
            ("proxmox-backup-proxy", "Proxmox Backup API Proxy Server", "enabled"),
            ("sshd", "OpenBSD Secure Shell server", "enabled"),
            ("systemd-journald", "Journal Service", "static"),
            ("cron", "Regular background program processing daemon", "enabled"),
            ("postfix", "postfix.service", "not-found"),
            ("chrony", "chrony, an NTP client/server", "enabled"),
        ]
        .iter()
        .map(|(name, text, unit)| {
            let dead = *unit == "not-found" || self.pbs.stopped.iter().any(|it| it == name);
            json!({
                "service": name, "name": name, "desc": text, "unit-state": unit,
                "state": if dead { "dead" } else { "running" },
            })
        })
        .collect();
        self.data(&json!(rows))
    }

    pub(super) fn subscription(&self) -> Outcome {
        let serverid =
            self.rights.system.then(|| json!(hex(seed(&self.pbs.node), 16).to_uppercase()));
        self.data(&object([
            ("status", Some(json!("notfound"))),
            ("message", Some(json!("There is no subscription key"))),
            ("serverid", serverid),
            ("url", Some(json!("https://www.proxmox.com/en/proxmox-backup-server/pricing"))),
        ]))
    }

    pub(super) fn updates(&self) -> Outcome {
        self.need_system()?;
        self.only(&[])?;
        let rows: Vec<Value> = self
            .pbs
            .updates
            .iter()
            .map(|name| {
                json!({
                    "Package": name, "Title": name, "Description": format!("Package {name}"),
                    "OldVersion": "1.0-1", "Version": "1.0-2", "Origin": "Proxmox",
                    "Arch": "amd64", "Priority": "optional", "Section": "admin",
                })
            })
            .collect();
        self.data(&json!(rows))
    }

    pub(super) fn versions(&self) -> Outcome {
        self.need_system()?;
        let version = format!("{}.{}-1", self.pbs.version.short(), self.pbs.version.2);
        let row = |name: &str| {
            json!({
                "Package": name, "Title": "unknown", "Description": "unknown", "Arch": "unknown",
                "Origin": "unknown", "Priority": "unknown", "Section": "unknown",
                "Version": version, "OldVersion": version,
            })
        };
        self.data(&json!([row("proxmox-backup"), row("proxmox-backup-server")]))
    }

    pub(super) fn disks(&self) -> Outcome {
        self.need_system()?;
        self.only(&["include-partitions", "skipsmart", "usage-type"])?;
        let rows: Vec<Value> = self
            .pbs
            .disks
            .iter()
            .map(|disk| {
                let name = disk.path.rsplit('/').next().unwrap_or_default();
                let smart = if self.ask.flag("skipsmart") { "unknown" } else { &disk.health };
                json!({
                    "name": name, "devpath": disk.path, "disk-type": disk.kind,
                    "size": disk.size, "model": disk.model, "vendor": "ATA     ",
                    "serial": hex(seed(&disk.path), 5), "wwn": null, "rpm": null, "gpt": true,
                    "used": "zfs", "status": smart.to_lowercase().trim_end_matches('!'),
                    "wearout": disk.wearout.map(f64::from), "partitions": null,
                })
            })
            .collect();
        self.data(&json!(rows))
    }

    pub(super) fn zfs(&self) -> Outcome {
        self.need_system()?;
        let rows: Vec<Value> = self
            .pbs
            .pools
            .iter()
            .map(|pool| {
                json!({
                    "name": pool.name, "size": pool.size, "alloc": pool.alloc,
                    "free": pool.size - pool.alloc, "frag": pool.frag, "dedup": 1.0,
                    "health": pool.health,
                })
            })
            .collect();
        self.data(&json!(rows))
    }

    /// RRD rows; sample times are not aligned, the first slot is empty.
    pub(super) fn history(&self, row: impl Fn(i64) -> Value) -> Result<Value, (u16, String)> {
        self.only(&["cf", "timeframe"])?;
        for name in ["cf", "timeframe"] {
            if self.ask.get(name).is_none() {
                let text = format!(
                    "parameter verification failed - '{name}': parameter is missing and it is not optional."
                );
                return Err((400, text));
            }
        }
        let (step, points) = match self.ask.get("timeframe") {
            Some("hour") => (60, 61),
            Some("day") => (60, 1_440),
            Some("week") => (1_800, 337),
            Some("month") => (1_800, 1_440),
            Some("year") => (21_600, 1_440),
            Some("decade") => (604_800, 523),
            _ => {
                let text = "parameter verification failed - 'timeframe': value is not defined in the enumeration.";
                return Err((400, text.to_owned()));
            }
        };
        let rows: Vec<Value> = (0..points)
            .map(|at| {
                let time = self.now - (points - 1 - at) * step;
                if at == 0 {
                    return json!({"time": time});
                }
                let mut row = row(time);
                put(&mut row, "time", json!(time));
                row
            })
            .collect();
        Ok(json!(rows))
    }

    pub(super) fn node_history(&self) -> Outcome {
        self.need_system()?;
        let (memory, root) = (self.pbs.memory as f64, self.pbs.root as f64);
        let rows = self.history(|time| {
            json!({
                "cpu": 0.04 + wander(1, time) * 0.2, "iowait": 0.01, "loadavg": 0.4,
                "memtotal": memory, "memused": memory * 0.31, "swaptotal": 0.0, "swapused": 0.0,
                "total": root, "used": root * 0.24, "netin": wander(2, time) * 8e6,
                "netout": wander(3, time) * 1e6, "read_bytes": 1e6, "read_ios": 20.0,
                "write_bytes": 2e6, "write_ios": 12.0, "io_ticks": 0.2,
            })
        })?;
        self.data(&rows)
    }
}
