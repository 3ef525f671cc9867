/** Ready phrases: a click adds the phrase to the text, at the cursor, and leaves the cursor after it. */
import { whenPresent } from "./dom.js";

whenPresent("[data-phrases]", (box) => {
  const area = document.getElementById(box.dataset.phrases);
  if (!area) return;
  box.addEventListener("click", (event) => {
    const phrase = event.target.closest("[data-phrase]")?.dataset.phrase;
    if (!phrase) return;
    const before = area.value.slice(0, area.selectionStart);
    const gap = before && !before.endsWith("\n") ? "\n" : "";
    area.setRangeText(gap + phrase, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
});
