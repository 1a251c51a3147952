//! What a waiting tablet shows, asked by its page.

use async_trait::async_trait;
use hearth_contract::{Failure, pairing::PairingCode, session::ShowCode};

use crate::{app::Core, dispatch::Answered};

#[async_trait]
impl Answered for ShowCode {
    async fn answer(self, core: &Core) -> Result<PairingCode, Failure> {
        core.code().await
    }
}
