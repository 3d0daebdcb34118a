//! What needs a word: heads of columns, labels of details.

/// The heads of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Head {
    /// No head.
    Blank,
    /// How a guest comes back.
    Way,
    /// Guests that HA starts elsewhere.
    ByHa,
    /// Guests that are started elsewhere by hand.
    ByHand,
    /// Guests that are restored.
    Restored,
    /// Guests that nothing brings back.
    Gone,
    /// What cannot be told.
    Untold,
    /// Whether there is quorum after.
    Quorum,
    /// Guests with a weak way back.
    Weakly,
    /// Guests never rehearsed, or too long ago.
    Unrehearsed,
    /// On which node it comes back.
    Target,
    /// Whether it fits there.
    Room,
    /// What would be lost now.
    Loss,
    /// What would be lost at the worst moment.
    Worst,
    /// How long until it is back.
    Back,
    /// Last rehearsal.
    Rehearsed,
    /// What is weak of it.
    Weak,
    /// Site.
    Site,
    /// Source.
    Source,
    /// Hosts, online of all.
    Hosts,
    /// Guests, running of all.
    Guests,
    /// Load.
    Cpu,
    /// Memory.
    Memory,
    /// The fullest store.
    Store,
    /// How backups stand.
    Backups,
    /// How replicas stand.
    Replicas,
    /// Node.
    Node,
    /// Number.
    Id,
    /// Kind of guest.
    Kind,
    /// Name.
    Name,
    /// State.
    State,
    /// Age of the newest copy.
    Copy,
    /// Age of the oldest replica.
    Replica,
    /// Time since boot.
    Uptime,
    /// Root file system.
    Root,
    /// Version.
    Version,
    /// How old.
    Age,
    /// Tags.
    Tags,
    /// The last fourteen days.
    Days,
    /// Which jobs take a guest, by their numbers.
    Marks,

    /// The number of a job.
    Number,
    /// Volumes that no job takes.
    LeftOut,
    /// Where the copy is.
    Place,
    /// Next run.
    Next,
    /// Last run.
    Last,
    /// Schedule.
    Schedule,
    /// Space used.
    Used,
    /// Size.
    Size,
    /// When full.
    Full,
    /// Who writes there.
    Writers,
    /// Jobs.
    Jobs,
    /// From which node to which.
    Route,
    /// How long the last run took.
    Took,
    /// Failures in a row.
    Fails,
    /// The error.
    Error,
    /// About what.
    Subject,
    /// What is wrong.
    Problem,
    /// Since when.
    Since,
    /// Type.
    Type,
    /// How many guests are covered.
    Covers,
    /// Owner.
    Owner,
    /// How many.
    Count,
    /// Last answer.
    Seen,
    /// Pool.
    Pool,
    /// What holds it.
    Lock,
    /// A guest.
    Guest,
    /// The last good rehearsal.
    LastGood,
    /// By whom.
    By,
    /// The last rehearsal, whatever came of it.
    LastTry,
    /// When the next one is due.
    Due,
    /// How long it has been due.
    Debt,
    /// Where a guest is.
    From,
    /// Where it would go.
    Onto,
    /// What is needed.
    Need,
    /// What there is.
    Have,
    /// Memory that is free as configured.
    Free,
    /// Memory that is free as it is used.
    Idle,
    /// Disk that is taken.
    Disk,
    /// Disk that is free.
    DiskFree,
    /// How it is now.
    Before,
    /// How it would be.
    After,
    /// When it began.
    Began,
    /// What kind of task.
    Task,
    /// How it ended.
    Result,
    /// Site and node.
    Host,
}

