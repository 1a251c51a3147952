//! `hearth-edge`: one device by itself, on hardware made up by the project.
//!
//! It comes into whatever cloud its file names, keeps who it is in its folder,
//! and says in one line each how it stands and what its screen shows. `SIGUSR1`
//! presses its pairing button.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use clap::Parser;
use hearth_contract::{clock::Clock, device::Hardware, ids::Serial};
use hearth_edge::{
    Agent, Clocks, Cloud, Fault, Link, Load, RandomIds,
    agent::{AgentConfig, identity::Identity},
    disk::Disk,
    home::{start_fridge, start_meter, start_microwave},
    simulated::manners::Manner,
    software::{Slot, Slots, Software, launcher},
};
use jiff::SignedDuration;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Tasks that have not ended by then are left to the runtime.
const STOP_WITHIN: Duration = Duration::from_secs(3);
/// How often the screen is looked at: its code is another one each minute.
const LOOK: Duration = Duration::from_secs(1);
/// Makes what a simulated device does.
const SEED: u64 = 7;

/// A Hearth device on simulated hardware.
#[derive(clap::Parser)]
#[command(name = "hearth-edge", about = "A Hearth device on simulated hardware")]
struct Arguments {
    /// What it is
    device: Device,

    /// A JSON file that says where it comes in: host, port, and beside it the files
    /// ca, claim and claim_key; asks is csr or keys
    #[arg(long, value_name = "FILE")]
    cloud: PathBuf,

    /// The device's disk: who it is, and what it has not sent yet
    #[arg(long, value_name = "DIR")]
    data: PathBuf,

    /// A fridge lets appliances behind it through at this address; a microwave
    /// reaches its cloud through the fridge there
    #[arg(long, value_name = "ADDRESS", required_if_eq("device", "microwave"))]
    gateway: Option<SocketAddr>,

    /// The serial number on its plate; without it a new device makes one up
    #[arg(long, value_name = "NUMBER")]
    serial: Option<Serial>,

    /// How a fridge's hardware behaves badly
    #[arg(long, value_name = "MANNER")]
    manner: Option<Manner>,

