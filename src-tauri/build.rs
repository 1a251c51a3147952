//! Generates the permissions of our own commands for the shell.
fn main() {
    tauri_build::build();
}
