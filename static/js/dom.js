/** Small helpers that every module of the hall shares. */

/** Read the CSRF token from the cookie, or from any form of the page where the cookie is hidden. */
export function csrfToken() {
  const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  if (found) return decodeURIComponent(found[1]);
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** Say something to screen readers without moving the focus. */
export function announce(text) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
}

/** Run `setUp` on each element that matches, now and in whatever htmx or an upload brings later. */
export function whenPresent(selector, setUp) {
  const seen = new WeakSet();
  const visit = (root) => {
    const all = root.matches?.(selector) ? [root] : [];
    for (const element of [...all, ...root.querySelectorAll(selector)]) {
      if (seen.has(element)) continue;
      seen.add(element);
      setUp(element);
    }
  };
  visit(document);
  document.addEventListener("hall:added", (event) => visit(event.target));
  document.addEventListener("htmx:load", (event) => visit(event.detail?.elt ?? document));
}

/** Put server HTML into an element and wake the behaviours in it. */
export function swapInto(element, html) {
  element.innerHTML = html;
  window.htmx?.process(element);
  element.dispatchEvent(new CustomEvent("hall:added", { bubbles: true }));
}

/** Fill the one place of a translated text such as "Uploading %s". */
export function fill(text, value) {
  return (text ?? "").replace("%s", value);
}

/** Hour and minute of now, as the saved-at line shows it. */
export function clockTime(date = new Date()) {
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}
