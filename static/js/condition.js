/** Choosing another fact or comparison changes which values there are: the page is drawn again at once. */
import { whenPresent } from "./dom.js";

whenPresent("form[data-condition]", (form) => {
  const update = form.querySelector("[data-condition-update]");
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-condition-fact]")) form.requestSubmit(update);
  });
});
