//! Journeys: what people do in a real browser, on a home that is started as
//! its users start it.

mod journeys {
    mod alarm;
    mod energy;
    mod faces;
    mod family;
    mod food;
    mod invite;
    mod kiosk;
    mod live;
    mod newcomer;
    mod pairing;
    mod sign_on;
    pub mod steps;
}
