//! The loop on paused time: what is drawn, and when.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use ratatui::backend::TestBackend;
use ratatui::{Frame, Terminal};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::{Control, Ending, Runner, Surroundings};
use crate::fleet::code::Code;
use crate::fleet::id::Product;
use crate::fleet::look::{Log as Lines, Looked, Seen};
use crate::fleet::policy::{Policy, SiteFacts, SourceFacts};
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::judge::rows::ReplicationRow;
use crate::judge::{Judged, Problem, Severity, Verdict};
use crate::keymap::Chord;
use crate::run::Parts;
use crate::run::judging::{Judging, Order};
use crate::state::samples::{NOW, guest, judged, problem};
use crate::state::{Drawn, Poll, Standing, State, Wish};
use crate::update::Event;

/// What happened, and how many milliseconds after the start.
type Log = Rc<RefCell<Vec<(u64, &'static str)>>>;

struct World {
    start: Instant,
    log: Log,
    clock: Rc<Clock>,
}

/// The clock of the world.
#[derive(Default)]
struct Clock {
    /// Seconds it was set back by.
    back: Cell<i64>,
    /// How often somebody looked at it.
    looks: Cell<u32>,
}

impl World {
    fn note(&self, what: &'static str) {
        note(&self.log, self.start, what);
    }
}

fn note(log: &Log, start: Instant, what: &'static str) {
    let at = u64::try_from(start.elapsed().as_millis()).unwrap();
    log.borrow_mut().push((at, what));
}

impl Surroundings for World {
    fn now(&self) -> Epoch {
        self.clock.looks.set(self.clock.looks.get() + 1);
        let now = NOW.plus(i64::try_from(self.start.elapsed().as_secs()).unwrap());
        now.minus(self.clock.back.get())
    }

    async fn suspend(&mut self) -> std::io::Result<()> {
        self.note("suspend");
        sleep(Duration::from_secs(3600)).await;
        Ok(())
    }

    fn copy(&mut self, text: &str) -> std::io::Result<()> {
        self.note(text.to_owned().leak());
        Ok(())
    }

    fn is_tmux(&self) -> bool {
        false
    }

    fn retake(&mut self) -> std::io::Result<bool> {
        self.note("retake");
        Ok(true)
    }
}

/// The other ends of the loop's queues.
struct Script {
    start: Instant,
    log: Log,
    clock: Rc<Clock>,
    keys: mpsc::Sender<Event>,
    control: mpsc::Sender<Control>,
    surveys: mpsc::Sender<Arc<Survey>>,
    looked: mpsc::Sender<Looked>,
    wishes: mpsc::Receiver<Wish>,
}

impl Script {
    async fn press(&self, key: &str) {
        self.keys.send(Event::Key(key.parse().unwrap())).await.unwrap();
    }

    /// The next wish; nobody waits for ever for one that does not come.
    async fn wish(&mut self) -> Wish {
        let wish = timeout(Duration::from_secs(60), self.wishes.recv()).await;
        wish.expect("a wish within a minute").expect("wishes go on")
    }

    async fn survey(&self) {
        self.surveys.send(Arc::new(survey())).await.unwrap();
    }

    /// How often `what` happened from `from` on, milliseconds after the start.
    fn count(&self, what: &str, from: u64) -> usize {
        self.times(what, from).len()
    }

    /// When `what` happened from `from` on, milliseconds after the start.
    fn times(&self, what: &str, from: u64) -> Vec<u64> {
        let log = self.log.borrow();
        log.iter().filter(|(at, w)| *w == what && *at >= from).map(|(at, _)| *at).collect()
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }
}

fn facts() -> SiteFacts {
    SiteFacts {
        name: "helsinki".into(),
        place: None,
        contact: None,
        keys: None,
        timezone: jiff::tz::TimeZone::UTC,
        policy: Policy::default(),
        sources: vec![SourceFacts {
            name: "fi".into(),
            product: Product::Pve,
            endpoints: vec!["fi1:8006".into()],
            fingerprints: Vec::new(),
            planned_off: Vec::new(),
        }],
    }
}

fn survey() -> Survey {
    Survey::new("fi".into(), Product::Pve, &["fi1:8006".into()])
}

fn days(fleet: &Fleet) -> usize {
    fleet.sites.len()
}

/// Runs the loop beside a script until the loop ends. `roll` says when a label changes.
async fn play<F>(
    roll: fn(Epoch) -> Option<Epoch>,
    script: impl FnOnce(Script) -> F,
) -> (Ending, Log)
where
    F: Future<Output = Script>,
{
    play_judging(Duration::ZERO, roll, script).await
}

/// The same where a judgement takes so long.
async fn play_judging<F>(
    takes: Duration,
    roll: fn(Epoch) -> Option<Epoch>,
    script: impl FnOnce(Script) -> F,
) -> (Ending, Log)
where
    F: Future<Output = Script>,
{
    let (log, clock, start) = (Log::default(), Rc::<Clock>::default(), Instant::now());
    let (keys, keys_out) = mpsc::channel(256);
    let (control, control_out) = mpsc::channel(16);
    let (surveys, surveys_out) = mpsc::channel(64);
    let (wishes_in, wishes) = mpsc::channel(1);
    let (looked, looked_out) = mpsc::channel(64);
    let (orders, mut taken) = mpsc::unbounded_channel();
    let (done, digests) = mpsc::channel(1);
    let judge = {
        let log = log.clone();
        async move {
            while let Some(order) = taken.recv().await {
                let Order::Judge(job) = order else { continue };
                assert_eq!(days(&job.fleet), 1);
                note(&log, start, "judge");
                if !takes.is_zero() {
                    sleep(takes).await;
                    note(&log, start, "judged");
                }
                if done.send(judged(Vec::new(), Vec::new()).into()).await.is_err() {
                    return;
                }
            }
        }
    };
    let parts = Parts {
        fleet: Fleet::new([facts()], Vec::new()),
        zone: jiff::tz::TimeZone::UTC,
        copy: Box::new(|state, what| Some(format!("{what:?} {:?}", state.tab()))),
        mouse: false,
        painted: tokio::sync::oneshot::channel().0,
        keys: Arc::default(),
        surveys: surveys_out,
        looked: looked_out,
        wishes: wishes_in,
        standing: Standing::default(),
        judge: Judging { orders, digests },
        draw: {
            let log = log.clone();
            move |frame: &mut Frame<'_>, state: &State| {
                note(&log, start, "draw");
                assert!(state.asking.is_some(), "nobody has answered yet");
                frame.render_widget(format!("{:?}", state.tab()), frame.area());
                Drawn { next_roll: roll(state.now), ..Drawn::default() }
            }
        },
    };
    let screen = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut world = World { start, log: log.clone(), clock: clock.clone() };
    let runner = Runner::new(parts, screen);
    let script =
        script(Script { start, log: log.clone(), clock, keys, control, surveys, looked, wishes });
    let loops = runner.run(&mut world, keys_out, control_out);
    let (ending, _script, ()) = tokio::join!(loops, script, judge);
    (ending.unwrap(), log)
}

