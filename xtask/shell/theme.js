// Sets the chosen theme before the first paint, so that nothing flashes.
// Without a choice the style sheet follows the system.
try {
  const theme = localStorage.getItem("hearth-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; then the system decides.
}
