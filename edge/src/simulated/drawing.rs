//! Draws the inside of the fridge: the empty fridge, shadows, and the foods
//! where they stand.

use std::sync::LazyLock;

use resvg::{
    tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, PixmapPaint, Rect, Transform},
    usvg,
};

use super::{
    foods,
    shelves::{Shelves, Standing, VIEW_H, VIEW_W},
};
use crate::fault::Fault;

static INSIDE: LazyLock<Result<usvg::Tree, String>> = LazyLock::new(|| {
    let svg = include_str!("../../assets/inside.svg");
    usvg::Tree::from_str(svg, &usvg::Options::default()).map_err(|error| error.to_string())
});

/// The empty fridge, this many pixels wide; drawn once and used again.
///
/// # Errors
/// It can't be drawn.
pub fn empty(width: u32) -> Result<Pixmap, Fault> {
    let inside = INSIDE.as_ref().map_err(|error| Fault::Picture(error.clone()))?;
    let scale = width as f32 / VIEW_W;
    let mut picture =
        Pixmap::new(width, (VIEW_H * scale) as u32).ok_or_else(|| Fault::Picture("no such size".into()))?;
    resvg::render(inside, Transform::from_scale(scale, scale), &mut picture.as_mut());
    Ok(picture)
}

/// The fridge with everything in it, on a copy of the empty one.
#[must_use]
pub fn filled(empty: &Pixmap, shelves: &Shelves) -> Pixmap {
    let mut picture = empty.clone();
    for standing in shelves.standing() {
        shadow(&mut picture, &standing);
        pieces(&mut picture, &standing);
    }
    picture
}

fn scale(picture: &Pixmap) -> f32 {
    picture.width() as f32 / VIEW_W
}

fn shadow(picture: &mut Pixmap, standing: &Standing) {
    let by = Transform::from_scale(scale(picture), scale(picture));
    let area = standing.area;
    let (left, wide) = (area.x * VIEW_W, area.w * VIEW_W);
    let floor = (area.y + area.h) * VIEW_H;
    let mut paint = Paint {
        anti_alias: true,
        ..Paint::default()
    };
    for (grow, alpha) in [(0.0, 0.10), (-8.0, 0.12)] {
        let Some(oval) = Rect::from_xywh(
            left - grow,
            floor - 7.0 - grow / 4.0,
            wide + 2.0 * grow,
            12.0 + grow / 2.0,
        ) else {
            continue;
        };
        let Some(path) = PathBuilder::from_oval(oval) else {
            continue;
        };
        paint.set_color(Color::from_rgba(0.16, 0.28, 0.36, alpha).unwrap_or(Color::BLACK));
        picture.fill_path(&path, &paint, FillRule::Winding, by, None);
    }
}

fn pieces(picture: &mut Pixmap, standing: &Standing) {
    let by = scale(picture);
    let side = (standing.side * by).round().max(1.0) as u32;
    let Some(piece) = foods::drawn(&standing.held.food, side) else {
        return;
    };
    for (left, top) in &standing.pieces {
        let (x, y) = ((left * by).round() as i32, (top * by).round() as i32);
        picture.draw_pixmap(
            x,
            y,
            piece.as_ref(),
            &PixmapPaint::default(),
            Transform::identity(),
            None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_food_is_seen_where_it_is_said_to_be_and_nowhere_else() {
        let empty = empty(960).unwrap();
        let shelves = Shelves::stocked();
        let picture = filled(&empty, &shelves);
        let standing = shelves.standing();
        assert!(standing.len() >= 8, "{}", standing.len());
        let mut outside = 0;
        for y in 0..720 {
            for x in 0..960 {
                if empty.pixel(x, y) != picture.pixel(x, y) {
                    let (px, py) = (x as f32 / VIEW_W, y as f32 / VIEW_H);
                    let inside = |s: &Standing| {
                        let a = s.area;
                        px >= a.x - 0.01 && px <= a.x + a.w + 0.01 && py >= a.y - 0.01 && py <= a.y + a.h + 0.02
                    };
                    outside += usize::from(!standing.iter().any(inside));
                }
            }
        }
        assert_eq!(outside, 0, "pixels changed where nothing stands");
        for one in &standing {
            let (x0, y0) = ((one.area.x * VIEW_W) as u32, (one.area.y * VIEW_H) as u32);
            let (w, h) = ((one.area.w * VIEW_W) as u32, (one.area.h * VIEW_H) as u32);
            let changed = (x0..x0 + w)
                .flat_map(|x| (y0..y0 + h).map(move |y| (x, y)))
                .filter(|(x, y)| empty.pixel(*x, *y) != picture.pixel(*x, *y))
                .count();
            assert!(
                changed > (w * h / 4) as usize,
                "{} is hardly drawn: {changed}",
                one.held.food
            );
        }
    }
}
