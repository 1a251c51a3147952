//! Who a device is: its plate (serial number and pairing secret), its key and,
//! once it has one, its certificate. All of it stays on its disk; a part that
//! is missing after a power cut is made again.

use hearth_contract::{
    device::{Hardware, SIMULATED},
    ids::{Serial, ThingName},
    pairing::{self, PairingCode, PairingSecret},
};
use jiff::Timestamp;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use serde::{Deserialize, Serialize};

use super::{belonging::Belonging, provisioning::Grant};
use crate::{cloud::Credential, disk::Disk, fault::Fault, surroundings::Ids};

const PLATE: &str = "plate.json";
const KEY: &str = "key.pem";
const CERTIFICATE: &str = "certificate.pem";
const BELONGING: &str = "belonging.json";
/// In the place of the first key and certificate.
const ROTATED: &str = "rotated.json";
/// Granted, and not tried yet.
const NEXT: &str = "next.json";
/// It is there while the device asks for a certificate again.
const ASKING: &str = "asking";

/// What is printed on the device, and what only it and the cloud know.
#[derive(Serialize, Deserialize)]
struct Plate {
    serial: Serial,
    secret: PairingSecret,
}

/// A certificate with its key, and the job that brought it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Rotated {
    /// The job.
    pub job: String,
    /// What it brought.
    pub credential: Credential,
}

/// Who a device is.
pub struct Identity {
    /// What it is.
    pub hardware: Hardware,
    /// Its serial number, as on its plate.
    pub serial: Serial,
    /// Its thing, also its MQTT client id.
    pub thing: ThingName,
    /// What proves its codes.
    pub secret: PairingSecret,
    /// The fridge it hangs on, if it is a tablet.
    pub fridge: Option<Serial>,
    key_pem: String,
    disk: Disk,
}

impl Identity {
    /// The same, hanging on this fridge.
    #[must_use]
    pub fn hanging_on(mut self, fridge: Serial) -> Self {
        self.fridge = Some(fridge);
        self
    }

    /// Prints the plate of a new device; one that has its plate keeps it.
    ///
    /// # Errors
    /// The disk can't be read or written, or there is no randomness.
    pub fn print_plate(disk: &Disk, serial: &Serial) -> Result<(), Fault> {
        if disk.load::<Plate>(PLATE)?.is_none() {
            let plate = Plate {
                serial: serial.clone(),
                secret: secret()?,
            };
            disk.save(PLATE, &plate)?;
        }
        Ok(())
    }

    /// Reads who this device is; makes what is not there yet.
    ///
    /// # Errors
    /// The disk can't be read or written, or holds something else.
    pub fn load_or_make(disk: Disk, hardware: Hardware, ids: &dyn Ids) -> Result<Self, Fault> {
        let plate = match disk.load::<Plate>(PLATE)? {
            Some(plate) => plate,
            None => {
                let plate = Plate {
                    serial: serial(ids)?,
                    secret: secret()?,
                };
                disk.save(PLATE, &plate)?;
                plate
            }
        };
        let key_pem = match disk.read(KEY)? {
            Some(pem) => String::from_utf8(pem).map_err(|_| Fault::Pem("key"))?,
            None => {
                let pem = KeyPair::generate()?.serialize_pem();
                disk.write(KEY, pem.as_bytes())?;
                pem
            }
        };
        let thing = hardware.thing(&plate.serial);
        Ok(Self {
            hardware,
            serial: plate.serial,
            thing,
            secret: plate.secret,
            fridge: None,
            key_pem,
            disk,
        })
    }

    /// The request for a certificate for this device's key, PEM.
    ///
    /// # Errors
    /// The key on disk is none.
    pub fn signing_request(&self) -> Result<String, Fault> {
        self.request(&KeyPair::from_pem(&self.key_pem)?)
    }

    /// A new key, PEM, and the request for a certificate for it, PEM.
    ///
    /// # Errors
    /// There is no randomness.
    pub fn next_key(&self) -> Result<(String, String), Fault> {
        let key = KeyPair::generate()?;
        Ok((key.serialize_pem(), self.request(&key)?))
    }

