//! The house: all rooms of a home put together, started in order and ended in
//! the opposite one.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{Router, routing::get};
use hearth_cloud::{
    Clocks, Cloud, Ports,
    ports::{Factory, NoList},
    recognise::Local,
};
use hearth_contract::{clock::Clock, endpoints, things::ROLE_ALIAS};
use hearth_core::CoreConfig;
use hearth_embedded::{
    authority::Authority,
    broker::{AWS, Broker, BrokerConfig, Parts},
    identity::{self, Identity, SystemRandom},
    objects::Objects,
    things::Things,
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    adapters::{Authorisers, LateTimer, Signers},
    arguments::Arguments,
    clocks::{RealClock, TurnableClock},
    home_file::HomeFile,
    host,
    lodger::Lodger,
    mail,
    releases::Releases,
    serials::Serials,
    serve,
    sessions::Sessions,
    sign_on, tablet,
    trouble::Trouble,
};

/// A running home.
pub struct House {
    address: String,
    lodger: Option<Lodger>,
    broker: Arc<Broker>,
    cloud: Arc<Cloud>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl House {
    /// Starts a home on its data folder.
    ///
    /// # Errors
    /// What kept it from starting, and what to do.
    pub async fn open(arguments: Arguments) -> Result<Self, Trouble> {
        // Every TLS of this process is ring's; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = writable(&arguments.data)?;
        let listener = serve::listen(arguments.port).await?;
        let port = listener
            .local_addr()
            .map_err(|error| Trouble::Port(arguments.port, error))?
            .port();
        let mut home = HomeFile::open(&folder, port)?;
        let address = format!("http://localhost:{port}");

        let others = match &arguments.sign_on {
            Some(file) => sign_on::read(file)?,
            None => Vec::new(),
        };

        let factory: Arc<dyn Factory> = match (&arguments.serials, &arguments.serials_key) {
            (Some(file), Some(key)) => Arc::new(Serials::read(file, key)?),
            _ => Arc::new(NoList),
        };

        let real: Arc<dyn Clock> = Arc::new(RealClock);
        let domain = Arc::new(TurnableClock::default());
        let mail = mail::open(&folder.join("outbox"), &arguments.mail)?;
        let parts = identity::Ports {
            clock: real.clone(),
            random: Arc::new(SystemRandom),
            outbox: mail,
            origins: vec![address.clone()],
            issuers: others.clone(),
        };
        let identity = Identity::open(&folder, &home.public_url, parts)
            .await
            .map_err(server("identity"))?;
        let authority =
            Authority::open(&folder.join("authority"), RealClock.now(), &[]).map_err(server("authority"))?;
        let authority = Arc::new(authority);
        let things = Arc::new(
            Things::open(&folder, real.clone())
                .await
                .map_err(server("registry of things"))?,
        );
        let signers = Arc::new(Signers {
            identity: identity.clone(),
            things: things.clone(),
        });
        let parts = Parts {
            authority: authority.clone(),
            things: things.clone(),
            people: signers.clone(),
            lender: Arc::new(identity.clone()),
            clock: real.clone(),
        };
        let broker = Arc::new(devices_port(&folder, &mut home, parts).await?);
        let region = identity.names().region();
        let objects =
            Objects::open(&folder.join("objects"), &address, region, real.clone()).map_err(server("objects"))?;
        let objects = Arc::new(objects);

        let timer = Arc::new(LateTimer::default());
        let registry = things.clone();
        let ports = Ports {
            things,
            wire: broker.clone(),
            shadows: broker.clone(),
            objects: objects.clone(),
            agenda: timer.clone(),
            recogniser: Arc::new(Local),
            factory,
            tokens: Arc::new(Authorisers {
                verifier: identity.verifier(),
                issuers: identity.issuers(),
                signers,
            }),
        };
        let clocks = Clocks {
            domain: domain.clone(),
            real: real.clone(),
        };
        let cloud = Cloud::open(&folder.join("hearth.sqlite"), ports, clocks)
            .await
            .map_err(server("cloud"))?;
        timer.start(domain.clone(), &cloud);
        broker.set_eyes(cloud.clone());
        broker.set_ears(cloud.clone());

        let config = CoreConfig {
            endpoints_url: address.clone(),
            clock: domain.clone(),
            root_pem: None,
        };
        let sign_on_return = format!("{address}{}", hearth_contract::host::SIGN_ON);
        let sessions = Sessions::open(&folder.join("sessions"), config, sign_on_return, real)
            .map_err(|error| Trouble::Folder(folder.clone(), error))?;
        let mut endpoints = endpoints_of(&home, &address, &identity, &authority);
        endpoints.sign_on = others;
        if arguments.sign_on_here {
            endpoints.sign_on.extend(endpoints.own_page());
        }
        let endpoints = serve::well_known(endpoints);
        let mut router = host::router(sessions.clone())
            .merge(endpoints)
            .merge(identity.router())
            .merge(objects.router())
            .merge(broker.websocket_router())
            .merge(metrics(broker.clone()))
            .nest(hearth_contract::rest::BEARER_PREFIX, cloud.rest())
            .nest(hearth_contract::rest::SIGNED_PREFIX, cloud.signed_rest());

        let mut lodger = None;
        let mut names = vec![format!("localhost:{port}"), format!("127.0.0.1:{port}")];
        if arguments.simulated {
            let moved_in = Lodger::move_in(
                &folder,
                &arguments,
                (&sessions, &identity, &authority, &broker),
                domain,
                timer,
            )
            .await?;
            names.push(format!("{}:{port}", tablet::HOST));
            router = router.merge(moved_in.controls());
            lodger = Some(moved_in);
        }
        if let Some(ui) = &arguments.ui {
            router = router.merge(serve::page(ui));
        }
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        if let Some(folder) = arguments.releases {
            let releases = Releases::new(folder, &address);
            router = router.merge(releases.router());
            tasks.spawn(releases.keep(registry, broker.clone(), stop.clone()));
        }
        let router = serve::guarded(router, names);
        tasks.spawn(serve::serve(listener, router, stop.clone()));
        tasks.spawn(sessions.keep_house(stop.clone()));
        tasks.spawn(tend_keys(identity, stop.clone()));
        tasks.close();
        Ok(Self {
            address,
            lodger,
            broker,
            cloud,
            stop,
            tasks,
        })
    }

    /// Where people reach it: `http://localhost:PORT`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Says where the home is, for whoever started it.
    pub fn greet(&self) {
        println!("Hearth is at {}", self.address);
        if let Some(lodger) = &self.lodger {
            println!("{}", lodger.greeting(&self.address));
        }
    }

    /// Ends everything, in order; nothing acknowledged is lost.
    pub async fn close(self) {
        self.stop.cancel();
        self.tasks.wait().await;
        if let Some(lodger) = self.lodger {
            lodger.move_out().await;
        }
        self.broker.stop().await;
        self.cloud.close().await;
    }
}

/// What the broker counts, for whoever looks after this machine.
fn metrics(broker: Arc<Broker>) -> Router {
    Router::new().route("/metrics", get(async move || broker.metrics()))
}

/// Sees to the age of the signing keys, now and every day until told to stop.
async fn tend_keys(identity: Identity, stop: CancellationToken) {
    let mut days = tokio::time::interval(Duration::from_secs(24 * 3600));
    while stop.run_until_cancelled(days.tick()).await.is_some() {
        match identity.tend_keys().await {
            Ok(true) => tracing::info!("the signing keys were replaced"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the signing keys could not be looked after"),
        }
    }
}

/// The folder, made if need be and tried by writing.
fn writable(folder: &Path) -> Result<PathBuf, Trouble> {
    let attempt = || -> io::Result<PathBuf> {
        std::fs::create_dir_all(folder)?;
        let probe = folder.join(".probe");
        std::fs::write(&probe, b"")?;
        std::fs::remove_file(&probe)?;
        folder.canonicalize()
    };
    attempt().map_err(|error| Trouble::Folder(folder.to_owned(), error))
}

/// The devices' port is fixed at first run: devices know it. When somebody
/// else has it meanwhile, the home moves to another and says so.
async fn devices_port(folder: &Path, home: &mut HomeFile, parts: Parts) -> Result<Broker, Trouble> {
    let wanted = SocketAddr::from(([127, 0, 0, 1], home.devices_port));
    let free = TcpListener::bind(wanted).await.is_ok();
    let devices_addr = if free {
        wanted
    } else {
        SocketAddr::from(([127, 0, 0, 1], 0))
    };
    let broker = Broker::start(
        BrokerConfig {
            devices_addr,
            rate: AWS,
        },
        parts,
    )
    .await
    .map_err(server("broker"))?;
    if broker.devices_port() != home.devices_port {
        if home.devices_port != 0 {
            tracing::warn!(
                was = home.devices_port,
                is = broker.devices_port(),
                "the devices' port was taken"
            );
        }
        home.devices_port = broker.devices_port();
        home.save(folder)?;
    }
    Ok(broker)
}

fn endpoints_of(home: &HomeFile, address: &str, identity: &Identity, authority: &Authority) -> endpoints::Endpoints {
    let names = identity.names();
    let endpoint = format!("{address}/cognito/");
    endpoints::Endpoints {
        name: home.name.clone(),
        region: names.region().to_owned(),
        user_pool: endpoints::UserPool {
            endpoint: endpoint.clone(),
            pool: names.pool_id.clone(),
            client: names.client_id.clone(),
            plain_client: Some(names.plain_client_id.clone()),
            issuer: names.issuer.clone(),
            page: true,
        },
        identity_pool: endpoints::IdentityPool {
            endpoint,
            pool: names.identity_pool_id.clone(),
        },
        rest: address.to_owned(),
        mqtt: format!("{}/mqtt", address.replacen("http", "ws", 1)),
        ca_pem: Some(authority.ca_pem().to_owned()),
        things: Some(endpoints::ThingsPort {
            host: "localhost".to_owned(),
            port: home.devices_port,
            credentials: format!("https://localhost:{}", home.devices_port),
            role_alias: ROLE_ALIAS.to_owned(),
            ca_pem: authority.ca_pem().to_owned(),
        }),
        sign_on: Vec::new(),
    }
}

fn server<E: std::error::Error>(name: &'static str) -> impl Fn(E) -> Trouble {
    move |error| Trouble::Server(name, error.to_string())
}
