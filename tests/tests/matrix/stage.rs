//! A family with everybody in it, and something in every cupboard.

use anyhow::{Context, Result, ensure};
use hearth_cloud::ports::{Ears, Newcomer, Objects};
use hearth_contract::{
    AlarmId, Command, FamilyId, ItemId, MessageId, PersonId, PictureId, Serial, ThingName,
    alarm::{Alarm, Cause},
    clock::Clock,
    control::{Place, Setting},
    device::Hardware,
    family::{Create, Invite, Join, Joining, Uses},
    pairing::{self, Pair, PairingCode, PairingSecret},
    pantry::{Add, Changes},
    rest,
    text::{CodeText, InvitationCode, Name, ZoneName},
    things::{AlarmIs, AlarmSaid, DoorSaid, PictureSaid, SaidKind},
    units::{Count, Seconds},
};
use hearth_hub::clocks::RealClock;
use hearth_tests::page::{PASSWORD, new_call};

use super::{
    expected::WHO,
    house::{House, Proof},
};

const SECRET: PairingSecret = PairingSecret([7; 32]);

/// The home of the play.
pub struct Stage {
    pub house: House,
    /// Who asks, as in [`WHO`].
    pub cast: Vec<Proof>,
    /// The owner's id token, which is no proof to the cloud.
    pub id_token: Proof,
    pub family: FamilyId,
    pub fridge: ThingName,
    pub picture: PictureId,
}

/// A person who just signed in.
pub struct Somebody {
    pub id: PersonId,
    pub proof: Proof,
}

impl Stage {
    /// Somebody wants light in the fridge.
    pub fn order(&self) -> Place {
        Place {
            family: self.family,
            thing: self.fridge.clone(),
            setting: Setting::Light(true),
        }
    }

    pub async fn set() -> Result<Self> {
        let house = House::open().await?;
        let owner = somebody(&house, "Owner").await?;
        let id_token = Proof::Token(house.pool.sign_in("owner@example.org", PASSWORD).await?.id);
        let family = found(&house, &owner.proof).await?;
        let mut stage = Self {
            house,
            cast: vec![owner.proof],
            id_token,
            family,
            fridge: Hardware::Fridge.thing(&"HF1".parse()?),
            picture: PictureId(new_call().0),
        };
        for role in [Joining::Adult, Joining::Child, Joining::Guest] {
            let member = stage.member(role).await?;
            stage.cast.push(member.proof);
        }
        stage.pair("HF1", Hardware::Fridge).await?;
        stage.pair("SIM-EM1", Hardware::Meter).await?;
        let kiosk = stage.pair("KT1", Hardware::Tablet).await?;
        stage.cast.push(stage.certified(&kiosk).await?);
        let other = stage.stranger().await?;
        found(&stage.house, &other.proof).await?;
        stage.cast.push(other.proof);
        let stranger = stage.stranger().await?;
        stage.cast.push(stranger.proof);
        ensure!(stage.cast.len() == WHO.len());
        stage.picture = stage.visit(0).await?;
        Ok(stage)
    }

    /// The owner.
    pub fn owner(&self) -> &Proof {
        &self.cast[0]
    }

    /// A command that must succeed.
    pub async fn done<C: Command>(&self, by: &Proof, command: C) -> Result<C::Reply> {
        done(&self.house, by, command).await
    }

    /// Somebody new, who knows nobody here.
    pub async fn stranger(&self) -> Result<Somebody> {
        somebody(&self.house, &format!("S{}", new_call().0.simple())).await
    }

    /// Somebody new, who joins as this.
    pub async fn member(&self, role: Joining) -> Result<Somebody> {
        let (somebody, invite) = (self.stranger().await?, self.invite(role));
        let code = invite.code.clone();
        self.done(self.owner(), invite).await?;
        let called = Name::parse("Somebody")?;
        self.done(&somebody.proof, Join { code, called }).await?;
        Ok(somebody)
    }

    /// An invitation that nobody has made yet.
    pub fn invite(&self, role: Joining) -> Invite {
        let mut random = [0; 26];
        for (digit, byte) in random.iter_mut().zip(new_call().0.into_bytes().into_iter().rev()) {
            *digit = byte & 31;
        }
        let tomorrow = RealClock.now().to_zoned(jiff::tz::TimeZone::UTC).date().tomorrow().ok();
        Invite {
            family: self.family,
            code: InvitationCode::from_random(random),
            role,
            uses: Uses::MOST,
            lasts: Seconds(3600),
            last_day: tomorrow.filter(|_| role == Joining::Guest),
        }
    }

    /// A device that calls in for the first time, and what its screen shows.
    pub async fn newcomer(&self, serial: &str, hardware: Hardware) -> Result<CodeText> {
        let serial: Serial = serial.parse()?;
        let newcomer = Newcomer {
            serial: serial.clone(),
            hardware,
            secret: SECRET,
            is_pressed: false,
            fridge: (hardware == Hardware::Tablet).then(|| "HF1".parse()).transpose()?,
        };
        let thing = self.house.cloud.provision(newcomer).await?.context("may not come in")?;
        let (certificate, token) = (format!("certificate of {thing}"), thing.as_str());
        self.house.things.note(&certificate, token).await?;
        self.house.things.attach(token, &thing).await?;
        let proof = pairing::proof(&SECRET, hardware, &serial, pairing::step(RealClock.now()));
        let code = PairingCode {
            hardware,
            serial,
            proof,
        };
        Ok(CodeText::parse(&code.to_string())?)
    }

