// The control page of the simulated home: asks for its state every second and
// sends what the person does with their hands.
const $ = (id) => document.getElementById(id);
let state = null;
let plugged = true;
let wired = true;

async function act(path, body) {
  const answer = await fetch(`/simulated/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hearth": "page" },
    body: JSON.stringify(body),
  });
  $("said").textContent = answer.ok ? "" : await answer.text();
  await refresh();
}

function link(device) {
  return device.connected ? "connected" : device.paired ? "connecting" : "waiting to be paired";
}

function list(contents) {
  const items = contents.map(({ food, count }) => {
    const item = document.createElement("li");
    const out = document.createElement("button");
    out.textContent = "Take one out";
    out.addEventListener("click", () => act("food", { food, delta: -1 }));
    item.append(`${food} × ${count}`, out);
    return item;
  });
  $("contents").replaceChildren(...items);
}

async function refresh() {
  const answer = await fetch("/simulated/state");
  if (!answer.ok) return;
  const fresh = await answer.json();
  if (!state) $("which").replaceChildren(...fresh.foods.map((food) => new Option(food, food)));
  if (JSON.stringify(state?.contents) !== JSON.stringify(fresh.contents)) list(fresh.contents);
  if (state?.fridge.code !== fresh.fridge.code) $("fridge-qr").src = `/simulated/fridge/code.png?${Date.now()}`;
  if (state?.meter.code !== fresh.meter.code) $("meter-qr").src = `/simulated/meter/code.png?${Date.now()}`;
  state = fresh;
  $("door").textContent = fresh.open.includes("fridge") ? "Close the door" : "Open the door";
  $("freezer").textContent = fresh.open.includes("freezer") ? "Close the freezer" : "Open the freezer";
  const chime = { silent: "", gentle: " · chimes softly", loud: " · chimes loudly" }[fresh.chime];
  $("door-state").textContent = (fresh.open.length ? `open: ${fresh.open.join(", ")}` : "doors closed") + chime;
  $("fridge-link").textContent = link(fresh.fridge);
  $("meter-link").textContent = link(fresh.meter);
  $("fridge-text").textContent = fresh.fridge.code;
  $("meter-text").textContent = fresh.meter.code;
  const set = Object.assign({}, ...fresh.settings);
  $("settings").textContent = Object.entries(set).map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`).join(" · ");
  const measured = Object.entries(fresh.temperature_c).map(([where, celsius]) => `${where}: ${celsius.toFixed(1)} °C`);
  $("temperatures").textContent = measured.join(" · ") + (fresh.cooling ? "" : " · the compressor does not work");
  $("cooling").textContent = fresh.cooling ? "Let the compressor fail" : "Mend the compressor";
  $("plug").textContent = plugged ? "Pull the network plug" : "Put the network plug in";
  const [oven, power, time] = fresh.microwave.heating;
  $("microwave-link").textContent = link(fresh.microwave);
  $("microwave-text").textContent = fresh.microwave.code;
  $("microwave-state").textContent = oven === "off" ? "off" : `${oven}: ${power} W, ${time} s left`;
  $("microwave-door").textContent = fresh.microwave.open ? "Close its door" : "Open its door";
  $("microwave-hand").textContent = fresh.microwave.in_hand ? "Leave it" : "Take it in hand";
  $("microwave-plug").textContent = wired ? "Pull its cable to the fridge" : "Put its cable in";
  $("tablet-link").textContent = fresh.tablet.paired ? "in a home" : "waiting to be taken in";
  $("tablet-text").textContent = fresh.tablet.code;
  $("now").textContent = new Date(fresh.now).toLocaleString();
  $("view").src = `/simulated/view.jpg?${Date.now()}`;
}

const turn = (by) => () => {
  const { fridge } = Object.assign({}, ...state.settings);
  act("panel", { setting: { fridge: Math.min(9, Math.max(1, fridge + by)) } });
};
$("warmer").addEventListener("click", turn(1));
$("colder").addEventListener("click", turn(-1));
$("restock").addEventListener("click", () => {
  const { restocking } = Object.assign({}, ...state.settings);
  act("panel", { setting: { restocking: !restocking } });
});
$("cooling").addEventListener("click", () => act("cooling", { works: !state.cooling }));
$("reset").addEventListener("click", () => act("reset", {}));
$("plug").addEventListener("click", () => {
  plugged = !plugged;
  act("plug", { is_in: plugged });
});
$("microwave-door").addEventListener("click", () => act("microwave", { open: !state.microwave.open }));
$("microwave-hand").addEventListener("click", () => act("microwave", { in_hand: !state.microwave.in_hand }));
$("microwave-plug").addEventListener("click", () => {
  wired = !wired;
  act("microwave", { plug_in: wired });
});
const toggle = (door) => () => act("door", { door, open: !state.open.includes(door) });
$("door").addEventListener("click", toggle("fridge"));
$("freezer").addEventListener("click", toggle("freezer"));
$("put-in").addEventListener("submit", (event) => {
  event.preventDefault();
  act("food", { food: $("which").value, delta: Number($("count").value) });
});
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => act("clock", { advance_s: Number(button.dataset.advance) }));
}
for (const button of document.querySelectorAll("[data-press]")) {
  button.addEventListener("click", () => act(`${button.dataset.press}/button`, {}));
}
$("tablet-screen").href = `${location.protocol}//tablet.localhost:${location.port}/?face=kiosk`;
refresh();
setInterval(refresh, 1000);