    fn request(&self, key: &KeyPair) -> Result<String, Fault> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, self.thing.as_str());
        Ok(params.serialize_request(key)?.pem()?)
    }

    /// The device's own certificate; `None` until it is provisioned.
    ///
    /// # Errors
    /// The disk can't be read.
    pub fn credential(&self) -> Result<Option<Credential>, Fault> {
        if let Some(rotated) = self.rotated()? {
            return Ok(Some(rotated.credential));
        }
        let Some(pem) = self.disk.read(CERTIFICATE)? else {
            return Ok(None);
        };
        let cert_pem = String::from_utf8(pem).map_err(|_| Fault::Pem("certificate"))?;
        let key = self.disk.read(KEY)?.ok_or(Fault::Pem("key"))?;
        let key_pem = String::from_utf8(key).map_err(|_| Fault::Pem("key"))?;
        Ok(Some(Credential { cert_pem, key_pem }))
    }

    /// Keeps what was granted. Only called when the cloud knows the thing too: until
    /// then a power cut must lead back to the beginning.
    ///
    /// # Errors
    /// The disk can't be written.
    pub fn keep(&self, grant: &Grant) -> Result<(), Fault> {
        if let Some(key) = &grant.key {
            self.disk.write(KEY, key.as_bytes())?;
        }
        self.disk.write(CERTIFICATE, grant.certificate.as_bytes())?;
        if self.is_asking()? {
            for file in [NEXT, ROTATED, ASKING] {
                self.disk.remove(file)?;
            }
        }
        Ok(())
    }

    /// What came in the place of the first key and certificate.
    ///
    /// # Errors
    /// The disk can't be read.
    pub fn rotated(&self) -> Result<Option<Rotated>, Fault> {
        self.disk.load(ROTATED)
    }

    /// What is to come in the place of the present ones, if the cloud lets it in.
    ///
    /// # Errors
    /// The disk can't be read.
    pub fn next(&self) -> Result<Option<Rotated>, Fault> {
        self.disk.load(NEXT)
    }

    /// Keeps what is to be tried. The present ones stay: the cloud revokes them
    /// only once it has let in these.
    ///
    /// # Errors
    /// The disk can't be written.
    pub fn keep_next(&self, next: &Rotated) -> Result<(), Fault> {
        self.disk.save(NEXT, next)
    }

    /// These came in, and are the device's from now on.
    ///
    /// # Errors
    /// The disk can't be written.
    pub fn prove(&self, next: &Rotated) -> Result<(), Fault> {
        self.disk.save(ROTATED, next)?;
        self.forget_next()
    }

    /// The next ones are not tried any more.
    ///
    /// # Errors
    /// The disk can't be written.
    pub fn forget_next(&self) -> Result<(), Fault> {
        Ok(self.disk.remove(NEXT)?)
    }

    /// Notes that it asks for a certificate again, although it may have one: until
    /// it was answered, a power cut leads back to asking.
    ///
    /// # Errors
    /// The disk can't be written.
    pub fn ask_again(&self) -> Result<(), Fault> {
        Ok(self.disk.write(ASKING, b"")?)
    }

    /// Whether it asks again.
    ///
    /// # Errors
    /// The disk can't be read.
    pub fn is_asking(&self) -> Result<bool, Fault> {
        Ok(self.disk.read(ASKING)?.is_some())
    }

    /// It was refused, and is who it was.
    ///
    /// # Errors
    /// The disk can't be written.
    pub fn ask_no_more(&self) -> Result<(), Fault> {
        Ok(self.disk.remove(ASKING)?)
    }

    /// Throws key and certificate away: the next ones are new. Who the device
    /// is stays.
    ///
    /// # Errors
    /// The disk can't be written.
    pub fn discard(disk: &Disk) -> Result<(), Fault> {
        for file in [NEXT, ROTATED, ASKING, CERTIFICATE, BELONGING, KEY] {
            disk.remove(file)?;
        }
        Ok(())
    }

    /// Whom the device belongs to, as far as it knows. Notes nobody can read
    /// are as good as none.
    ///
    /// # Errors
    /// The disk can't be read.
    pub fn belonging(&self) -> Result<Belonging, Fault> {
        match self.disk.load(BELONGING) {
            Err(Fault::Json(error)) => {
                tracing::error!(%error, "whom the device belongs to can't be read");
                Ok(Belonging::default())
            }
            known => Ok(known?.unwrap_or_default()),
        }
    }

    /// Notes whom it belongs to.
    ///
    /// # Errors
    /// The disk can't be written.
    pub fn belongs(&self, to: Belonging) -> Result<(), Fault> {
        self.disk.save(BELONGING, &to)
    }

    /// The code on its screen at this real instant.
    #[must_use]
    pub fn code(&self, at: Timestamp) -> PairingCode {
        let proof = pairing::proof(&self.secret, self.hardware, &self.serial, pairing::step(at));
        PairingCode {
            hardware: self.hardware,
            serial: self.serial.clone(),
            proof,
        }
    }
}

/// Nobody printed a number on a simulated device: it takes one of those the maker gives to none.
fn serial(ids: &dyn Ids) -> Result<Serial, Fault> {
    let digits = ids.uuid().as_u128() >> 64 & 0xFFFF_FFFF_FFFF;
    format!("{SIMULATED}{:08}", digits % 100_000_000)
        .parse()
        .map_err(|_| Fault::Pem("serial number"))
}

fn secret() -> Result<PairingSecret, Fault> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(PairingSecret(bytes))
}
