//! How a device gets its own certificate, the first and each next one: the
//! conversation as a pure machine.
//!
//! It asks for a certificate for its key, then names itself with the token it
//! got. Nothing is kept until both were granted, so a power cut anywhere leads
//! back to the first question; a certificate nobody claimed dies at the cloud.
//!
//! # Source
//! AWS IoT Core developer guide, "Device provisioning MQTT API".

use std::collections::BTreeMap;

use hearth_contract::things::{FRIDGE_PARAMETER, PARAMETERS, PRESSED, PRESSED_PARAMETER, ROTATION, TEMPLATE};
use serde::Deserialize;
use serde_json::{Value, json};

use super::identity::Identity;
use crate::{cloud::Asks, fault::Fault};

/// Where certificates are asked for, with a key of one's own and without.
pub const CREATE: &str = "$aws/certificates/create-from-csr/json";
const CREATE_WITH_KEY: &str = "$aws/certificates/create/json";

/// What a device asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// How.
    pub asks: Asks,
    /// Which of its certificates.
    pub which: Which,
}

/// Which certificate of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Its first, or another while nobody has paired it.
    First {
        /// Whether somebody has just pressed its button.
        is_pressed: bool,
    },
    /// One in the place of the one that it has.
    Next,
}

impl Question {
    const fn create(self) -> &'static str {
        match self.asks {
            Asks::Csr => CREATE,
            Asks::Keys => CREATE_WITH_KEY,
        }
    }

    /// Where the device names itself.
    #[must_use]
    pub fn provision(self) -> String {
        let template = match self.which {
            Which::First { .. } => TEMPLATE,
            Which::Next => ROTATION,
        };
        format!("$aws/provisioning-templates/{template}/provision/json")
    }

    /// The topics the answers come on.
    #[must_use]
    pub fn answers(self) -> Vec<String> {
        [self.create().to_owned(), self.provision()]
            .iter()
            .flat_map(|topic| ["accepted", "rejected"].map(|how| format!("{topic}/{how}")))
            .collect()
    }
}

/// How far the conversation is.
#[derive(Debug, PartialEq, Eq)]
pub enum Provisioning {
    /// The certificate was asked for.
    AskedCertificate(Question),
    /// The thing was named; the certificate is there but not ours yet.
    NamedThing(Question, Grant),
    /// All was granted.
    Granted(Grant),
}

/// What the cloud gives.
#[derive(Debug, PartialEq, Eq)]
pub struct Grant {
    /// The device's certificate, PEM.
    pub certificate: String,
    /// Its key, PEM; `None`: the device's own.
    pub key: Option<String>,
}

/// What to publish.
#[derive(Debug, PartialEq)]
pub struct Say {
    /// Where to.
    pub topic: String,
    /// The payload.
    pub payload: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    certificate_pem: String,
    certificate_ownership_token: String,
    #[serde(default)]
    private_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Rejected {
    status_code: u16,
    error_code: String,
}

impl Provisioning {
    /// The first question; for a key of its own the device has made a signing `request`, PEM.
    #[must_use]
    pub fn begin(question: Question, request: &str) -> (Self, Say) {
        let payload = match question.asks {
            Asks::Csr => json!({ "certificateSigningRequest": request }),
            Asks::Keys => json!({}),
        };
        let topic = question.create().to_owned();
        (Self::AskedCertificate(question), Say { topic, payload })
    }

