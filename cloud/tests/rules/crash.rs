//! A cloud that ends between commit and publication loses nothing.

use std::sync::atomic::Ordering;

use hearth_contract::{
    CallId,
    device::Hardware,
    family::{Journal, Mine, Rename},
    text::Name,
};

use crate::support::{ANA, House, fresh, until};

#[tokio::test]
async fn after_a_crash_the_journal_is_whole_and_the_jobs_are_done() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    house.things.silent.store(true, Ordering::SeqCst);
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    house.put_off().await;
    let (call, rename) = (
        CallId::sample(fresh()),
        Rename {
            family,
            name: Name::parse("Elm Street").unwrap(),
        },
    );
    let reply = house.ask_as(ANA, rename.clone(), call).await.unwrap();
    house.domain.turn(3600);

    let house = house.again().await;
    until("activation", async || {
        house.things.active.lock().unwrap().contains(&thing).then_some(())
    })
    .await;
    let caught_up = house.ask(ANA, Journal { family, after: 2 }).await.unwrap();
    assert_eq!(caught_up.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(
        house.ask_as(ANA, rename, call).await.unwrap(),
        reply,
        "the reply is remembered"
    );
    assert_eq!(house.ask(ANA, Mine {}).await.unwrap().value[0].seq, 4);
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let house = House::new().await;
    let path = house.folder.path().join("hearth.sqlite");
    house.cloud.close().await;
    let url = format!("sqlite://{}", path.display());
    let pool = sqlx::AnyPool::connect(&url).await.unwrap();
    sqlx::query("INSERT INTO steps (step) VALUES (99)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let ports = house_ports();
    let clock = std::sync::Arc::new(crate::memory::Hand::at("2026-11-21T18:00:00Z"));
    let clocks = hearth_cloud::Clocks {
        domain: clock.clone(),
        real: clock,
    };
    let opened = hearth_cloud::Cloud::open(&path, ports, clocks).await;
    assert!(matches!(opened.err(), Some(hearth_cloud::Fault::Newer(99))));
}

fn house_ports() -> hearth_cloud::Ports {
    use std::sync::Arc;

    use crate::memory::{
        MemoryAgenda, MemoryFactory, MemoryObjects, MemoryShadows, MemoryThings, MemoryTokens, MemoryWire,
    };
    hearth_cloud::Ports {
        things: Arc::new(MemoryThings::default()),
        wire: Arc::new(MemoryWire::default()),
        shadows: Arc::new(MemoryShadows::default()),
        objects: Arc::new(MemoryObjects::default()),
        agenda: Arc::new(MemoryAgenda::default()),
        recogniser: Arc::new(hearth_cloud::recognise::Local),
        factory: Arc::new(MemoryFactory::default()),
        tokens: Arc::new(MemoryTokens),
    }
}
