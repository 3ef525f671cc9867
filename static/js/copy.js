/** Fields to be copied: selected whole when entered, and a button where the browser lets a page copy. */
import { announce, whenPresent } from "./dom.js";

const SHOWN_FOR = 2000;

whenPresent("input[data-select-all]", (field) => {
  field.addEventListener("focus", () => field.select());
});

whenPresent("button[data-copy]", (button) => {
  const field = document.getElementById(button.dataset.copy);
  // Outside a secure context there is no clipboard, and the field by itself must do.
  if (!field || !navigator.clipboard) return;
  const label = button.querySelector("[data-copy-label]");
  const before = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.focus();
      return;
    }
    label.textContent = button.dataset.copied;
    announce(button.dataset.copied);
    setTimeout(() => { label.textContent = before; }, SHOWN_FOR);
  });
});