    /// What a message means for the conversation, and what to say to it. A
    /// message that is no answer to the present question changes nothing.
    ///
    /// # Errors
    /// The cloud refused, or its answer can't be read: begin again, later.
    pub fn step(self, identity: &Identity, topic: &str, payload: &[u8]) -> Result<(Self, Option<Say>), Fault> {
        if topic.ends_with("/rejected") {
            let why: Rejected = serde_json::from_slice(payload).unwrap_or_default();
            return Err(Fault::Refused {
                status: why.status_code,
                code: why.error_code,
            });
        }
        let Some(topic) = topic.strip_suffix("/accepted") else {
            return Ok((self, None));
        };
        match self {
            Self::AskedCertificate(question) if topic == question.create() => {
                let created: Created = serde_json::from_slice(payload)?;
                let payload = json!({
                    "certificateOwnershipToken": created.certificate_ownership_token,
                    "parameters": parameters(identity, question.which),
                });
                let say = Say {
                    topic: question.provision(),
                    payload,
                };
                let grant = Grant {
                    certificate: created.certificate_pem,
                    key: created.private_key,
                };
                Ok((Self::NamedThing(question, grant), Some(say)))
            }
            Self::NamedThing(question, grant) if topic == question.provision() => Ok((Self::Granted(grant), None)),
            other => Ok((other, None)),
        }
    }
}

/// Who the device is. A new one also says what its codes are made of, and a tablet
/// on which fridge it hangs.
fn parameters(identity: &Identity, which: Which) -> BTreeMap<&'static str, String> {
    let [serial, hardware, secret] = PARAMETERS;
    let mut all = BTreeMap::from([
        (serial, identity.serial.to_string()),
        (hardware, identity.hardware.code().to_owned()),
    ]);
    if let Which::First { is_pressed } = which {
        all.extend(is_pressed.then(|| (PRESSED_PARAMETER, PRESSED.to_owned())));
        all.insert(secret, hex::encode(identity.secret.0));
        all.extend(
            identity
                .fridge
                .iter()
                .map(|fridge| (FRIDGE_PARAMETER, fridge.to_string())),
        );
    }
    all
}

#[cfg(test)]
mod tests {
    use hearth_contract::device::Hardware;

    use super::*;
    use crate::{disk::Disk, surroundings::RandomIds};

    fn identity(folder: &std::path::Path) -> Identity {
        Identity::load_or_make(Disk::open(folder).unwrap(), Hardware::Fridge, &RandomIds).unwrap()
    }

    const fn first(asks: Asks) -> Question {
        let which = Which::First { is_pressed: false };
        Question { asks, which }
    }

    #[test]
    fn for_its_next_certificate_a_device_names_itself_without_its_secret() {
        let folder = tempfile::tempdir().unwrap();
        let identity = identity(folder.path());
        let question = Question {
            asks: Asks::Csr,
            which: Which::Next,
        };
        let (asked, _) = Provisioning::begin(question, "CSR");
        let created = json!({ "certificatePem": "PEM", "certificateOwnershipToken": "token" });
        let topic = format!("{CREATE}/accepted");
        let (_, say) = asked.step(&identity, &topic, created.to_string().as_bytes()).unwrap();
        let say = say.unwrap();
        assert_eq!(say.topic, "$aws/provisioning-templates/hearth-rotation/provision/json");
        let named: Vec<_> = say.payload["parameters"].as_object().unwrap().keys().collect();
        assert_eq!(named, ["HardwareType", "SerialNumber"]);
    }

    #[test]
    fn a_device_asks_for_a_certificate_and_then_names_itself() {
        let folder = tempfile::tempdir().unwrap();
        let identity = identity(folder.path());
        let request = identity.signing_request().unwrap();
        assert!(request.starts_with("-----BEGIN CERTIFICATE REQUEST-----"), "{request}");
        let (asked, say) = Provisioning::begin(first(Asks::Csr), &request);
        assert_eq!(say.topic, CREATE);
        assert_eq!(say.payload["certificateSigningRequest"], request);

        let created = json!({ "certificateId": "1", "certificatePem": "PEM", "certificateOwnershipToken": "token" });
        let (named, say) = asked
            .step(&identity, &format!("{CREATE}/accepted"), created.to_string().as_bytes())
            .unwrap();
        let say = say.unwrap();
        assert_eq!(say.topic, "$aws/provisioning-templates/hearth-device/provision/json");
        assert_eq!(say.payload["certificateOwnershipToken"], "token");
        assert_eq!(say.payload["parameters"]["SerialNumber"], identity.serial.as_str());
        assert_eq!(say.payload["parameters"]["HardwareType"], "FR");
        assert_eq!(
            say.payload["parameters"]["PairingSecret"],
            hex::encode(identity.secret.0)
        );

        let done = format!("{}/accepted", first(Asks::Csr).provision());
        let (granted, _) = named.step(&identity, &done, b"{\"thingName\":\"x\"}").unwrap();
        assert_eq!(
            granted,
            Provisioning::Granted(Grant {
                certificate: "PEM".into(),
                key: None
            })
        );
    }

