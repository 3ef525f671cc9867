/**
 * Autosave: a form with data-autosave-url is posted there a moment after the last keystroke.
 *
 * 2xx means saved (a JSON answer may carry "saved_at" as HH:MM, "version", which is put into the
 * form's field of that name, and "message" when something could not be kept); 400 and 409 mean that
 * fields are wrong or somebody else was first ("message" says which); anything else is tried again.
 */
import { clockTime, csrfToken, fill, whenPresent } from "./dom.js";

const PAUSE = 1200;
const AGAIN = 10000;

whenPresent("form[data-autosave-url]", (form) => {
  const state = form.querySelector("[data-autosave-state]") ?? document.querySelector("[data-autosave-state]");
  const words = state?.querySelector("[data-autosave-text]");
  let timer = 0;
  let running = false;
  let wanted = false;

  const say = (text, failed = false) => {
    if (words) words.textContent = text;
    state?.classList.toggle("failed", failed);
  };

  const plan = (delay) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, delay);
  };

  const take = async (answer) => {
    const body = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
    if (body.version !== undefined && form.elements.version) form.elements.version.value = body.version;
    say(body.message ?? fill(state?.dataset.textSaved, body.saved_at ?? clockTime()), Boolean(body.message));
  };

  const refuse = async (answer) => {
    const body = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
    say(body.message ?? state?.dataset.textRefused, true);
  };

  async function save() {
    if (running) {
      wanted = true;
      return;
    }
    running = true;
    say(state?.dataset.textSaving);
    try {
      const data = new FormData(form);
      const answer = await fetch(form.dataset.autosaveUrl, {
        method: "POST",
        body: new URLSearchParams([...data].filter(([, value]) => typeof value === "string")),
        headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "XMLHttpRequest" },
      });
      if (answer.ok && !answer.redirected) await take(answer);
      else if (answer.status === 400 || answer.status === 409) await refuse(answer);
      else throw new Error(String(answer.status));
    } catch {
      say(state?.dataset.textFailed, true);
      plan(AGAIN);
    } finally {
      running = false;
      if (wanted) {
        wanted = false;
        plan(0);
      }
    }
  }

  form.addEventListener("input", () => plan(PAUSE));
  form.addEventListener("change", () => plan(PAUSE));
  form.addEventListener("submit", () => window.clearTimeout(timer));
});
