//! Bringing a device into the family: the code, its proof, the sticker, and the commands.
//!
//! The law of the code: the device makes a secret while it is provisioned and
//! tells the cloud; its screen shows serial number, hardware type and a proof,
//! HMAC-SHA-256 of the secret over the three and the current minute. Who holds
//! the code stood before the screen within [`PROOF_STEPS`] minutes.
//!
//! The law of the sticker: what is printed on a device proves nothing, so it
//! counts only within [`PRESSED_FOR`] of a press of the device's button, once.

mod sticker;

use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::{
    command::{Access, Command, Goes, Route},
    device::{Device, Hardware},
    failure::{Failure, Reason},
    host::LocalRef,
    ids::{FamilyId, Serial},
    power::Power,
    text::CodeText,
};

pub use sticker::{Code, Sticker};

/// Seconds a proof is shown before the next one.
pub const PROOF_STEP_S: i64 = 60;
/// How many steps a proof is taken: the present one and the four before.
pub const PROOF_STEPS: i64 = 5;
/// Letters of a proof.
pub const PROOF_LETTERS: usize = 8;
/// How long after a press of the device's button its sticker brings it in.
pub const PRESSED_FOR: SignedDuration = SignedDuration::from_mins(2);
/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A secret of one device, 32 bytes; never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PairingSecret(pub [u8; 32]);

impl std::fmt::Debug for PairingSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PairingSecret(…)")
    }
}

/// What a device's code says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PairingCode {
    /// What it is.
    pub hardware: Hardware,
    /// Which one.
    pub serial: Serial,
    /// That one stands before it: eight letters.
    pub proof: String,
}

/// The minute a proof belongs to: whole steps since the epoch.
#[must_use]
pub fn step(at: Timestamp) -> i64 {
    at.as_second().div_euclid(PROOF_STEP_S)
}

/// The proof of a device in a step: eight letters of Crockford's base 32, 40 bits.
#[must_use]
pub fn proof(secret: &PairingSecret, hardware: Hardware, serial: &Serial, step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret.0) else {
        unreachable!("HMAC takes keys of any length")
    };
    mac.update(format!("hearth-pairing-1:{}:{serial}:{step}", hardware.code()).as_bytes());
    let tag = mac.finalize().into_bytes();
    let bits = tag[..5].iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    (0..PROOF_LETTERS)
        .rev()
        .map(|n| char::from(ALPHABET[(bits >> (5 * n)) as usize & 31]))
        .collect()
}

/// What a proof is worth now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Shown within the last [`PROOF_STEPS`] steps: this one.
    Fresh(i64),
    /// Was shown within the last day.
    Stale,
    /// Was not shown by this device.
    Wrong,
}

/// Judges a proof. One step ahead is taken for clocks that differ.
#[must_use]
pub fn judge(secret: &PairingSecret, code: &PairingCode, now: Timestamp) -> Proof {
    let current = step(now);
    let shown = |step| proof(secret, code.hardware, &code.serial, step) == code.proof;
    if let Some(step) = (current - PROOF_STEPS + 1..=current + 1)
        .rev()
        .find(|step| shown(*step))
    {
        return Proof::Fresh(step);
    }
    let day = 24 * 3600 / PROOF_STEP_S;
    if (current - day..current).any(shown) {
        Proof::Stale
    } else {
        Proof::Wrong
    }
}

impl std::fmt::Display for PairingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HEARTH:{}:{}:{}", self.hardware.code(), self.serial, self.proof)
    }
}

impl From<PairingCode> for String {
    fn from(code: PairingCode) -> String {
        code.to_string()
    }
}

impl TryFrom<String> for PairingCode {
    type Error = Failure;
    fn try_from(text: String) -> Result<Self, Failure> {
        text.parse()
    }
}

impl FromStr for PairingCode {
    type Err = Failure;

    /// Reads `HEARTH:FR:HF24000123:K7Q2M9XD`, in any case; typed codes may use
    /// spaces for colons, leave `HEARTH` out, and mix up 0/O and 1/I/L in the proof.
    fn from_str(text: &str) -> Result<Self, Failure> {
        let text = text.to_ascii_uppercase();
        let parts = parts(&text);
        let foreign = || Failure::new(Reason::CodeForeign).at("code");
        let [hardware, serial, proof @ ..] = parts.as_slice() else {
            return Err(foreign());
        };
        let hardware = Hardware::from_code(hardware).ok_or_else(foreign)?;
        let serial = serial.parse().map_err(|_| foreign())?;
        let proof: String = proof
            .concat()
            .replace('-', "")
            .replace('O', "0")
            .replace(['I', 'L'], "1");
        let fits = proof.len() == PROOF_LETTERS && proof.bytes().all(|b| ALPHABET.contains(&b));
        if fits {
            Ok(Self {
                hardware,
                serial,
                proof,
            })
        } else {
            Err(foreign())
        }
    }
}

