// Starts the app. A file of its own, because the page allows no inline script.
import init from "/hearth_ui.js";
init({ module_or_path: "/hearth_ui_bg.wasm" });
