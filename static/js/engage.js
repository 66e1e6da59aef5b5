/* Small comforts. Every page works without them. */

// Escape hides the words that explain a number until one comes back to it.
const quiet = (tip) => {
  tip.classList.add("is-quiet");
  for (const gone of ["pointerleave", "blur"]) tip.addEventListener(gone, () => tip.classList.remove("is-quiet"), { once: true });
};

const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(".toast")?.remove();
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
});

// Whoever leaves a menu by the Tab key leaves it closed.
document.addEventListener("focusin", (event) => {
  for (const menu of menus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll(".tip:is(:hover, :focus)").forEach(quiet);
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  }
});

// A button that can only work with a script is shown only once the script is here.
const reveal = (root) => {
  for (const button of root.querySelectorAll("[data-dismiss], [data-opens]")) button.hidden = false;
};
reveal(document);
document.addEventListener("htmx:load", (event) => reveal(event.target));

// What looks again by itself must not take the keyboard from whoever is in it.
const steps = (root) => [...root.querySelectorAll("a[href], button, input, select, textarea, summary")];
let held = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  held = target.id && target.contains(document.activeElement)
    ? { id: target.id, step: steps(target).indexOf(document.activeElement) }
    : null;
});
document.addEventListener("htmx:afterSettle", () => {
  const place = held && document.getElementById(held.id);
  if (place && !place.contains(document.activeElement)) {
    (steps(place)[held.step] ?? steps(place)[0])?.focus({ preventScroll: true });
  }
  held = null;
});

// Where a part of the page gets no answer, say so; what was typed stays.
const troubles = ["not-reached", "logged-out"];
const say = (trouble) => {
  for (const id of troubles) {
    const toast = document.getElementById(id);
    if (toast) toast.hidden = id !== trouble;
  }
};
document.addEventListener("htmx:sendError", () => say("not-reached"));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  say(status === 401 ? "logged-out" : status >= 500 ? "not-reached" : "");
});
document.addEventListener("htmx:afterSwap", () => say(""));

// Whoever logs in again in another window has a new key for forms; what was typed here is sent with it.
const formKey = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
document.addEventListener("htmx:configRequest", (event) => {
  const { parameters } = event.detail;
  if (parameters.csrfmiddlewaretoken && formKey()) parameters.csrfmiddlewaretoken = formKey();
});
document.addEventListener("submit", (event) => {
  const field = event.target.querySelector("input[name=csrfmiddlewaretoken]");
  if (field && formKey()) field.value = formKey();
}, { capture: true });

// After a form came back, begin where something is wrong.
document.querySelector("main [aria-invalid=true]")?.focus();

// A second press would send an upload twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  form.setAttribute("aria-busy", "true");
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.disabled = true;
    if (button.dataset.busy) button.textContent = button.dataset.busy;
  }
});

// Coming back by the back button must find the form usable again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("form[data-once] button[type=submit]")) button.disabled = false;
});

// A new organization is most likely where its browser is.
const zones = document.querySelector("form[data-guess-timezone] select[name=timezone]");
if (zones) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zones.options].some((option) => option.value === here)) zones.value = here;
}
