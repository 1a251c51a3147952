//! What this browser remembers: language, look, face, and the id of the chosen
//! home; and, until the tab is closed, which step waits for a letter. Never
//! anything of the home itself.

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn visit() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// What is kept under this key.
#[must_use]
pub fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps a value, or forgets it. Where storage is forbidden it is forgotten with the page.
pub fn write(key: &str, value: Option<&str>) {
    put(storage(), key, value);
}

/// What is kept under this key until the tab is closed.
#[must_use]
pub fn read_of_visit(key: &str) -> Option<String> {
    visit()?.get_item(key).ok().flatten()
}

/// Keeps a value until the tab is closed, or forgets it.
pub fn write_of_visit(key: &str, value: Option<&str>) {
    put(visit(), key, value);
}

fn put(storage: Option<web_sys::Storage>, key: &str, value: Option<&str>) {
    let Some(storage) = storage else { return };
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}
