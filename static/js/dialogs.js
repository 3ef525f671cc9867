/** Native dialogs opened by data-dialog-open="id"; questions asked in place by <details class="confirm">. */
import { swapInto, whenPresent } from "./dom.js";

whenPresent("[data-dialog-open]", (opener) => {
  opener.addEventListener("click", async (event) => {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (!dialog) return;
    event.preventDefault();
    const url = opener.dataset.dialogUrl;
    if (url) {
      const answer = await fetch(url, { headers: { "HX-Request": "true" } });
      if (!answer.ok) {
        window.location.assign(opener.href || url);
        return;
      }
      swapInto(dialog.querySelector(".dialog-body"), await answer.text());
    }
    dialog.showModal();
  });
});

whenPresent("[data-dialog-close]", (button) => {
  button.addEventListener("click", () => button.closest("dialog")?.close());
});

whenPresent("details.confirm", (box) => {
  const close = box.querySelector("[data-confirm-close]");
  if (!close) return;
  close.hidden = false;
  close.addEventListener("click", () => {
    box.open = false;
    box.querySelector("summary").focus();
  });
});
