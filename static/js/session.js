/**
 * Session end: warned five minutes before; what is typed is kept in this browser tab's storage and
 * put back after signing in again. Passwords, files and hidden fields are never kept, another
 * person's text is never shown, and signing out empties the storage.
 */
import { csrfToken, fill, whenPresent } from "./dom.js";

const WARN_BEFORE = 300;
const PREFIX = "hall:typed:";
const user = document.body.dataset.user;
const key = () => `${PREFIX}${user}:${window.location.pathname}`;
const texts = document.getElementById("session-texts")?.dataset ?? {};
const store = window.sessionStorage;

function storedKeys() {
  return Object.keys(store).filter((name) => name.startsWith(PREFIX));
}

function keepable(control) {
  return control.name && !["password", "file", "hidden", "submit", "button"].includes(control.type);
}

function controls() {
  const forms = document.querySelectorAll("main form[method=post]:not([data-upload]):not([data-keep=off])");
  return [...forms].flatMap((form) => [...form.elements]).filter(keepable);
}

function valueOf(control) {
  return control.type === "checkbox" || control.type === "radio" ? control.checked : control.value;
}

function nameOf(control) {
  return control.type === "checkbox" || control.type === "radio" ? `${control.name}=${control.value}` : control.name;
}

/** Keep what has been typed on this page; `sent` says that it is on its way to the server. */
export function keepTyped(sent = false) {
  const typed = Object.fromEntries(controls().map((control) => [nameOf(control), valueOf(control)]));
  if (Object.keys(typed).length) store.setItem(key(), JSON.stringify({ sent, typed }));
}

/**
 * What was sent and then met the sign-in page has not arrived: it is kept for the way back.
 * What was sent and met any other page has arrived: it is forgotten.
 */
function settleSent() {
  for (const name of storedKeys()) {
    const kept = JSON.parse(store.getItem(name));
    if (!kept.sent) continue;
    if (user) store.removeItem(name);
    else store.setItem(name, JSON.stringify({ ...kept, sent: false }));
  }
}

function putBack() {
  const stored = store.getItem(key());
  if (!stored) return;
  store.removeItem(key());
  const { typed } = JSON.parse(stored);
  let changed = false;
  for (const control of controls()) {
    const value = typed[nameOf(control)];
    if (value === undefined || value === valueOf(control)) continue;
    if (typeof value === "boolean") control.checked = value;
    else control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    changed = true;
  }
  if (changed) tell(texts.restored);
}

function tell(text) {
  const line = document.createElement("div");
  line.className = "alert-box";
  line.setAttribute("role", "status");
  line.textContent = text;
  document.getElementById("messages")?.append(line);
}

settleSent();

whenPresent("#session-dialog", (dialog) => {
  const left = dialog.querySelector("[data-session-left]");
  let ends = Date.now() + Number(document.body.dataset.sessionSeconds) * 1000;

  const tick = () => {
    const seconds = Math.round((ends - Date.now()) / 1000);
    if (seconds <= 0) {
      keepTyped();
      const next = window.location.pathname + window.location.search;
      window.location.assign(`${dialog.dataset.loginUrl}?next=${encodeURIComponent(next)}`);
      return;
    }
    if (seconds <= WARN_BEFORE) {
      const shown = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      left.textContent = fill(texts.left, shown);
      keepTyped();
      if (!dialog.open && !dialog.dataset.seen) {
        dialog.dataset.seen = "yes";
        dialog.showModal();
      }
    }
    window.setTimeout(tick, seconds > WARN_BEFORE ? (seconds - WARN_BEFORE) * 1000 : 1000);
  };

  dialog.querySelector("[data-session-keep]").addEventListener("click", async () => {
    const answer = await fetch(dialog.dataset.keepUrl, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "XMLHttpRequest" },
    });
    if (!answer.ok) return;
    const { seconds } = await answer.json();
    ends = Date.now() + seconds * 1000;
    delete dialog.dataset.seen;
    dialog.close();
    store.removeItem(key());
  });

  putBack();
  tick();
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-sign-out]")) storedKeys().forEach((name) => store.removeItem(name));
  else if (user && event.target.method === "post" && event.target.closest("main")) keepTyped(true);
});
