/* Single keys, for those who like them. Whoever speaks to their computer can switch them off in the list of keys. */

const STORE = "engage.keys";
// The weeks of a chart and boxes to tick take no letters, so the keys go on working there.
const TYPED_INTO = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";

// A browser may refuse to remember; then they work until they are switched off on this page.
let on = true;
try {
  on = localStorage.getItem(STORE) !== "off";
} catch {}

const toggle = document.querySelector("[data-keys]");
if (toggle) {
  toggle.checked = on;
  toggle.addEventListener("change", () => {
    on = toggle.checked;
    try {
      localStorage.setItem(STORE, on ? "on" : "off");
    } catch {}
  });
}

// What one goes through one by one; some of it is folded away on a phone.
const step = (forward) => {
  const all = [...document.querySelectorAll("main [data-step]")].filter((one) => one.checkVisibility?.() ?? true);
  const here = all.findIndex((one) => one.contains(document.activeElement));
  const next = here < 0 ? all[forward ? 0 : all.length - 1] : all[here + (forward ? 1 : -1)];
  if (!next) return;
  next.tabIndex = -1;
  next.focus();
};

const search = (event) => {
  const field = document.querySelector("input[type=search]");
  if (!field) return;
  event.preventDefault(); // or the sign would be written into the field
  field.focus();
};

// The letter after g may take its time: not everybody types fast. Any other key, or a press elsewhere, ends the wait.
let going = false;
document.addEventListener("pointerdown", () => (going = false));
document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.(TYPED_INTO)) return;
  if (document.querySelector("dialog[open]")) return;
  const { key } = event;
  const goes = going && /^[a-z]$/.test(key);
  going = key === "g" && !goes;
  if (goes) document.querySelector(`[data-go="${key}"]`)?.click();
  else if (key === "j" || key === "k") step(key === "j");
  else if (key === "/") search(event);
  else if (key === "?") document.getElementById("keys")?.showModal();
});
