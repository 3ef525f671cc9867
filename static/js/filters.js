/** Filters: a change of a choice submits at once; empty fields are left out of the address. */
import { whenPresent } from "./dom.js";

whenPresent("form[data-auto-submit]", (form) => {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=radio], input[type=checkbox], input[type=date]")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const control of form.elements) if (control.name && control.value === "") control.disabled = true;
  });
  window.addEventListener("pageshow", () => {
    for (const control of form.elements) control.disabled = false;
  });
});
