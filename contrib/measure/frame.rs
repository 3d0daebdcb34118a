//! A bare ratatui program to compare with: a table of 200 guests, a selection moved by keys, a
//! redraw per event, nothing else. `contrib/measure/run` measures it beside vigie.

use ratatui::crossterm::event::{self, Event, KeyCode};
use ratatui::layout::Constraint;
use ratatui::style::{Color, Style, Stylize};
use ratatui::widgets::{Block, Row, Table, TableState};

fn main() -> std::io::Result<()> {
    let mut terminal = ratatui::init();
    let result = run(&mut terminal);
    ratatui::restore();
    result
}

fn run(terminal: &mut ratatui::DefaultTerminal) -> std::io::Result<()> {
    let mut state = TableState::default().with_selected(Some(0));
    let mut backwards = false;
    loop {
        terminal.draw(|frame| {
            let rows = (0..200).map(|row| {
                let n = if backwards { 199 - row } else { row };
                let color = if n % 5 == 0 { Color::Yellow } else { Color::Gray };
                Row::new([
                    (100 + n).to_string(),
                    format!("guest-{n:04}"),
                    "running".to_owned(),
                    format!("{}%", n * 7 % 100),
                    format!("{} MiB", n * 13),
                ])
                .style(Style::new().fg(color))
            });
            let widths = [
                Constraint::Length(6),
                Constraint::Min(20),
                Constraint::Length(10),
                Constraint::Length(6),
                Constraint::Length(10),
            ];
            let title = if backwards { "backwards" } else { "guests" };
            let table = Table::new(rows, widths)
                .header(Row::new(["ID", "NAME", "STATUS", "CPU", "MEM"]).bold())
                .row_highlight_style(Style::new().reversed())
                .block(Block::bordered().title(title));
            frame.render_stateful_widget(table, frame.area(), &mut state);
        })?;
        if let Event::Key(key) = event::read()? {
            match key.code {
                KeyCode::Char('q') => return Ok(()),
                KeyCode::Down => state.select_next(),
                KeyCode::Up => state.select_previous(),
                KeyCode::Tab => backwards = !backwards,
                _ => {}
            }
        }
    }
}
