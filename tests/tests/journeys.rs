//! Journeys: what people do in a real browser, on a home that is started as
//! its users start it.

mod journeys {
    mod account;
    mod alarm;
    mod control;
    mod energy;
    mod faces;
    mod family;
    mod food;
    mod giving_away;
    mod invite;
    mod kiosk;
    mod leaving;
    mod live;
    mod microwave;
    mod newcomer;
    mod pairing;
    mod powers;
    mod sessions;
    mod sign_on;
    pub mod steps;
}
