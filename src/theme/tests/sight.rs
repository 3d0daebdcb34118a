//! How far apart colours are for an eye: contrast, the three kinds of colour blindness, and the
//! difference between two colours.
//!
//! Contrast as WCAG 2.1 has it. Colour blindness by Machado, Oliveira and Fernandes (2009) at full
//! severity, and by Viénot, Brettel and Mollon (1999; for tritanopia Brettel, Viénot and Mollon
//! 1997, which projects on two half-planes): what one model flatters the other may not. Differences
//! are CIEDE2000 (Sharma, Wu and Dalal 2005) in CIELAB, D65.

use ratatui::style::Color;

/// Red, green and blue as a screen has them.
pub(super) type Rgb = [u8; 3];

type Vector = [f64; 3];
type Matrix = [Vector; 3];

/// An eye, and the model of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Eye {
    Usual,
    ProtanMachado,
    ProtanVienot,
    DeutanMachado,
    DeutanVienot,
    TritanMachado,
    TritanBrettel,
}

impl Eye {
    pub(super) const ALL: [Self; 7] = [
        Self::Usual,
        Self::ProtanMachado,
        Self::ProtanVienot,
        Self::DeutanMachado,
        Self::DeutanVienot,
        Self::TritanMachado,
        Self::TritanBrettel,
    ];

