//! Regions of a mask: cleaned of specks, holes closed, joined where they touch.

use hearth_contract::pantry::Area;

use super::pixels::{HEIGHT, WIDTH};

/// `[y * WIDTH + x]`
pub(super) type Mask = Vec<bool>;

/// A connected region, by the rectangle around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    left: usize,
    top: usize,
    /// One past the last column and row.
    right: usize,
    bottom: usize,
    /// How many pixels of the mask it has.
    pub pixels: usize,
}

impl Region {
    /// As parts of the picture.
    pub fn area(&self) -> Area {
        let part = |value: usize, of: usize| value as f32 / of as f32;
        Area {
            x: part(self.left, WIDTH),
            y: part(self.top, HEIGHT),
            w: part(self.right - self.left, WIDTH),
            h: part(self.bottom - self.top, HEIGHT),
        }
    }

    /// The rectangle, larger by `by` on each side.
    pub fn grown(&self, by: usize) -> Self {
        Self {
            left: self.left.saturating_sub(by),
            top: self.top.saturating_sub(by),
            right: (self.right + by).min(WIDTH),
            bottom: (self.bottom + by).min(HEIGHT),
            pixels: self.pixels,
        }
    }

    /// All pixels of the rectangle.
    pub fn all(&self) -> impl Iterator<Item = usize> {
        let (left, right) = (self.left, self.right);
        (self.top..self.bottom).flat_map(move |y| (left..right).map(move |x| y * WIDTH + x))
    }

    /// Whether the rectangle holds the pixel.
    pub fn holds(&self, pixel: usize) -> bool {
        let (x, y) = (pixel % WIDTH, pixel / WIDTH);
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }
}

/// Takes specks away, then closes gaps.
pub(super) fn close_and_open(mask: Mask) -> Mask {
    let opened = spread(spread(mask, 1, false), 1, true);
    spread(spread(opened, 4, true), 4, false)
}

/// Grows (`value` true) or shrinks what is set, `reach` pixels each way.
fn spread(mask: Mask, reach: usize, value: bool) -> Mask {
    let rows = sweep(&mask, (WIDTH, HEIGHT), (1, WIDTH), reach, value);
    sweep(&rows, (HEIGHT, WIDTH), (WIDTH, 1), reach, value)
}

fn sweep(
    mask: &Mask,
    (length, lines): (usize, usize),
    (step, next): (usize, usize),
    reach: usize,
    value: bool,
) -> Mask {
    let mut out = mask.clone();
    for line in 0..lines {
        for n in 0..length {
            let near = n.saturating_sub(reach)..(n + reach + 1).min(length);
            if near.into_iter().any(|m| mask[line * next + m * step] == value) {
                out[line * next + n * step] = value;
            }
        }
    }
    out
}

/// The connected regions of a mask.
pub(super) fn regions(mask: &Mask) -> Vec<Region> {
    let mut seen = vec![false; mask.len()];
    let mut found = Vec::new();
    for start in 0..mask.len() {
        if !mask[start] || seen[start] {
            continue;
        }
        let mut region = Region {
            left: WIDTH,
            top: HEIGHT,
            right: 0,
            bottom: 0,
            pixels: 0,
        };
        let mut open = vec![start];
        seen[start] = true;
        while let Some(pixel) = open.pop() {
            let (x, y) = (pixel % WIDTH, pixel / WIDTH);
            region.left = region.left.min(x);
            region.top = region.top.min(y);
            region.right = region.right.max(x + 1);
            region.bottom = region.bottom.max(y + 1);
            region.pixels += 1;
            for near in neighbours(x, y) {
                if mask[near] && !seen[near] {
                    seen[near] = true;
                    open.push(near);
                }
            }
        }
        found.push(region);
    }
    found
}

fn neighbours(x: usize, y: usize) -> impl Iterator<Item = usize> {
    let left = (x > 0).then(|| y * WIDTH + x - 1);
    let right = (x + 1 < WIDTH).then_some(y * WIDTH + x + 1);
    let above = (y > 0).then(|| (y - 1) * WIDTH + x);
    let below = (y + 1 < HEIGHT).then_some((y + 1) * WIDTH + x);
    [left, right, above, below].into_iter().flatten()
}
