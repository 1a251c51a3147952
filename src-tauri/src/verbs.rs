//! The five verbs as commands of the window. (`src` is a path: see `files`.)

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use hearth_contract::{
    CameraId, Failure, FamilyId, ThingName,
    host::{Answer, Call, LocalRef, Notice},
};
use hearth_core::Core;
use tauri::{
    State,
    async_runtime::JoinHandle,
    ipc::{Channel, InvokeResponseBody},
};

/// What is being sent to the page, by the id of its channel.
#[derive(Default)]
pub struct Streams(Mutex<HashMap<u32, JoinHandle<()>>>);

impl Streams {
    fn keep(&self, channel: u32, task: JoinHandle<()>) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, task| !task.inner().is_finished());
        if let Some(former) = open.insert(channel, task) {
            former.abort();
        }
    }

    fn end(&self, channel: u32) {
        let task = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&channel);
        if let Some(task) = task {
            task.abort();
        }
    }
}

/// One command of the page.
#[tauri::command]
pub async fn call(core: State<'_, Core>, call: Call) -> Result<Answer, Failure> {
    Ok(core.call(call).await)
}

/// From now on the page hears what core has to tell.
#[tauri::command]
pub async fn notices(
    core: State<'_, Core>,
    streams: State<'_, Streams>,
    channel: Channel<Notice>,
) -> Result<(), Failure> {
    let id = channel.id();
    let mut notices = core.notices();
    let task = tauri::async_runtime::spawn(async move {
        while let Some(notice) = notices.next().await {
            if channel.send(notice).is_err() {
                break;
            }
        }
    });
    streams.keep(id, task);
    Ok(())
}

/// Takes a picture or recording.
#[tauri::command]
pub async fn put(core: State<'_, Core>, bytes: Vec<u8>, content_type: String) -> Result<LocalRef, Failure> {
    core.put(Bytes::from(bytes), &content_type).await
}

/// Sends a live view, one frame a message, until [`end`].
#[tauri::command]
pub async fn watch(
    core: State<'_, Core>,
    streams: State<'_, Streams>,
    family: FamilyId,
    thing: ThingName,
    camera: CameraId,
    channel: Channel<InvokeResponseBody>,
) -> Result<(), Failure> {
    let id = channel.id();
    let mut frames = core.watch(family, thing, camera).await?;
    let task = tauri::async_runtime::spawn(async move {
        while let Some(frame) = frames.recv().await {
            if channel.send(InvokeResponseBody::Raw(frame.encode())).is_err() {
                break;
            }
        }
    });
    streams.keep(id, task);
    Ok(())
}

/// Ends what is sent to this channel: nobody listens any more.
#[tauri::command]
pub async fn end(streams: State<'_, Streams>, channel: Channel<InvokeResponseBody>) -> Result<(), Failure> {
    streams.end(channel.id());
    Ok(())
}