    #[test]
    fn a_device_takes_a_key_where_the_cloud_takes_no_request() {
        let folder = tempfile::tempdir().unwrap();
        let identity = identity(folder.path());
        let (asked, say) = Provisioning::begin(first(Asks::Keys), "");
        assert_eq!((say.topic.as_str(), say.payload), (CREATE_WITH_KEY, json!({})));
        let created = json!({ "certificatePem": "PEM", "privateKey": "KEY", "certificateOwnershipToken": "token" });
        let topic = format!("{CREATE_WITH_KEY}/accepted");
        let (named, _) = asked.step(&identity, &topic, created.to_string().as_bytes()).unwrap();
        let done = format!("{}/accepted", first(Asks::Csr).provision());
        let (granted, _) = named.step(&identity, &done, b"{}").unwrap();
        let Provisioning::Granted(grant) = granted else {
            panic!("{granted:?}")
        };
        identity.keep(&grant).unwrap();
        let own = identity.credential().unwrap().unwrap();
        assert_eq!((own.cert_pem.as_str(), own.key_pem.as_str()), ("PEM", "KEY"));
    }

    #[test]
    fn a_tablet_names_the_fridge_it_hangs_on() {
        let folder = tempfile::tempdir().unwrap();
        let fridge = identity(folder.path());
        assert!(!parameters(&fridge, first(Asks::Csr).which).contains_key("Fridge"));
        let tablet = fridge.hanging_on("HF1".parse().unwrap());
        assert_eq!(parameters(&tablet, first(Asks::Csr).which)["Fridge"], "HF1");
    }

    #[test]
    fn a_pressed_button_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let fridge = identity(folder.path());
        let said = |is_pressed| parameters(&fridge, Which::First { is_pressed }).remove("Button");
        assert_eq!((said(true).as_deref(), said(false)), (Some("pressed"), None));
    }

    #[test]
    fn a_refusal_begins_again_and_a_stray_answer_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let identity = identity(folder.path());
        let (asked, _) = Provisioning::begin(first(Asks::Csr), "");
        let stray = format!("{}/accepted", first(Asks::Csr).provision());
        let (asked, say) = asked.step(&identity, &stray, b"{}").unwrap();
        assert_eq!((&asked, say), (&Provisioning::AskedCertificate(first(Asks::Csr)), None));
        let why = br#"{"statusCode":403,"errorCode":"AccessDenied","errorMessage":"no"}"#;
        let refused = asked.step(&identity, &format!("{CREATE}/rejected"), why).unwrap_err();
        assert!(matches!(refused, Fault::Refused { status: 403, .. }), "{refused}");
    }

    #[test]
    fn a_device_is_the_same_after_a_power_cut_at_any_point() {
        let folder = tempfile::tempdir().unwrap();
        let before = identity(folder.path());
        // The key was lost between plate and key: it gets a new one and stays who it is.
        std::fs::remove_file(folder.path().join("key.pem")).unwrap();
        std::fs::write(folder.path().join("certificate.pem.half"), b"half").unwrap();
        let after = identity(folder.path());
        assert_eq!(
            (before.serial, before.secret),
            (after.serial.clone(), after.secret.clone())
        );
        assert!(after.credential().unwrap().is_none());
        let grant = Grant {
            certificate: "PEM".into(),
            key: None,
        };
        after.keep(&grant).unwrap();
        assert!(identity(folder.path()).credential().unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_the_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        identity(folder.path());
        let mode = std::fs::metadata(folder.path().join("key.pem"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