/// The words of a code, without the name of the house.
fn parts(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = text
        .split(|c: char| c == ':' || c.is_whitespace())
        .filter(|part| !part.is_empty())
        .collect();
    if parts.first() == Some(&"HEARTH") {
        parts.remove(0);
    }
    parts
}

/// Reads the code in a picture. Core answers: a picture need not travel for that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// A picture that was put.
    pub picture: LocalRef,
}

/// `POST /families/{family}/devices`: brings the device with this code into the family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The family.
    pub family: FamilyId,
    /// What was read or typed.
    pub code: CodeText,
}

fn sample_code() -> PairingCode {
    "HEARTH:FR:HF24000123:K7Q2M9XD"
        .parse()
        .unwrap_or_else(|_| unreachable!("samples are well-formed"))
}

impl Command for Read {
    type Reply = Code;
    const NAME: &'static str = "pairing.read";
    const GOES: Goes = Goes::Core;
    fn sample() -> Self {
        Self {
            picture: LocalRef::sample(),
        }
    }
    fn sample_reply() -> Code {
        Code::Shown(sample_code())
    }
}

impl Command for Pair {
    type Reply = Device;
    const NAME: &'static str = "pairing.pair";
    const GOES: Goes = Goes::Cloud(Route::post("/families/{family}/devices"), Access::Power(Power::Pair));
    fn sample() -> Self {
        let code = CodeText::parse(&sample_code().to_string());
        Self {
            family: FamilyId::sample(1),
            code: code.unwrap_or_else(|_| unreachable!("samples are well-formed")),
        }
    }
    fn sample_reply() -> Device {
        Device::sample()
    }
}

/// The commands of this feature.
#[macro_export]
macro_rules! pairing_commands {
    ($each:ident) => {
        $each! {
            core $crate::pairing::Read;
            cloud $crate::pairing::Pair;
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_at(at: &str) -> (PairingSecret, PairingCode) {
        let secret = PairingSecret([7; 32]);
        let serial: Serial = "HF24000123".parse().unwrap();
        let proof = proof(&secret, Hardware::Fridge, &serial, step(at.parse().unwrap()));
        (
            secret,
            PairingCode {
                hardware: Hardware::Fridge,
                serial,
                proof,
            },
        )
    }

    #[test]
    fn a_code_is_fresh_for_five_minutes_and_stale_for_a_day() {
        let (secret, code) = code_at("2026-11-21T18:00:30Z");
        let judged = |now: &str| judge(&secret, &code, now.parse().unwrap());
        assert!(
            matches!(judged("2026-11-21T17:59:59Z"), Proof::Fresh(_)),
            "a clock a little behind"
        );
        assert!(matches!(judged("2026-11-21T18:04:59Z"), Proof::Fresh(_)));
        assert_eq!(judged("2026-11-21T18:05:00Z"), Proof::Stale);
        assert_eq!(judged("2026-11-23T18:05:00Z"), Proof::Wrong);
    }

    #[test]
    fn another_devices_proof_is_wrong() {
        let (_, code) = code_at("2026-11-21T18:00:30Z");
        let other = PairingSecret([8; 32]);
        assert_eq!(
            judge(&other, &code, "2026-11-21T18:00:30Z".parse().unwrap()),
            Proof::Wrong
        );
    }

    #[test]
    fn a_typed_code_may_be_sloppy() {
        let (_, code) = code_at("2026-11-21T18:00:30Z");
        let sloppy = format!("fr hf24000123 {} {}", &code.proof[..4].to_lowercase(), &code.proof[4..]);
        assert_eq!(sloppy.parse::<PairingCode>().unwrap(), code);
        assert_eq!(code.to_string().parse::<PairingCode>().unwrap(), code);
    }

    #[test]
    fn a_code_of_somebody_else_is_foreign() {
        for text in [
            "https://example.org",
            "WIFI:S:home;;",
            "HEARTH:XX:1:22222222",
            "HEARTH:FR:HF1:SHORT",
            "",
        ] {
            assert_eq!(
                text.parse::<PairingCode>().unwrap_err().reason,
                Reason::CodeForeign,
                "{text}"
            );
        }
    }
}
