//! The broker from outside, by a foreign client (`rumqttc`) over real sockets.

mod devices;
mod home;
mod newcomers;
mod people;
