//! Single words.

use super::super::{Head, Label, Words};
use super::English;
use crate::fleet::id::{GuestKind, Product};
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::{CauseKind, PartState};
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::pve::guest::DiskKind;
use crate::fleet::subject::Subject;
use crate::fleet::task::{TaskResult, Work};
use crate::judge::backup::fortnight::Cell;
use crate::judge::problem::Severity;
use crate::judge::rows::{Checked, Ownership, SourceState, StoreJobKind};
use crate::judge::timeline::Deed;
use crate::judge::verdict::Verdict;
use crate::state::{Column, Section, Tab};

impl Words for English {
    fn tab(&self, tab: Tab) -> &'static str {
        match tab {
            Tab::Fleet => "Fleet",
            Tab::Problems => "Problems",
            Tab::Hosts => "Hosts",
            Tab::Guests => "Guests",
            Tab::Backups => "Backups",
            Tab::Replication => "Replication",
            Tab::Recovery => "Recovery",
            Tab::Tasks => "Tasks",
        }
    }

    fn head(&self, head: Head) -> &'static str {
        match head {
            Head::Blank => "",
            Head::Way => "BACK BY",
            Head::ByHa => "HA",
            Head::ByHand => "START",
            Head::Restored => "RESTORE",
            Head::Gone => "GONE",
            Head::Untold => "?",
            Head::Quorum => "QUORUM",
            Head::Weakly => "WEAK",
            Head::Unrehearsed => "NO DRILL",
            Head::Target => "ON",
            Head::Room => "ROOM",
            Head::Loss => "LOST",
            Head::Worst => "WORST",
            Head::Back => "IN",
            Head::Rehearsed => "DRILL",
            Head::Weak => "BUT",
            Head::Site => "SITE",
            Head::Source => "SOURCE",
            Head::Hosts => "HOSTS",
            Head::Guests => "GUESTS",
            Head::Cpu => "CPU",
            Head::Memory => "MEM",
            Head::Store => "STORE",
            Head::Backups => "BACKUPS",
            Head::Replicas => "REPLICAS",
            Head::Node => "NODE",
            Head::Id => "ID",
            Head::Kind => "K",
            Head::Name => "NAME",
            Head::State => "STATE",
            Head::Copy => "COPY",
            Head::Replica => "REPLICA",
            Head::Uptime => "UP",
            Head::Root => "ROOT",
            Head::Version => "VERSION",
            Head::Age => "AGE",
            Head::Tags => "TAGS",
            Head::Days => "14 DAYS",
            Head::Number => "#",
            Head::LeftOut => "OUT",
            Head::Place => "WHERE",
            Head::Next => "NEXT",
            Head::Last => "LAST",
            Head::Schedule => "SCHEDULE",
            Head::Used => "USED",
            Head::Size => "SIZE",
            Head::Full => "FULL",
            Head::Writers => "WRITERS",
            Head::Jobs | Head::Marks => "JOBS",

            Head::Route => "FROM → TO",
            Head::Took => "TOOK",
            Head::Fails => "FAILS",
            Head::Error => "ERROR",
            Head::Subject => "WHAT",
            Head::Problem => "PROBLEM",
            Head::Since => "SINCE",
            Head::Type => "TYPE",
            Head::Covers => "COVERS",
            Head::Owner => "OWNER",
            Head::Count => "COPIES",
            Head::Seen => "SEEN",
            Head::Pool => "POOL",
            Head::Lock => "LOCK",
            Head::Guest => "GUEST",
            Head::LastGood => "LAST GOOD",
            Head::By => "BY",
            Head::LastTry => "LAST TRY",
            Head::Due => "DUE",
            Head::Debt => "DEBT",
            Head::From => "FROM",
            Head::Onto => "TO",
            Head::Need => "NEED",
            Head::Have => "HAVE",
            Head::Free => "FREE",
            Head::Idle => "IDLE",
            Head::Disk => "DISK",
            Head::DiskFree => "DISK FREE",
            Head::Before => "NOW",
            Head::After => "THEN",
            Head::Began => "BEGAN",
            Head::Task => "TASK",
            Head::Result => "RESULT",
            Head::Host => "HOST",
        }
    }

    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Recovery => "RECOVERY",
            Label::Copies => "COPIES",
            Label::Replicas => "REPLICAS",
            Label::Disks => "DISKS",
            Label::Tasks => "TASKS",
            Label::Next => "WHAT NEXT",
            Label::Meaning => "MEANING",
            Label::Evidence => "EVIDENCE",
            Label::Endpoints => "ENDPOINTS",
            Label::Rights => "RIGHTS",
            Label::Parts => "PARTS",
            Label::Services => "SERVICES",
            Label::Pools => "POOLS",
            Label::Jobs => "JOBS",
            Label::Writers => "WRITERS",
            Label::Namespaces => "NAMESPACES",
            Label::Groups => "GROUPS",
            Label::Copy => "copy",
            Label::Replica => "replica",
            Label::IfDied => "if node died",
            Label::Quorum => "quorum",
            Label::Goes => "goes to",
            Label::CopiesLost => "copies",
            Label::FailsNext => "then fails",
            Label::NotBack => "not back",
            Label::Tied => "tied by",
            Label::HaThen => "HA then",
            Label::Key => "key",
            Label::Wanted => "wanted",
            Label::Rehearsed => "rehearsed",
            Label::Since => "since",
            Label::Site => "site",
            Label::Where => "where",
            Label::Contact => "contact",
            Label::Schedule => "schedule",
            Label::NextRun => "next run",
            Label::LastRun => "last run",
            Label::LastGood => "last good",
            Label::Due => "due",
            Label::Storage => "writes to",
            Label::Covers => "covers",
            Label::Comment => "comment",
            Label::Error => "error",
            Label::Usage => "space",
            Label::Accepted => "accepted",
            Label::Certificate => "certificate",
            Label::Version => "version",
            Label::Clock => "clock",
            Label::Load => "cpu",
            Label::Memory => "memory",
            Label::Swap => "swap",
            Label::Root => "root",
            Label::Missing => "missing",
            Label::RightsComplete => "all that is needed may be read",
            Label::InBackup => "in backup",
            Label::InReplica => "in replica",
            Label::Encrypted => "encrypted",
            Label::RunsNow => "runs now",
            Label::Off => "switched off",
            Label::Never => "never",
            Label::None => "none",
            Label::NotKnown => "not known",
            Label::Owner => "owner",
            Label::Newest => "newest",
            Label::Agent => "agent on",
            Label::OnBoot => "starts with its node",
            Label::Template => "template",
            Label::Tags => "tags",
            Label::Pool => "pool",
            Label::Lock => "lock",
            Label::Up => "up",
            Label::Took => "took",
            Label::Fails => "failures in a row",
            Label::Dedup => "deduplicated",
            Label::AllFresh => "all are fresh",
            Label::Seen => "last answer",
            Label::Route => "from",
            Label::Rule => "rule",
            Label::Running => "running",
            Label::Backup => "backup",
            Label::Log => "LOG",
            Label::Began => "began",
            Label::By => "by",
            Label::About => "about",
            Label::State => "state",
            Label::Verified => "verified",
            Label::Damaged => "damaged",
            Label::OverTime => "OVER TIME",
            Label::LastHour => "last hour",
            Label::LastDay => "last day",
            Label::LastMonth => "last month",
            Label::Forecast => "next month",
            Label::Asking => "asking",
            Label::NotMeasured => "not measured",
            Label::Read => "disk read",
            Label::Written => "disk write",
            Label::Received => "net in",
            Label::Sent => "net out",
            Label::Least => "min",
            Label::Mean => "avg",
            Label::Most => "max",
            Label::IoWait => "io wait",
            Label::LoadAverage => "load",
            Label::Versions => "VERSIONS",
            Label::Kernel => "kernel",
            Label::Zone => "time zone",
            Label::LifeLeft => "life left",
            Label::Fragmented => "fragmented",
            Label::Certificates => "CERTIFICATES",
            Label::Facts => "FACTS",
            Label::System => "system",
            Label::Network => "network",
            Label::Devices => "devices",
            Label::Ha => "HA",
            Label::Created => "created",
            Label::LastRuns => "LAST RUNS",
            Label::Takes => "WHAT IT TAKES",
            Label::LeftOut => "left out",
            Label::Mode => "mode",
            Label::Every => "every",
            Label::Trust => "trust",
            Label::Pinned => "pinned certificate",
            Label::Authorities => "certificate authorities",
            Label::Fingerprint => "SHA-256",
        }
    }

    fn section(&self, section: Section) -> &'static str {
        match section {
            Section::Sites | Section::Rescues => "SITES",
            Section::Problems => "PROBLEMS",
            Section::Notices => "WORTH KNOWING",
            Section::Sources => "SOURCES",
            Section::Nodes => "HOSTS",
            Section::Worst => "GUESTS THAT ARE NOT WELL",
            Section::Guests | Section::Copies | Section::Rescue | Section::Fates => "GUESTS",
            Section::Storages => "STORAGES",
            Section::Datastores => "DATASTORES",
            Section::BackupJobs => "BACKUP JOBS",
            Section::Replication => "REPLICATION",
            Section::Losses => "IF THIS NODE DIED",
            Section::Groups => "GROUPS WITHOUT A CLEAR GUEST",
            Section::Tasks => "TASKS",
        }
    }

    fn column(&self, column: Column) -> &'static str {
        match column {
            Column::Verdict => "verdict",
            // Heads that are a sign.
            Column::Under(Head::Kind) => "kind",
            Column::Under(Head::Number) => "number",
            Column::Under(Head::Untold) => "not known",
            Column::Under(head) => self.head(head),
        }
    }

    fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Unknown => "unknown",
            Verdict::Critical => "critical",
        }
    }

    fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Notice => "notice",
            Severity::Warning => "warning",
            Severity::Unknown => "unknown",
            Severity::Critical => "critical",
        }
    }

    fn source_state(&self, state: SourceState) -> &'static str {
        match state {
            SourceState::Fresh => "fresh",
            SourceState::Stale => "stale",
            SourceState::Unreachable => "unreachable",
            SourceState::Untrusted => "untrusted",
            SourceState::Unauthorized => "token refused",
            SourceState::Forbidden => "forbidden",
            SourceState::Malformed => "not Proxmox",
            SourceState::Error => "errors",
            SourceState::PlannedOff => "planned off",
        }
    }

    fn node_state(&self, state: NodeState) -> &'static str {
        match state {
            NodeState::Online => "online",
            NodeState::Offline => "offline",
            NodeState::Unknown => "unknown",
        }
    }

    fn guest_state<'a>(&self, state: &'a str) -> &'a str {
        state
    }

    fn right(&self, right: &str) -> String {
        right.to_owned()
    }

    fn part_state(&self, state: PartState) -> &'static str {
        match state {
            PartState::Fresh => "fresh",
            PartState::Stale => "stale",
            PartState::Denied => "denied",
            PartState::Failed => "failed",
            PartState::NotAsked => "not asked",
        }
    }

    fn layer(&self, layer: Layer) -> &'static str {
        match layer {
            Layer::Name => "name not found",
            Layer::Route => "no route to host",
            Layer::Refused => "connection refused",
            Layer::Timeout => "no answer in time",
            Layer::Tls => "TLS handshake failed",
            Layer::Reset => "connection reset",
        }
    }

    fn cause(&self, kind: CauseKind) -> String {
        match kind {
            CauseKind::Unreachable => "nobody reached".to_owned(),
            CauseKind::Untrusted => "certificate not trusted".to_owned(),
            CauseKind::Unauthorized => "token refused".to_owned(),
            CauseKind::Status(code) => format!("HTTP {code}"),
            CauseKind::Timeout => "no answer in time".to_owned(),
            CauseKind::Cut => "answer cut off".to_owned(),
            CauseKind::Malformed => "answer not understood".to_owned(),
            CauseKind::TooLarge => "answer too large".to_owned(),
            CauseKind::OutOfTime => "out of time".to_owned(),
            CauseKind::Broken => "vigie broke".to_owned(),
        }
    }

    fn contact(&self, contact: &Contact) -> String {
        match contact {
            Contact::Untried => "not tried yet".to_owned(),
            Contact::Fine => "answers".to_owned(),
            Contact::Unreachable(layer, _) => self.layer(*layer).to_owned(),
            Contact::Untrusted => "certificate not trusted".to_owned(),
            Contact::Unauthorized => "token refused (401)".to_owned(),
            Contact::Malformed(_) => "no Proxmox server".to_owned(),
            Contact::Error(cause) => self.cause(cause.kind),
        }
    }

    fn checked(&self, checked: Checked) -> &'static str {
        match checked {
            Checked::Ok => "verified",
            Checked::Failed => "damaged",
            Checked::None => "not verified",
        }
    }

    fn result(&self, result: &TaskResult) -> String {
        match result {
            TaskResult::Ok => "OK".to_owned(),
            TaskResult::Warnings(count) => format!("OK, {count} warnings"),
            TaskResult::Unknown => "ended nobody knows how".to_owned(),
            TaskResult::Error(text) => format!("failed: {text}"),
        }
    }

    fn done(&self, deed: &Deed) -> &'static str {
        match deed {
            Deed::Task(_) => "task",
            Deed::Run(_) | Deed::Round(_) => "replication",
            Deed::Copy(_) => "copy",
        }
    }

    fn work(&self, work: Work) -> &'static str {
        match work {
            Work::Backup => "backup",
            Work::Restore => "restore",
            Work::Read => "read",
            Work::Verify => "verify",
            Work::Prune => "prune",
            Work::Gc => "collect garbage",
            Work::Sync => "sync",
            Work::Start => "start",
            Work::Stop => "stop",
            Work::Shutdown => "shut down",
            Work::Reboot => "reboot",
            Work::Reset => "reset",
            Work::Suspend => "suspend",
            Work::Resume => "resume",
            Work::Create => "create",
            Work::Clone => "clone",
            Work::Destroy => "destroy",
            Work::Migrate => "migrate",
            Work::MoveDisk => "move disk",
            Work::Resize => "resize disk",
            Work::Snapshot => "snapshot",
            Work::DropSnapshot => "drop snapshot",
            Work::Rollback => "roll back",
            Work::Configure => "configure",
            Work::Template => "make template",
            Work::CopyImage => "copy image",
            Work::DropImage => "delete image",
            Work::Download => "download",
            Work::Packages => "package lists",
            Work::Console => "console",
            Work::StartAll => "start all",
            Work::StopAll => "stop all",
            Work::MoveAll => "migrate all",
            Work::Ha => "HA",
            Work::Service => "service",
            Work::NewStore => "create storage",
            Work::DropStore => "remove storage",
            Work::Certificate => "certificate",
            Work::Rotate => "rotate logs",
        }
    }

    fn store_job(&self, kind: StoreJobKind) -> &'static str {
        match kind {
            StoreJobKind::Gc => "gc",
            StoreJobKind::Verify => "verify",
            StoreJobKind::Prune => "prune",
            StoreJobKind::Sync => "sync",
        }
    }

    fn ownership(&self, of: Ownership) -> &'static str {
        match of {
            Ownership::Orphan => "guest gone",
            Ownership::Ambiguous => "two may own it",
            Ownership::Foreign => "foreign",
        }
    }

    fn cell(&self, cell: Cell) -> &'static str {
        match cell {
            Cell::Rest => "none due",
            Cell::Pruned => "pruned",
            Cell::Verified => "verified",
            Cell::Made => "made",
            Cell::Late => "late",
            Cell::Elsewhere => "elsewhere",
            Cell::Gap => "why?",
            Cell::Unknown => "unseen",
            Cell::Bad => "bad",
            Cell::Failed => "failed",
            Cell::Missing => "missing",
        }
    }

    fn guest_kind(&self, kind: GuestKind) -> &'static str {
        match kind {
            GuestKind::Qemu => "VM",
            GuestKind::Lxc => "container",
        }
    }

    fn guest_letter(&self, kind: GuestKind) -> &'static str {
        match kind {
            GuestKind::Qemu => "V",
            GuestKind::Lxc => "C",
        }
    }

    fn product(&self, product: Product) -> &'static str {
        match product {
            Product::Pve => "PVE",
            Product::Pbs => "PBS",
        }
    }

    fn kind(&self, subject: &Subject) -> &'static str {
        match subject {
            Subject::Viewer => "vigie",
            Subject::Source(_) => "source",
            Subject::Cluster(_) => "cluster",
            Subject::Node(..) => "node",
            Subject::Guest(_) => "guest",
            Subject::BackupJob(..) => "backup job",
            Subject::Group(_) => "group",
            Subject::Replication(..) => "replication",
            Subject::Storage(..) => "storage",
            Subject::Datastore(..) => "datastore",
        }
    }

    fn disk(&self, kind: DiskKind) -> &'static str {
        match kind {
            DiskKind::Disk => "disk",
            DiskKind::Rootfs => "root",
            DiskKind::MountPoint => "mount",
            DiskKind::Bind => "bind mount",
            DiskKind::Cdrom => "CD-ROM",
            DiskKind::CloudInit => "cloud-init",
            DiskKind::Unused => "unused",
        }
    }
}
