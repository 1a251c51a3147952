//! The broker from outside, by a foreign client (`rumqttc`) over real sockets.

mod contract;
mod credentials;
mod devices;
mod floods;
mod heard;
mod home;
mod jobs;
mod matrix;
mod newcomers;
mod people;
mod rotation;
mod shadows;
mod strangers;
