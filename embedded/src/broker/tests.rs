//! The broker from outside, by a foreign client (`rumqttc`) over real sockets.

mod contract;
mod credentials;
mod devices;
mod heard;
mod home;
mod newcomers;
mod people;
