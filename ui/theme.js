// Sets the chosen look before the first paint, so that nothing flashes.
// Without a choice the style sheet follows the system.
try {
  const root = document.documentElement;
  const theme = localStorage.getItem("hearth-theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const face = new URLSearchParams(location.search).get("face") ?? localStorage.getItem("hearth-face");
  if (face === "kiosk") root.dataset.density = "kiosk";
} catch {
  // Storage may be forbidden; then the system decides.
}
