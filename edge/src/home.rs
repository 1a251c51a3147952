//! A simulated home: a fridge with a microwave behind it and a meter, with their
//! tasks, started and stopped as one. It owns every task it starts.

use std::{net::Ipv4Addr, path::PathBuf, sync::Arc, time::Duration};

use hearth_contract::device::Hardware;
use tokio::{net::TcpListener, sync::watch, task::spawn_blocking, time::timeout};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use crate::{
    agent::{Agent, AgentConfig},
    cloud::Cloud,
    disk::Disk,
    fault::Fault,
    fridge::{self, FridgeBody, gateway::Gateway},
    meter::{self, MeterBody},
    microwave::{self, MicrowaveBody},
    simulated::{
        SimulatedFridge, SimulatedMeter, SimulatedMicrowave,
        fridge::SimulatedBody,
        life::{self, Life},
        manners::{self, Manner, Mannered},
        microwave::SimulatedOven,
    },
    surroundings::{Clocks, Ids, RandomIds},
};

/// Tasks that have not ended by then are left to the runtime.
const STOP_WITHIN: Duration = Duration::from_secs(3);

/// What a simulated home is made of.
pub struct HomeConfig {
    /// Where its devices come in.
    pub cloud: Cloud,
    /// The devices' disks: one folder each. Serial numbers, keys, what is in the fridge.
    pub disk: PathBuf,
    /// Domain and real time.
    pub clocks: Clocks,
    /// Makes the home what it is: its visits, its pictures' grain.
    pub seed: u64,
    /// What its meter measures.
    pub load: Arc<dyn MeterBody>,
    /// Whether somebody lives in it.
    pub life: Life,
}

/// A running simulated home. Dropping it cancels its tasks; [`Home::stop`] also waits for them.
pub struct Home {
    /// The fridge.
    pub fridge: SimulatedFridge,
    /// The meter.
    pub meter: SimulatedMeter,
    /// The microwave behind the fridge.
    pub microwave: SimulatedMicrowave,
    life: watch::Sender<Life>,
    tasks: TaskTracker,
    cancel: DropGuard,
}

impl Home {
    /// Starts the home.
    ///
    /// # Errors
    /// The disk can't be used, or the cloud's certificates can't be read.
    pub async fn start(config: HomeConfig) -> Result<Self, Fault> {
        let HomeConfig {
            cloud,
            disk,
            clocks,
            seed,
            load,
            life,
        } = config;
        let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
        let guard = cancel.clone().drop_guard();
        let (spawner, clock) = (tasks.clone(), clocks.domain.clone());
        // What stands behind the fridge is on this machine, too.
        let cable = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let behind = cable.local_addr()?;
        // Files, keys and the empty fridge's drawing take their time.
        let starting = spawn_blocking(move || {
            let home = Disk::open(&disk)?;
            let running = (&spawner, &cancel);
            let agent = |hardware, disk: &Disk, gateway| {
                let ids: Arc<dyn Ids> = Arc::new(RandomIds);
                let config = AgentConfig {
                    hardware,
                    cloud: cloud.clone(),
                    disk: disk.clone(),
                    clocks: clocks.clone(),
                    ids,
                    gateway,
                    software: None,
                };
                Agent::start(config, running.0, running.1)
            };
            let disk = home.below("fridge")?;
            let fridge = start_fridge(
                &agent(Hardware::Fridge, &disk, None)?,
                &disk,
                seed,
                Some(cable),
                None,
                running,
            )?;
            let disk = home.below("meter")?;
            let meter = start_meter(&agent(Hardware::Meter, &disk, None)?, &disk, load, running)?;
            let disk = home.below("microwave")?;
            let microwave = start_microwave(&agent(Hardware::Microwave, &disk, Some(behind))?, &disk, running)?;
            Ok::<_, Fault>((fridge, meter, microwave))
        });
        let (fridge, meter, microwave) = starting.await.map_err(|_| Fault::Task)??;
        let (life, lives) = watch::channel(life);
        let (living, ended) = (life::live(fridge.clone(), clock, seed, lives), guard.token().clone());
        tasks.spawn(async move {
            tokio::select! { () = living => {} () = ended.cancelled() => {} }
        });
        tasks.close();
        Ok(Self {
            fridge,
            meter,
            microwave,
            life,
            tasks,
            cancel: guard,
        })
    }

    /// Lets somebody live in the home, or nobody.
    pub fn set_life(&self, life: Life) {
        self.life.send_replace(life);
    }

    /// Stops all tasks and waits for them; connections are closed politely.
    pub async fn stop(self) {
        drop(self.cancel);
        if timeout(STOP_WITHIN, self.tasks.wait()).await.is_err() {
            tracing::warn!("the simulated home took too long to stop");
        }
    }
}

/// Where a device's tasks run, and what ends them.
pub type Running<'a> = (&'a TaskTracker, &'a CancellationToken);

/// Starts a fridge's program on simulated hardware, which keeps itself on `disk`
/// and has bad `manners`, if any; what comes by `cable` reaches the cloud through it.
///
/// # Errors
/// The disk can't be used.
pub fn start_fridge(
    agent: &Agent,
    disk: &Disk,
    seed: u64,
    cable: Option<TcpListener>,
    manners: Option<Manner>,
    (tasks, cancel): Running<'_>,
) -> Result<SimulatedFridge, Fault> {
    let (body, signals) = SimulatedBody::open(disk.below("body")?, seed, agent.clocks().domain.clone())?;
    let hardware: Arc<dyn FridgeBody> = match manners {
        Some(manner) => Arc::new(Mannered::new(body.clone(), manner)),
        None => body.clone(),
    };
    if manners == Some(Manner::FlappingNetwork) {
        tasks.spawn(cancel.clone().run_until_cancelled_owned(manners::flap(agent.clone())));
    }
    let gateway = Gateway::new(agent.cloud());
    let program = disk.below("program")?;
    fridge::start(agent, &hardware, program, signals, gateway.clone(), (tasks, cancel))?;
    if let Some(cable) = cable {
        let serving = gateway.serve(cable, agent.clone(), tasks.clone(), cancel.clone());
        let cancel = cancel.clone();
        tasks.spawn(async move {
            tokio::select! { () = serving => {} () = cancel.cancelled() => {} }
        });
    }
    Ok(SimulatedFridge::new(body, agent.clone()))
}

/// Starts a microwave's program on simulated hardware.
///
/// # Errors
/// The disk can't be used.
pub fn start_microwave(agent: &Agent, disk: &Disk, running: Running<'_>) -> Result<SimulatedMicrowave, Fault> {
    let (body, touches) = SimulatedOven::new(agent.clocks().domain.clone());
    let hardware: Arc<dyn MicrowaveBody> = body.clone();
    microwave::start(agent, &hardware, disk.below("program")?, touches, running);
    Ok(SimulatedMicrowave::new(body, agent.clone()))
}

/// Starts a meter's program on this hardware.
///
/// # Errors
/// The disk can't be used.
pub fn start_meter(
    agent: &Agent,
    disk: &Disk,
    load: Arc<dyn MeterBody>,
    running: Running<'_>,
) -> Result<SimulatedMeter, Fault> {
    meter::start(agent, &load, disk.below("program")?, running)?;
    Ok(SimulatedMeter::new(agent.clone()))
}