    /// What stands for a colour in this eye, linear.
    fn sees(self, linear: Vector) -> Vector {
        let matrix: Matrix = match self {
            Self::Usual => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Self::ProtanMachado => [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
            Self::ProtanVienot => {
                [[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]]
            }
            Self::DeutanMachado => [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
            Self::DeutanVienot => {
                [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]
            }
            Self::TritanMachado => [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
            Self::TritanBrettel if dot([0.03901, -0.02788, -0.01113], linear) >= 0.0 => [
                [1.01277, 0.13548, -0.14826],
                [-0.01243, 0.86812, 0.14431],
                [0.07589, 0.80500, 0.11911],
            ],
            Self::TritanBrettel => [
                [0.93678, 0.18979, -0.12657],
                [0.06154, 0.81526, 0.12320],
                [-0.37562, 1.12767, 0.24796],
            ],
        };
        matrix.map(|row| dot(row, linear).clamp(0.0, 1.0))
    }
}

fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// From sRGB to light.
fn linear(rgb: Rgb) -> Vector {
    rgb.map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

/// The contrast of two colours, from 1 to 21.
pub(super) fn contrast(a: Rgb, b: Rgb) -> f64 {
    let luminance = |rgb| dot([0.2126, 0.7152, 0.0722], linear(rgb));
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn lab(linear: Vector) -> Vector {
    let xyz = [
        dot([0.412_456_4, 0.357_576_1, 0.180_437_5], linear) / 0.95047,
        dot([0.212_672_9, 0.715_152_2, 0.072_175_0], linear),
        dot([0.019_333_9, 0.119_192_0, 0.950_304_1], linear) / 1.08883,
    ];
    let [x, y, z] = xyz
        .map(|t| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// How far two colours are apart in an eye. 1 is just seen side by side; from 10 on they are seen
/// to differ at a glance.
pub(super) fn difference(a: Rgb, b: Rgb, eye: Eye) -> f64 {
    ciede2000(lab(eye.sees(linear(a))), lab(eye.sees(linear(b))))
}

fn ciede2000([l1, a1, b1]: Vector, [l2, a2, b2]: Vector) -> f64 {
    let seventh = |c: f64| (c.powi(7) / (c.powi(7) + 25_f64.powi(7))).sqrt();
    let sin = |degrees: f64| degrees.to_radians().sin();
    let cos = |degrees: f64| degrees.to_radians().cos();
    let g = 0.5 * (1.0 - seventh(f64::midpoint(a1.hypot(b1), a2.hypot(b2))));
    let (a1, a2) = ((1.0 + g) * a1, (1.0 + g) * a2);
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let hue = |a: f64, b: f64| b.atan2(a).to_degrees().rem_euclid(360.0);
    let (h1, h2) = (hue(a1, b1), hue(a2, b2));
    let is_grey = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if is_grey => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let middle = match h1 + h2 {
        sum if is_grey => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => sum / 2.0 + 180.0,
        sum => sum / 2.0 - 180.0,
    };
    let (light, chroma) = (f64::midpoint(l1, l2), f64::midpoint(c1, c2));
    let t =
        1.0 - 0.17 * cos(middle - 30.0) + 0.24 * cos(2.0 * middle) + 0.32 * cos(3.0 * middle + 6.0)
            - 0.20 * cos(4.0 * middle - 63.0);
    let square = (light - 50.0).powi(2);
    let by_light = (l2 - l1) / (1.0 + 0.015 * square / (20.0 + square).sqrt());
    let by_chroma = (c2 - c1) / (1.0 + 0.045 * chroma);
    let by_hue = 2.0 * (c1 * c2).sqrt() * sin(turn / 2.0) / (1.0 + 0.015 * chroma * t);
    let rotation = 60.0 * (-((middle - 275.0) / 25.0).powi(2)).exp();
    let rotated = -2.0 * seventh(chroma) * sin(rotation) * by_chroma * by_hue;
    (by_light.powi(2) + by_chroma.powi(2) + by_hue.powi(2) + rotated).sqrt()
}

/// The colour of a cell; none for the terminal's own, and for the sixteen that its user chooses.
pub(super) fn rgb(color: Color) -> Option<Rgb> {
    match color {
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(n @ 16..=231) => {
            let step = |digit: u8| if digit == 0 { 0 } else { 55 + 40 * digit };
            let n = n - 16;
            Some([step(n / 36), step(n / 6 % 6), step(n % 6)])
        }
        Color::Indexed(n @ 232..) => Some([8 + 10 * (n - 232); 3]),
        _ => None,
    }
}

#[test]
fn contrasts_are_those_of_the_definition() {
    for (a, b, expected) in [
        ([0, 0, 0], [255, 255, 255], 21.0),
        ([9, 9, 9], [9, 9, 9], 1.0),
        // The lightest grey that is still read on white.
        ([0x76, 0x76, 0x76], [255, 255, 255], 4.54),
        ([255, 0, 0], [255, 255, 255], 4.0),
    ] {
        assert!((contrast(a, b) - expected).abs() < 0.005, "{a:?} {b:?} {}", contrast(a, b));
    }
}

#[test]
fn differences_are_those_that_were_published() {
    // Of the test data of Sharma, Wu and Dalal: each takes another way through the formula.
    for (a, b, expected) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([50.0, 2.5, 0.0], [61.0, -5.0, 29.0], 22.8977),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([22.7233, 20.0904, -46.6940], [23.0331, 14.9730, -42.5619], 2.0373),
        ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
    ] {
        for found in [ciede2000(a, b), ciede2000(b, a)] {
            assert!((found - expected).abs() < 0.0001, "{a:?} {b:?} {found}");
        }
    }
}

#[test]
fn an_eye_confuses_what_it_is_known_to_confuse_and_sees_greys_as_they_are() {
    for eye in Eye::ALL {
        for grey in [0, 90, 255] {
            let seen = eye.sees(linear([grey; 3]));
            let off = seen.iter().map(|v| (v - linear([grey; 3])[0]).abs()).fold(0.0, f64::max);
            assert!(off < 0.001, "{eye:?} {grey} {seen:?}");
        }
    }
    // Red and the green that is as light for that eye; blue and its green.
    for (a, b, eyes) in [
        ([200, 0, 0], [82, 77, 0], [Eye::ProtanVienot, Eye::ProtanMachado]),
        ([200, 0, 0], [115, 115, 0], [Eye::DeutanVienot, Eye::DeutanMachado]),
        ([0, 150, 160], [0, 150, 190], [Eye::TritanBrettel, Eye::TritanMachado]),
    ] {
        for eye in eyes {
            let (usual, seen) = (difference(a, b, Eye::Usual), difference(a, b, eye));
            assert!(seen < usual / 2.0, "{eye:?} {a:?} {b:?}: {usual} {seen}");
        }
    }
}
