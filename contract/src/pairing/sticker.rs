//! What is printed on a device, and the codes that bring one in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{PairingCode, parts};
use crate::{
    device::Hardware,
    failure::{Failure, Reason},
    ids::Serial,
};

/// Letters and digits that a printed serial number has at least.
const PRINTED: (usize, usize) = (2, 6);

/// What is printed on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sticker {
    /// What it is, if that is printed, too.
    pub hardware: Option<Hardware>,
    /// Which one.
    pub serial: Serial,
}

/// What brings a device in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Code {
    /// What its screen showed.
    Shown(PairingCode),
    /// What is printed on it.
    Sticker(Sticker),
}

impl Code {
    /// The serial number in it.
    #[must_use]
    pub const fn serial(&self) -> &Serial {
        match self {
            Self::Shown(code) => &code.serial,
            Self::Sticker(sticker) => &sticker.serial,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(code) => code.fmt(f),
            Self::Sticker(Sticker { hardware: None, serial }) => serial.fmt(f),
            Self::Sticker(Sticker {
                hardware: Some(hardware),
                serial,
            }) => write!(f, "HEARTH:{}:{serial}", hardware.code()),
        }
    }
}

impl From<Code> for String {
    fn from(code: Code) -> String {
        code.to_string()
    }
}

impl TryFrom<String> for Code {
    type Error = Failure;
    fn try_from(text: String) -> Result<Self, Failure> {
        text.parse()
    }
}

impl FromStr for Code {
    type Err = Failure;

    /// Reads a code of a screen, `HEARTH:FR:HF24000123` of a sticker, or the bare
    /// serial number `HF24000123` of a label; sloppy as [`PairingCode`].
    fn from_str(text: &str) -> Result<Self, Failure> {
        let upper = text.to_ascii_uppercase();
        let parts = parts(&upper);
        let foreign = || Failure::new(Reason::CodeForeign).at("code");
        let (hardware, serial) = match parts.as_slice() {
            [serial] if is_printed(serial) => (None, serial),
            [hardware, serial] => (Some(Hardware::from_code(hardware).ok_or_else(foreign)?), serial),
            _ => return text.parse().map(Self::Shown),
        };
        let serial = serial.parse().map_err(|_| foreign())?;
        Ok(Self::Sticker(Sticker { hardware, serial }))
    }
}

/// Whether a word looks like a maker's serial number: letters, then digits.
fn is_printed(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = word.len() - digits.len();
    letters >= PRINTED.0 && digits.len() >= PRINTED.1 && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sticker_says_which_device_it_is_on_and_proves_nothing() {
        let sticker = |hardware| {
            let serial = "HF24000123".parse().unwrap();
            Code::Sticker(Sticker { hardware, serial })
        };
        for (text, is, written) in [
            ("hf24000123", sticker(None), "HF24000123"),
            (
                "HEARTH:FR:HF24000123",
                sticker(Some(Hardware::Fridge)),
                "HEARTH:FR:HF24000123",
            ),
            ("fr hf24000123", sticker(Some(Hardware::Fridge)), "HEARTH:FR:HF24000123"),
        ] {
            let read: Code = text.parse().unwrap();
            assert_eq!((&read, read.to_string().as_str()), (&is, written), "{text}");
        }
        let shown: PairingCode = "HEARTH:FR:HF24000123:K7Q2M9XD".parse().unwrap();
        assert_eq!(shown.to_string().parse::<Code>().unwrap(), Code::Shown(shown));
        for text in [
            "4006381333931",
            "hello",
            "XX HF24000123",
            "https://example.org",
            "HEARTH:FR:HF1:SHORT",
            "",
        ] {
            assert_eq!(text.parse::<Code>().unwrap_err().reason, Reason::CodeForeign, "{text}");
        }
    }
}