async fn wait(ms: u64) {
    sleep(Duration::from_millis(ms)).await;
}

fn never(_: Epoch) -> Option<Epoch> {
    None
}

#[tokio::test(start_paused = true)]
async fn what_is_copied_is_sent_between_frames_and_said() {
    let (_, log) = play(never, async |script: Script| {
        wait(100).await;
        script.press("y").await;
        wait(100).await;
        script.press("q").await;
        script
    })
    .await;
    let log = log.borrow();
    let later: Vec<_> = log.iter().filter(|(at, _)| *at >= 100).map(|(_, what)| *what).collect();
    assert_eq!(later, ["Row Fleet", "draw"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_copied_is_what_was_shown_when_the_key_was_pressed() {
    // What follows at once: another view, another copy, the end.
    for (keys, copied) in [
        ("y3q", &["Row Fleet"][..]),
        ("y3Yq", &["Row Fleet", "Summary Hosts"]),
        ("yq", &["Row Fleet"]),
    ] {
        let (ending, log) = play(never, async |script: Script| {
            wait(100).await;
            for key in keys.chars() {
                script.keys.try_send(Event::Key(Chord::char(key))).unwrap();
            }
            script
        })
        .await;
        assert_eq!(ending, Ending::Quit);
        let log = log.borrow();
        let told: Vec<_> = log
            .iter()
            .map(|(_, what)| *what)
            .filter(|what| !matches!(*what, "draw" | "judge"))
            .collect();
        assert_eq!(told, copied, "{keys}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_frame_waits_for_nothing() {
    let (ending, log) = play(never, async |script: Script| {
        script.press("q").await;
        script
    })
    .await;
    assert_eq!(ending, Ending::Quit);
    assert_eq!(*log.borrow(), [(0, "judge"), (0, "draw")]);
}

#[tokio::test(start_paused = true)]
async fn an_idle_hour_is_judged_by_the_minute_and_hardly_drawn() {
    play(never, async |script: Script| {
        wait(3_600_500).await;
        assert_eq!(script.count("judge", 500), 60);
        assert_eq!(script.count("draw", 500), 60);
        let looks = script.clock.looks.get();
        assert!(looks < 3600 / 2, "looked at the clock {looks} times in an hour");
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_is_seen_within_seconds() {
    play(never, async |script: Script| {
        wait(20_500).await;
        script.clock.back.set(3600);
        wait(3_000).await;
        assert!(script.count("draw", 20_500) > 0, "its ages are wrong: {:?}", script.log.borrow());
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_label_that_rolls_is_drawn_in_its_second() {
    // One label that changes every ten seconds.
    let tens = |now: Epoch| Some(now.plus(10 - now.0.rem_euclid(10)));
    play(tens, async |script: Script| {
        wait(50_500).await;
        let between = script.count("draw", 500);
        assert!((5..=6).contains(&between), "{between} in 50 s: {:?}", script.log.borrow());
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_label_that_rolls_each_second_is_drawn_each_second() {
    let each = |now: Epoch| Some(now.plus(1));
    play(each, async |script: Script| {
        wait(30_900).await;
        // What was judged once a minute is drawn in between.
        let drawn = script.times("draw", 5_000);
        let rolled: Vec<u64> = drawn.into_iter().filter(|at| at % 1000 == 0).collect();
        assert_eq!(rolled, (5..=30).map(|second| second * 1000).collect::<Vec<_>>());
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_said_goes_in_its_second() {
    play(never, async |script: Script| {
        wait(10_100).await;
        script.press("r").await;
        wait(6_000).await;
        let drawn = script.times("draw", 10_100);
        // Said, and gone again.
        let [first, second] = drawn[..] else { panic!("{drawn:?}") };
        assert!((4_000..=5_100).contains(&(second - first)), "{drawn:?}");
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_key_after_a_pause_is_answered_at_once() {
    play(never, async |script: Script| {
        for key in ["2", "3", "4"] {
            wait(137).await;
            let at = script.elapsed();
            script.press(key).await;
            wait(1).await;
            let last = script.log.borrow().last().copied();
            assert_eq!(last, Some((at, "draw")), "{key}");
        }
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn keys_that_come_together_are_one_frame() {
    play(never, async |script: Script| {
        wait(500).await;
        for _ in 0..20 {
            script.keys.try_send(Event::Key(Chord::char('2'))).unwrap();
            script.keys.try_send(Event::Key(Chord::char('3'))).unwrap();
        }
        wait(100).await;
        assert_eq!(script.count("draw", 500), 1);
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_surveys_is_thirty_frames_a_second_and_keeps_no_key_waiting() {
    play(never, async |script: Script| {
        wait(500).await;
        for round in 0..1000_u32 {
            script.survey().await;
            if round % 100 == 50 {
                let at = script.elapsed();
                script.press(if round % 200 == 50 { "2" } else { "3" }).await;
                wait(5).await;
                assert!(script.count("draw", at) > 0, "round {round}");
            }
            wait(1).await;
        }
        let seconds = f64::from(u32::try_from(script.elapsed() - 500).unwrap()) / 1000.0;
        let judged = script.count("judge", 500);
        assert!(judged as f64 <= seconds * 31.0, "{judged} judgements in {seconds} s");
        assert!(judged as f64 >= seconds * 15.0, "{judged} judgements in {seconds} s");
        let drawn = script.count("draw", 500);
        assert!(drawn as f64 <= seconds * 31.0 + 10.0, "{drawn} frames in {seconds} s");
        wait(100).await;
        let settled = script.log.borrow().len();
        wait(400).await;
        assert_eq!(script.log.borrow().len(), settled, "and then it is quiet");
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_judge_rests_five_times_as_long_and_keys_are_answered_meanwhile() {
    const TAKES: u64 = 100;
    play_judging(Duration::from_millis(TAKES), never, async |script: Script| {
        wait(500).await;
        let mut waited = Vec::new();
        while script.elapsed() < 20_000 {
            script.survey().await;
            if script.elapsed().is_multiple_of(7) {
                let at = script.elapsed();
                script.press(if waited.len() % 2 == 0 { "2" } else { "3" }).await;
                while script.count("draw", at) == 0 {
                    wait(1).await;
                }
                waited.push(script.elapsed() - at);
            }
            wait(1).await;
        }
        let judged: Vec<u64> = script.times("judge", 500);
        // A judgement, and then a rest.
        assert!(judged.windows(2).all(|w| w[1] - w[0] >= 6 * TAKES), "{judged:?}");
        assert!(judged.windows(2).all(|w| w[1] - w[0] <= 6 * TAKES + 40), "{judged:?}");
        // It keeps nobody waiting, while it judges or before.
        assert!(waited.len() > 500, "{}", waited.len());
        assert!(waited.iter().all(|ms| *ms <= 5), "{waited:?}");
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_key_is_answered_while_the_fleet_is_judged() {
    play_judging(Duration::from_millis(100), never, async |script: Script| {
        let at = async |ms| sleep_until(script.start + Duration::from_millis(ms)).await;
        at(300).await;
        // Judged from 0 to 100: due again at 600.
        script.survey().await;
        at(650).await;
        script.press("2").await;
        at(690).await;
        // What comes in meanwhile waits for its turn: never two at once.
        script.survey().await;
        at(1_400).await;
        let log: Vec<_> = script.log.borrow().iter().filter(|(at, _)| *at > 100).copied().collect();
        let expected = [
            (600, "judge"),
            (650, "draw"),
            (700, "judged"),
            (700, "draw"),
            (1_200, "judge"),
            (1_300, "judged"),
            (1_300, "draw"),
        ];
        assert_eq!(log, expected);
        script.press("q").await;
        script
    })
    .await;
}

/// On paused time two looks at the clock are the same moment; here they are not.
#[tokio::test]
async fn what_comes_in_is_judged_while_time_goes_by() {
    play(never, async |script: Script| {
        for round in 2..4 {
            script.survey().await;
            while script.count("judge", 0) < round {
                assert!(script.elapsed() < 20_000, "never judged again: {:?}", script.log.borrow());
                wait(1).await;
            }
        }
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_it_whatever_else_waits() {
    let (ending, log) = play(never, async |script: Script| {
        wait(500).await;
        for _ in 0..60 {
            script.surveys.try_send(Arc::new(survey())).unwrap();
            script.keys.try_send(Event::Key(Chord::char('j'))).unwrap();
        }
        script.control.try_send(Control::End(Ending::Signal(15))).unwrap();
        script
    })
    .await;
    assert_eq!(ending, Ending::Signal(15));
    assert_eq!(log.borrow().len(), 2, "nothing was done in between: {:?}", log.borrow());
}

#[tokio::test(start_paused = true)]
async fn suspended_it_stands_still_and_comes_back_with_a_frame() {
    play(never, async |script: Script| {
        wait(500).await;
        script.press("Ctrl-z").await;
        wait(3_600_100).await;
        assert_eq!(script.count("suspend", 0), 1);
        // At once as it was, then judged, since an hour went by.
        let after: Vec<_> = script.log.borrow().iter().skip(3).copied().collect();
        let expected = [(3_600_500, "draw"), (3_600_500, "judge"), (3_600_533, "draw")];
        assert_eq!(after, expected);
        script.control.try_send(Control::Continued).unwrap();
        wait(10).await;
        assert_eq!(script.count("retake", 0), 1);
        assert_eq!(script.log.borrow().last(), Some(&(3_600_600, "draw")));
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_for_goes_out_and_a_full_queue_holds_nothing_up() {
    play(never, async |mut script: Script| {
        for _ in 0..5 {
            script.press("r").await;
            wait(10).await;
        }
        assert_eq!(script.wishes.recv().await, Some(Wish::Poll(Poll::All)));
        assert!(script.wishes.try_recv().is_err(), "one fits, four were dropped");
        script.press("q").await;
        script
    })
    .await;
}

/// A judgement with a replication job that fails.
fn failing() -> Arc<Judged> {
    let subject = Subject::Replication("fi".into(), "1-0".into());
    let failing = Problem { subject, ..problem(Code::ReplicationFailing, Severity::Critical, 1) };
    let mut guest = guest(1, "dns", Verdict::Critical);
    guest.replication.jobs.push(ReplicationRow {
        source: "fi".into(),
        id: "1-0".into(),
        guest: 1,
        source_node: Some("fi1".into()),
        target: "fi2".into(),
        schedule: "*/15".into(),
        disabled: false,
        last_sync: None,
        age: None,
        due: None,
        next: None,
        duration: None,
        fail_count: Some(1),
        error: None,
        running: false,
        seen: None,
        verdict: Verdict::Critical,
        because: None,
    });
    judged(vec![guest], vec![failing])
}

#[tokio::test(start_paused = true)]
async fn what_is_looked_at_is_asked_and_its_answer_drawn() {
    play(never, async |mut script: Script| {
        script.keys.send(Event::Judged(failing().into())).await.unwrap();
        // One wish fits, and it is another one.
        script.press("r").await;
        script.press("2").await;
        script.press("Enter").await;
        wait(100).await;
        assert_eq!(script.wish().await, Wish::Poll(Poll::All));
        // Nobody took the question: it is asked again.
        let Wish::Look(ask) = script.wish().await else { panic!("another wish") };
        assert_eq!(ask.look.to_string(), "/nodes/fi1/replication/1-0/log");
        wait(100).await;
        let drawn = script.count("draw", 0);
        let answer = Ok(Seen::Log(Lines { skipped: 0, lines: vec!["x".into()], total: 1 }));
        script.looked.send(Looked { ask, at: NOW, answer }).await.unwrap();
        wait(50).await;
        assert_eq!(script.count("draw", 0), drawn + 1);
        wait(5_000).await;
        assert!(script.wishes.try_recv().is_err(), "it is known for a while");
        script.press("q").await;
        script
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn without_pollers_it_goes_on() {
    play(never, async |mut script: Script| {
        let (other, _) = mpsc::channel(1);
        script.surveys = other;
        let (other, _) = mpsc::channel(1);
        script.looked = other;
        wait(2_000).await;
        script.press("q").await;
        script
    })
    .await;
}
