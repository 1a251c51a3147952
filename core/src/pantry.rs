//! Food, as core answers it: searching what was synced, without a network.

mod catalogue;
mod search;

use async_trait::async_trait;
use hearth_contract::{
    Failure, Reason, Seen, Source,
    host::Link,
    pantry::{Item, List, Search},
};

use crate::{
    app::Core,
    dispatch::{Answered, rest_of},
    home::Home,
    real,
};

#[async_trait]
impl Answered for Search {
    async fn answer(self, core: &Core) -> Result<Seen<Vec<Item>>, Failure> {
        let home = core.signed_in().await?;
        let items = match home.replica.items(self.family, &home.outbox) {
            Some(items) => dated(&home, items),
            None => {
                // Never synced: once it must be asked for.
                let asked = home
                    .ask(rest_of(&List { family: self.family })?, real::call_id()?)
                    .await?;
                serde_json::from_value(asked).map_err(|_| Failure::new(Reason::CloudUnreachable))?
            }
        };
        Ok(items.map(|items| search::search(self.words.as_str(), items)))
    }
}

/// While events arrive the replica is what the cloud has; else it is as old as
/// what was last heard.
fn dated(home: &Home, items: Seen<Vec<Item>>) -> Seen<Vec<Item>> {
    match home.link() {
        Link::Live => Seen {
            at: home.clock.now(),
            source: Source::Cloud,
            ..items
        },
        Link::Off | Link::Connecting => Seen {
            source: Source::Replica,
            ..items
        },
    }
}
