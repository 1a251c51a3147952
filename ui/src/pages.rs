//! The pages: each asks and shows. What is true is decided elsewhere.

pub mod confirm;
pub mod devices;
pub mod energy;
pub mod family;
pub mod food;
pub mod food_add;
pub mod food_item;
pub mod forgot;
pub mod frame;
pub mod gallery;
pub mod gallery_answers;
pub mod gallery_pieces;
pub mod hanging;
pub mod kiosk;
pub mod live;
pub mod pair;
pub mod pairing;
pub mod scan;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod tablets;
pub mod today;
pub mod view;
pub mod welcome;