    /// How long new software may take to reach the cloud before the former one is back
    #[arg(long, value_name = "SECONDS", default_value = "300")]
    trial: u64,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Device {
    Fridge,
    Microwave,
    Meter,
}

/// The system's clock, so much ahead.
struct SystemClock(SignedDuration);

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the place where time comes in")]
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now() + self.0
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("HEARTH_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .with_writer(std::io::stderr)
        .init();
    run(&arguments).unwrap_or_else(|fault| {
        eprintln!("hearth-edge: {fault}");
        ExitCode::FAILURE
    })
}

/// Is the device, or starts the software that is.
fn run(arguments: &Arguments) -> Result<ExitCode, Fault> {
    let own = launcher::own();
    let disk = Disk::open(&arguments.data)?;
    let slots = Slots::open(&disk)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if own.is_none() && slots.note()?.runs().is_some() {
        let trial = Duration::from_secs(arguments.trial);
        let ended = runtime.block_on(async { launcher::supervise(&slots, trial, told_to_stop()?).await })?;
        return ended.map_or_else(|| Err(launcher::begin_again()), Ok);
    }
    let restart = CancellationToken::new();
    let alone = disk.alone()?;
    runtime.block_on(live(arguments, own, slots, &restart))?;
    drop(runtime);
    drop(alone);
    match (restart.is_cancelled(), own) {
        (false, _) => Ok(ExitCode::SUCCESS),
        (true, Some(_)) => Ok(ExitCode::from(launcher::AGAIN)),
        (true, None) => Err(launcher::begin_again()),
    }
}

/// Until somebody stops the program.
fn told_to_stop() -> Result<impl Future<Output = ()>, Fault> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Is the device until somebody stops it, or other software is to run.
async fn live(
    arguments: &Arguments,
    own: Option<Slot>,
    slots: Slots,
    restart: &CancellationToken,
) -> Result<(), Fault> {
    let (stop, presses) = (told_to_stop()?, signal(SignalKind::user_defined1())?);
    let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
    let cable = match (arguments.device, arguments.gateway) {
        (Device::Fridge, Some(address)) => Some(TcpListener::bind(address).await?),
        _ => None,
    };
    let cloud = Cloud::read(&arguments.cloud)?;
    let software = match &cloud.maker {
        Some(maker) => Some(Software::new(slots, maker.clone(), own, &cloud, restart.clone())?),
        None => None,
    };
    let agent = start(arguments, cloud, software, cable, (&tasks, &cancel))?;
    tasks.close();
    println!("thing {}", agent.thing());
    println!("software {}", agent.runs());
    tokio::select! {
        () = tell(&agent) => {}
        () = button(&agent, presses) => {}
        () = stop => {}
        () = restart.cancelled() => {}
        () = launcher::called_back(), if own.is_some() => {}
    }
    cancel.cancel();
    if timeout(STOP_WITHIN, tasks.wait()).await.is_err() {
        tracing::warn!("the device took too long to stop");
    }
    Ok(())
}

/// Starts the device's program; it ends with `cancel`.
fn start(
    arguments: &Arguments,
    cloud: Cloud,
    software: Option<Software>,
    cable: Option<TcpListener>,
    (tasks, cancel): (&TaskTracker, &CancellationToken),
) -> Result<Agent, Fault> {
    let disk = Disk::open(&arguments.data)?;
    if let Some(serial) = &arguments.serial {
        Identity::print_plate(&disk.below("identity")?, serial)?;
    }
    let ahead = arguments.manner.map_or(SignedDuration::ZERO, Manner::ahead);
    let real = Arc::new(SystemClock(ahead));
    let agent = |hardware, gateway| {
        let config = AgentConfig {
            hardware,
            cloud,
            disk: disk.clone(),
            clocks: Clocks {
                domain: real.clone(),
                real: real.clone(),
            },
            ids: Arc::new(RandomIds),
            gateway,
            software,
        };
        Agent::start(config, tasks, cancel)
    };
    match arguments.device {
        Device::Fridge => {
            let agent = agent(Hardware::Fridge, None)?;
            start_fridge(&agent, &disk, SEED, cable, arguments.manner, (tasks, cancel))?;
            Ok(agent)
        }
        Device::Microwave => {
            let agent = agent(Hardware::Microwave, arguments.gateway)?;
            start_microwave(&agent, &disk, (tasks, cancel))?;
            Ok(agent)
        }
        Device::Meter => {
            let agent = agent(Hardware::Meter, None)?;
            let load = Arc::new(Load::new(SEED, jiff::tz::TimeZone::system()));
            start_meter(&agent, &disk, load, (tasks, cancel))?;
            Ok(agent)
        }
    }
}

/// Presses the button whenever somebody does.
async fn button(agent: &Agent, mut presses: Signal) {
    while presses.recv().await.is_some() {
        println!("pressed");
        if let Err(fault) = agent.press().await {
            tracing::error!(%fault, "the button can't be pressed");
        }
    }
}

/// Says how the device stands and what its screen shows, whenever either changes.
async fn tell(agent: &Agent) {
    let (mut links, mut shown) = (agent.links(), None);
    let mut looks = tokio::time::interval(LOOK);
    println!("link {}", named(agent.link()));
    loop {
        tokio::select! {
            changed = links.changed() => match changed {
                Ok(()) => println!("link {}", named(*links.borrow_and_update())),
                Err(_) => return,
            },
            _ = looks.tick() => {}
        }
        let code = agent.code().map(|code| code.to_string());
        if code != shown {
            println!("code {}", code.as_deref().unwrap_or("none"));
            shown = code;
        }
    }
}

const fn named(link: Link) -> &'static str {
    match link {
        Link::Provisioning => "provisioning",
        Link::Waiting => "waiting",
        Link::Connected => "connected",
        Link::Away => "away",
    }
}
