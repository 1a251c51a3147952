//! wasm-bindgen as a library: the JavaScript side of a compiled module.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// Binds `module` into `folder`, as a module that a browser loads by itself.
///
/// # Errors
/// When the module was built with another version of wasm-bindgen, or a file
/// can't be read or written.
pub fn bind(module: &str, folder: &str) -> Result<()> {
    Bindgen::new()
        .remove_name_section(true)
        .input_path(module)
        .out_name("hearth_ui")
        .web(true)?
        .typescript(false)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("binding {module}"))
}