/// Labels in details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// How it can be brought back.
    Recovery,
    /// Its copies.
    Copies,
    /// Title: the last days of replicas.
    Replicas,
    /// Its disks.
    Disks,
    /// Its tasks.
    Tasks,
    /// What to do next.
    Next,
    /// What it means.
    Meaning,
    /// How that is known.
    Evidence,
    /// Endpoints of a source.
    Endpoints,
    /// Rights.
    Rights,
    /// Parts of a survey.
    Parts,
    /// Services.
    Services,
    /// Pools.
    Pools,
    /// Jobs.
    Jobs,
    /// Writers.
    Writers,
    /// Namespaces.
    Namespaces,
    /// Groups of copies.
    Groups,
    /// `copy`
    Copy,
    /// `replica`
    Replica,
    /// `if NODE died now`
    IfDied,
    /// Votes that are left.
    Quorum,
    /// Where guests go.
    Goes,
    /// The copies that die.
    CopiesLost,
    /// What fails next.
    FailsNext,
    /// Disks that a way does not bring back.
    NotBack,
    /// What ties it to its node.
    Tied,
    /// What HA does with it if its node died.
    HaThen,
    /// The key of its copies.
    Key,
    /// What is wanted of its recovery.
    Wanted,
    /// When its restore was last rehearsed.
    Rehearsed,
    /// `since`
    Since,
    /// `site`
    Site,
    /// `where`
    Where,
    /// `contact`
    Contact,
    /// `schedule`
    Schedule,
    /// `next run`
    NextRun,
    /// `last run`
    LastRun,
    /// `last good`
    LastGood,
    /// `due`
    Due,
    /// `storage`
    Storage,
    /// `covers`
    Covers,
    /// `comment`
    Comment,
    /// `error`
    Error,
    /// `usage`
    Usage,
    /// `accepted`
    Accepted,
    /// `certificate`
    Certificate,
    /// `version`
    Version,
    /// `clock`
    Clock,
    /// `load`
    Load,
    /// `memory`
    Memory,
    /// `swap`
    Swap,
    /// `root`
    Root,
    /// `missing`
    Missing,
    /// `all that is needed`
    RightsComplete,
    /// `in backup`
    InBackup,
    /// `in replica`
    InReplica,
    /// `encrypted`
    Encrypted,
    /// `running`
    RunsNow,
    /// `off`
    Off,
    /// `never`
    Never,
    /// `none`
    None,
    /// `not known`
    NotKnown,
    /// `owner`
    Owner,
    /// `newest`
    Newest,
    /// `agent on`
    Agent,
    /// `starts with its node`
    OnBoot,
    /// `template`
    Template,
    /// `tags`
    Tags,
    /// `pool`
    Pool,
    /// `lock`
    Lock,
    /// `up`
    Up,
    /// `took`
    Took,
    /// `failures in a row`
    Fails,
    /// `deduplicated`
    Dedup,
    /// `fresh` count of parts
    AllFresh,
    /// `last answer`
    Seen,
    /// `from`
    Route,
    /// `rule`
    Rule,
    /// `running`
    Running,
    /// `backup`
    Backup,
    /// The log of a task.
    Log,
    /// `began`
    Began,
    /// `by`
    By,
    /// `about`
    About,
    /// `state`
    State,
    /// `verified`
    Verified,
    /// `damaged`
    Damaged,
    /// How something went over time.
    OverTime,
    /// `last hour`
    LastHour,
    /// `last day`
    LastDay,
    /// `last month`
    LastMonth,
    /// What is to come if it goes on so.
    Forecast,
    /// It is being asked for.
    Asking,
    /// Nothing was measured.
    NotMeasured,
    /// Read from disks.
    Read,
    /// Written to disks.
    Written,
    /// Received from the network.
    Received,
    /// Sent to the network.
    Sent,
    /// The least of some values.
    Least,
    /// The mean of some values.
    Mean,
    /// The most of some values.
    Most,
    /// Waiting for disks.
    IoWait,
    /// Averages of what wanted to run: over 1, 5, 15 minutes.
    LoadAverage,
    /// Versions of what runs there.
    Versions,
    /// The kernel that runs.
    Kernel,
    /// The time zone.
    Zone,
    /// Life that a disk has left.
    LifeLeft,
    /// How fragmented a pool is.
    Fragmented,
    /// Certificates.
    Certificates,
    /// What something is, as configured.
    Facts,
    /// Operating system and type of CPU.
    System,
    /// Network cards.
    Network,
    /// Devices passed through.
    Devices,
    /// The state of HA.
    Ha,
    /// When it was created.
    Created,
    /// The last runs of a job.
    LastRuns,
    /// What a job takes, disk by disk.
    Takes,
    /// Disks that are not taken.
    LeftOut,
    /// The mode of a backup.
    Mode,
    /// How often something is read.
    Every,
    /// By what a source is trusted.
    Trust,
    /// Its certificate is the one that is pinned.
    Pinned,
    /// Its certificate is vouched for by authorities.
    Authorities,
    /// SHA-256 of a certificate.
    Fingerprint,
}
