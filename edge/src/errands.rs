//! What a device is told to do when it can, by a job of the cloud: to take other
//! software, or another certificate. One at a time, as the cloud gives them out.

use hearth_contract::{
    jobs::{Execution, Progress},
    software::{Errand, Why},
};

use crate::{
    agent::{Agent, Link},
    fault::Fault,
    software::Software,
};

/// Does a device's jobs for as long as it is polled. Without `software` it
/// takes none from outside, and says so.
pub(crate) async fn serve(agent: Agent, software: Option<Software>) {
    let (mut links, mut jobs) = (agent.links(), agent.job());
    loop {
        let (changed, job) = tokio::select! {
            changed = links.changed() => (changed, None),
            changed = jobs.changed() => (changed, jobs.borrow_and_update().clone()),
        };
        if changed.is_err() {
            return;
        }
        let is_connected = *links.borrow_and_update() == Link::Connected;
        let arrived = match &software {
            Some(software) if is_connected => software.has_arrived().await,
            _ => Ok(()),
        };
        let done = match job {
            Some(job) => {
                let done = does(&agent, software.as_ref(), job).await;
                // Told again meanwhile, it was the same: another one comes once this one has ended.
                jobs.mark_unchanged();
                done
            }
            None => Ok(()),
        };
        for fault in [arrived, done].into_iter().filter_map(Result::err) {
            tracing::error!(%fault, "what was to be done is not");
        }
        if software.as_ref().is_some_and(Software::gives_way) {
            return;
        }
    }
}

async fn does(agent: &Agent, software: Option<&Software>, job: Execution) -> Result<(), Fault> {
    let refuses = |why| agent.tell_job(&job.job_id, Progress::Ended(why));
    match (serde_json::from_value(job.job_document), software) {
        (Ok(Errand::Update(offer)), Some(software)) => return software.updates(agent, &job.job_id, offer).await,
        (Ok(Errand::RotateCertificate), _) => return agent.rotates(&job.job_id),
        (Ok(Errand::Update(_)), None) => refuses(Why::NotSupported),
        (Ok(Errand::Unknown) | Err(_), _) => refuses(Why::UnknownOperation),
    }
    Ok(())
}
