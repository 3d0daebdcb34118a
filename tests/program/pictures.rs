//! The pictures of the README, taken of the program itself in a terminal. They are committed; a
//! test fails when the program draws anything else than what they show.
//!
//! To make them anew: `cargo test --test program -- --ignored make_the_pictures`

mod film;
mod gallery;
mod held;
mod svg;
mod table;

use std::fmt::Write as _;

use vigie::simulate::fleet::SimFleet;
use vigie::theme::BuiltIn;

use gallery::Gallery;
use held::Stage;
use svg::{DARK, LIGHT};
use table::{SITTINGS, Sitting, UNPLUGGED};

#[test]
fn the_pictures_are_what_the_program_draws() {
    show(Gallery::to_compare());
}

#[test]
#[ignore = "writes the pictures"]
fn make_the_pictures() {
    show(Gallery::to_make());
    // What was drawn while it was still changing does not come again.
    show(Gallery::to_compare());
}

fn show(mut gallery: Gallery) {
    let stage = Stage::new(SimFleet::demo());
    for sitting in SITTINGS {
        sit(sitting, &stage, &mut gallery);
    }
    themes(&stage, &mut gallery);
    sit(&UNPLUGGED, &stage, &mut gallery);
    film::take(&mut gallery);
    gallery.close();
}

/// All pictures of one run of the program.
fn sit(sitting: &Sitting, stage: &Stage, gallery: &mut Gallery) {
    let mut pty = stage.open(sitting.arguments, sitting.scenes[0].size);
    let asks = |text: &str| ["asking", "interroge"].iter().any(|word| text.contains(word));
    pty.wait("everything", |screen| !asks(&screen.contents()));
    let mut size = sitting.scenes[0].size;
    for scene in sitting.scenes {
        if scene.size != size {
            size = scene.size;
            pty.resize(size.0, size.1);
        }
        for act in scene.acts {
            stage.act(&mut pty, *act);
        }
        let body = gallery.body((scene.name, 0), stage, &pty, DARK);
        let inside = svg::sheet(DARK.paper) + &body;
        let title = format!("{}, {}×{}", scene.title, size.0, size.1);
        gallery.hang(scene.name, &svg::page(svg::extent(size), &title, &inside));
    }
    Stage::close(pty);
}

/// The same screen in every theme, side by side.
fn themes(stage: &Stage, gallery: &mut Gallery) {
    const SIZE: (u16, u16) = (80, 24);
    const COLUMNS: usize = 2;
    /// Between them, and for the name above each.
    const GAP: usize = 16;
    const NAME: usize = 28;
    let (width, height) = svg::extent(SIZE);
    let mut inside = String::new();
    for (at, theme) in BuiltIn::ALL.into_iter().enumerate() {
        let name = theme.as_str();
        let pty = stage.open(&["--theme", name], SIZE);
        pty.wait_text("1 Fleet");
        let ground = if theme == BuiltIn::Light { LIGHT } else { DARK };
        let body = gallery.body(("themes", at), stage, &pty, ground);
        let paper = pty.screen(|screen| svg::paper(screen, ground));
        Stage::close(pty);
        let (left, top) = (at % COLUMNS * (width + GAP), at / COLUMNS * (height + NAME + GAP));
        let _ = writeln!(
            inside,
            "<text x=\"{}\" y=\"{}\" fill=\"#808890\">{name}</text>",
            left + svg::MARGIN,
            top + NAME - 8,
        );
        let _ = writeln!(
            inside,
            "<svg x=\"{left}\" y=\"{}\" width=\"{width}\" height=\"{height}\">",
            top + NAME
        );
        inside.push_str(&svg::sheet(&paper));
        inside.push_str(&body);
        inside.push_str("</svg>\n");
    }
    let rows = BuiltIn::ALL.len().div_ceil(COLUMNS);
    let whole = (COLUMNS * (width + GAP) - GAP, rows * (height + NAME + GAP) - GAP);
    gallery.hang("themes", &svg::page(whole, "vigie: the themes, side by side", &inside));
}
