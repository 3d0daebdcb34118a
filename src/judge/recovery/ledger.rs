//! What was put where while several guests are placed together.

use super::bridges::Cards;
use super::yard::Yard;
use crate::fleet::id::GuestKind;

/// What a guest takes where it is put.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load<'a> {
    /// Memory as configured, bytes; none: cannot be told. 0: it need not run.
    pub memory: Option<u64>,
    /// Memory as it uses it now, bytes.
    pub used: u64,
    /// Its disks, bytes; none: cannot be told. 0: they are there already.
    pub disk: Option<u64>,
    /// Which storages can hold them; none: nothing has to be held.
    pub kind: Option<GuestKind>,
    /// What its network cards are plugged into, where it has to run.
    pub cards: Cards<'a>,
    /// The CPUs it is given; none: cannot be told.
    pub cpus: Option<f64>,
}

/// What was put where; what follows finds so much less.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    memory: Vec<u64>,
    used: Vec<u64>,
    disk: Vec<u64>,
    guests: Vec<u32>,
    cpus: Vec<Option<f64>>,
    pools: Vec<u64>,
    /// The nodes and pools that something was put on.
    touched: Vec<(usize, Option<usize>)>,
}

/// What a node and a storage held.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    at: usize,
    memory: u64,
    used: u64,
    disk: u64,
    guests: u32,
    cpus: Option<f64>,
    pool: Option<(usize, u64)>,
}

impl Ledger {
    /// Nothing was put anywhere.
    pub fn new(yard: &Yard) -> Self {
        let nodes = yard.all().len();
        Self {
            memory: vec![0; nodes],
            used: vec![0; nodes],
            disk: vec![0; nodes],
            guests: vec![0; nodes],
            cpus: vec![Some(0.0); nodes],
            pools: vec![0; yard.storages()],
            touched: Vec::new(),
        }
    }

    /// Puts a guest on a node; gives back the storage that its disks went to.
    pub fn put(&mut self, yard: &Yard, at: usize, load: Load<'_>) -> Option<usize> {
        let disk = load.disk.unwrap_or(0);
        let kind = load.kind.filter(|_| disk > 0);
        let pool = kind.and_then(|kind| yard.roomiest(self, at, kind)).map(|(pool, _)| pool);
        self.put_on(at, load, pool);
        pool
    }

    /// Puts a guest on a node, with its disks on this storage.
    pub fn put_on(&mut self, at: usize, load: Load<'_>, pool: Option<usize>) {
        let disk = load.disk.filter(|_| load.kind.is_some()).unwrap_or(0);
        add(&mut self.memory, at, load.memory.unwrap_or(0));
        add(&mut self.used, at, load.used);
        add(&mut self.disk, at, disk);
        if let Some(pool) = pool {
            add(&mut self.pools, pool, disk);
        }
        if let Some(guests) = self.guests.get_mut(at) {
            *guests = guests.saturating_add(1);
        }
        if load.memory != Some(0)
            && let Some(cpus) = self.cpus.get_mut(at)
        {
            *cpus = cpus.zip(load.cpus).map(|(sum, cpus)| sum + cpus);
        }
        self.touched.push((at, pool));
    }

    /// What a node and a storage hold now, to be given back to [`Ledger::restore`].
    pub fn mark(&self, at: usize, pool: Option<usize>) -> Mark {
        Mark {
            at,
            memory: sum(&self.memory, at),
            used: sum(&self.used, at),
            disk: sum(&self.disk, at),
            guests: self.guests(at),
            cpus: self.cpus(at),
            pool: pool.map(|pool| (pool, sum(&self.pools, pool))),
        }
    }

    /// Takes away what was put since a mark was made on its node and its storage.
    pub fn restore(&mut self, mark: &Mark) {
        let sums = [
            (&mut self.memory, mark.memory),
            (&mut self.used, mark.used),
            (&mut self.disk, mark.disk),
        ];
        for (list, old) in sums {
            list.get_mut(mark.at).into_iter().for_each(|sum| *sum = old);
        }
        self.guests.get_mut(mark.at).into_iter().for_each(|count| *count = mark.guests);
        self.cpus.get_mut(mark.at).into_iter().for_each(|sum| *sum = mark.cpus);
        if let Some((pool, old)) = mark.pool {
            self.pools.get_mut(pool).into_iter().for_each(|sum| *sum = old);
        }
        self.touched.pop();
    }

    /// Takes everything away again.
    pub fn clear(&mut self) {
        for (at, pool) in std::mem::take(&mut self.touched) {
            for list in [&mut self.memory, &mut self.used, &mut self.disk] {
                list.get_mut(at).into_iter().for_each(|sum| *sum = 0);
            }
            self.guests.get_mut(at).into_iter().for_each(|count| *count = 0);
            self.cpus.get_mut(at).into_iter().for_each(|sum| *sum = Some(0.0));
            if let Some(sum) = pool.and_then(|pool| self.pools.get_mut(pool)) {
                *sum = 0;
            }
        }
    }

    /// How many guests were put on a node.
    pub fn guests(&self, at: usize) -> u32 {
        self.guests.get(at).copied().unwrap_or(0)
    }

    /// Memory as it is used that was put on a node, bytes.
    pub fn used(&self, at: usize) -> u64 {
        sum(&self.used, at)
    }

    /// What was put on a storage, bytes.
    pub fn on(&self, pool: usize) -> u64 {
        sum(&self.pools, pool)
    }

    /// CPUs of the running guests that were put on a node; none: one does not tell.
    pub fn cpus(&self, at: usize) -> Option<f64> {
        self.cpus.get(at).copied().flatten()
    }

    /// Memory as configured that was put on a node, bytes.
    pub fn memory(&self, at: usize) -> u64 {
        sum(&self.memory, at)
    }

    /// Disks that were put on the storages of a node, bytes.
    pub fn disk(&self, at: usize) -> u64 {
        sum(&self.disk, at)
    }
}

fn sum(list: &[u64], at: usize) -> u64 {
    list.get(at).copied().unwrap_or(0)
}

fn add(list: &mut [u64], at: usize, more: u64) {
    if let Some(sum) = list.get_mut(at) {
        *sum = sum.saturating_add(more);
    }
}
