//! The maker's list of what it has built: only what is on it may be provisioned.
//!
//! A CSV file with a line `serial,hardware` and one line for each device, the
//! hardware by its code (`FR`, `MW`, `EM`, `KT`); beside it, as `FILE.sig`, the
//! maker's Ed25519 signature of its bytes in base64. It is read at the start.

use std::{collections::HashMap, fs, path::Path};

use async_trait::async_trait;
use hearth_cloud::ports::{Factory, Outside};
use hearth_contract::{device::Hardware, ids::Serial};
use hearth_edge::software::Maker;

use crate::trouble::Trouble;

const HEADER: &str = "serial,hardware";

/// A list of what was built; see the module.
#[derive(Debug)]
pub struct Serials(HashMap<Serial, Hardware>);

impl Serials {
    /// Reads a list that the maker with this key (a PEM file) has signed.
    ///
    /// # Errors
    /// A file can't be read, the signature is not the maker's, or a line is none.
    pub fn read(file: &Path, key: &Path) -> Result<Self, Trouble> {
        let wrong = |why: String| Trouble::Serials(file.to_owned(), why);
        let read =
            |path: &Path| fs::read_to_string(path).map_err(|error| wrong(format!("{}: {error}", path.display())));
        let maker = Maker::read(&read(key)?).map_err(|fault| wrong(fault.to_string()))?;
        let mut beside = file.as_os_str().to_owned();
        beside.push(".sig");
        let (list, signature) = (read(file)?, read(Path::new(&beside))?);
        if !maker.signed(list.as_bytes(), &signature) {
            return Err(wrong("the signature is not of this list by this key".into()));
        }
        parsed(&list).map(Self).map_err(wrong)
    }
}

fn parsed(list: &str) -> Result<HashMap<Serial, Hardware>, String> {
    let mut lines = list.lines();
    if lines.next() != Some(HEADER) {
        return Err(format!("line 1 is not {HEADER}"));
    }
    let mut built = HashMap::new();
    for (at, line) in lines.enumerate() {
        let at = at + 2;
        let read = line
            .split_once(',')
            .and_then(|(serial, hardware)| Some((serial.parse::<Serial>().ok()?, Hardware::from_code(hardware)?)));
        let (serial, hardware) = read.ok_or_else(|| format!("line {at} is not a serial number and its hardware"))?;
        if built.insert(serial, hardware).is_some() {
            return Err(format!("line {at} has a serial number again"));
        }
    }
    Ok(built)
}

#[async_trait]
impl Factory for Serials {
    async fn built(&self, hardware: Hardware, serial: &Serial) -> Result<bool, Outside> {
        Ok(self.0.get(serial) == Some(&hardware))
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use hearth_cloud::ports::suite;
    use ring::signature::Ed25519KeyPair;

    use super::*;

    /// The public key of RFC 8410, 10.1, and the private one of 10.3.
    const KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
        -----END PUBLIC KEY-----\n";
    const SEED: &str = "1O5y2/kTWErVttjx92n4rTr+fCjL8dT74Jeoj0R1WEI=";

    /// What comes of a list with this signature; `None`: signed as it is.
    fn read(list: &str, signature: Option<&str>) -> Result<Serials, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let pair = Ed25519KeyPair::from_seed_unchecked(&BASE64_STANDARD.decode(SEED).unwrap()).unwrap();
        let own = BASE64_STANDARD.encode(pair.sign(list.as_bytes())) + "\n";
        fs::write(path("built.csv"), list).unwrap();
        fs::write(path("built.csv.sig"), signature.unwrap_or(&own)).unwrap();
        fs::write(path("maker.pem"), KEY).unwrap();
        Serials::read(&path("built.csv"), &path("maker.pem")).map_err(|trouble| trouble.to_string())
    }

    #[tokio::test]
    async fn what_is_on_the_list_was_built_as_what_it_is() {
        let list = read("serial,hardware\nHF1,FR\nHM1,MW\n", None).unwrap();
        suite::factory::check(&list, &"HF1".parse().unwrap(), &"HF2".parse().unwrap()).await;
    }

    #[test]
    fn a_list_that_is_not_the_makers_or_has_a_wrong_line_keeps_the_hub_from_starting() {
        let good = "serial,hardware\nHF1,FR\n";
        for (list, signature, says) in [
            (good, Some("c2ln"), "the signature is not of this list"),
            ("HF1,FR\n", None, "line 1 is not serial,hardware"),
            ("serial,hardware\nHF1,FR\nHF 2,FR\n", None, "line 3 is not"),
            ("serial,hardware\nHF1,XX\n", None, "line 2 is not"),
            ("serial,hardware\nHF1\n", None, "line 2 is not"),
            (
                "serial,hardware\nHF1,FR\nHF1,EM\n",
                None,
                "line 3 has a serial number again",
            ),
        ] {
            let trouble = read(list, signature).unwrap_err();
            assert!(trouble.contains(says) && trouble.contains("built.csv"), "{trouble}");
        }
    }
}