    /// Brings a device in.
    pub async fn pair(&self, serial: &str, hardware: Hardware) -> Result<ThingName> {
        let code = self.newcomer(serial, hardware).await?;
        let family = self.family;
        let device = self.done(self.owner(), Pair { family, code }).await?;
        self.house.cloud.work().await;
        Ok(device.thing)
    }

    /// Credentials that a thing gets for its certificate.
    async fn certified(&self, thing: &ThingName) -> Result<Proof> {
        use hearth_embedded::credentials::Lender;
        let certificate = format!("certificate of {thing}");
        let loan = self.house.identity.lend(thing, &certificate).await;
        Ok(Proof::of(&loan.ok().context("nothing was lent")?))
    }

    /// The fridge's door closes over a shelf of this brightness.
    async fn visit(&self, brightness: u8) -> Result<PictureId> {
        let picture = PictureId(new_call().0);
        let mut jpeg = Vec::new();
        image::RgbImage::from_fn(320, 240, |x, _| image::Rgb([if x < 160 { brightness } else { 120 }; 3]))
            .write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg)?;
        let key = format!("things/{}/{picture}.jpg", self.fridge);
        let soon = RealClock.now() + jiff::SignedDuration::from_mins(1);
        let url = self.house.objects.put_url(&key, 1 << 20, soon).await?;
        let put = self.house.http.put(url).header("content-type", "image/jpeg").body(jpeg);
        put.send().await?.error_for_status()?;
        let said = DoorSaid {
            id: MessageId(new_call().0),
            door: "fridge".parse()?,
            at: RealClock.now(),
            open: false,
            pictures: vec![PictureSaid {
                camera: "shelves".parse()?,
                picture,
            }],
        };
        let payload = serde_json::to_vec(&said)?.into();
        self.house.cloud.hear(&self.fridge, SaidKind::Door, payload).await?;
        self.house.cloud.work().await;
        Ok(picture)
    }

    /// A change that nobody has settled: what stands on the shelf is another thing now.
    pub async fn change(&self) -> Result<hearth_contract::ChangeId> {
        for brightness in [255, 0] {
            self.visit(brightness).await?;
        }
        let family = self.family;
        let changes = self.done(self.owner(), Changes { family }).await?.value;
        let open = changes
            .into_iter()
            .find(|change| change.settled == hearth_contract::pantry::Settled::Open);
        Ok(open.context("no change was seen")?.id)
    }

    /// An alarm that nobody sees to.
    pub async fn alarm(&self) -> Result<AlarmId> {
        let now = RealClock.now();
        let cause = Cause::DoorOpen {
            door: "fridge".parse()?,
            opened_at: now,
        };
        let alarm = Alarm::raised(&self.fridge, cause, 1, now);
        let id = alarm.id;
        let said = AlarmSaid {
            id: MessageId(new_call().0),
            is: AlarmIs::Stands(alarm),
        };
        let payload = serde_json::to_vec(&said)?.into();
        self.house.cloud.hear(&self.fridge, SaidKind::Alarm, payload).await?;
        Ok(id)
    }

    /// Food that is there.
    pub async fn jam(&self) -> Result<ItemId> {
        let add = self.new_jam()?;
        Ok(self.done(self.owner(), add).await?.id)
    }

    /// Food that is not there yet.
    pub fn new_jam(&self) -> Result<Add> {
        Ok(Add {
            family: self.family,
            item: ItemId(new_call().0),
            name: Name::parse("Jam")?,
            food: None,
            count: Count::ONE,
            best_before: None,
        })
    }
}

async fn somebody(house: &House, name: &str) -> Result<Somebody> {
    let mail = format!("{}@example.org", name.to_lowercase());
    let id = house.identity.ensure_account(&mail, "Somebody", PASSWORD).await?;
    let tokens = house.pool.sign_in(&mail, PASSWORD).await?;
    Ok(Somebody {
        id: id.parse()?,
        proof: Proof::Token(tokens.access),
    })
}

async fn found(house: &House, by: &Proof) -> Result<FamilyId> {
    Ok(done(house, by, new_family()?).await?.id)
}

/// A family that is not there yet.
pub fn new_family() -> Result<Create> {
    Ok(Create {
        name: Name::parse("Linden Street")?,
        called: Name::parse("Somebody")?,
        zone: ZoneName::parse("Europe/Berlin")?,
    })
}

async fn done<C: Command>(house: &House, by: &Proof, command: C) -> Result<C::Reply> {
    let (route, _) = C::GOES.route().context("core answers that")?;
    let (status, body) = house.send(Some(by), &rest::encode(&command, route)?).await?;
    ensure!(status == 200, "{}: {status} {body}", C::NAME);
    Ok(serde_json::from_str(&body)?)
}
