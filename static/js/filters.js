/**
 * Filters: a change of a choice submits at once; empty fields are left out of the address; on a phone
 * they fold away until something is filtered. Tabs: the current one is scrolled into sight.
 */
import { whenPresent } from "./dom.js";

const narrow = window.matchMedia("(max-width: 48rem)");

whenPresent("details[data-filter-more]", (box) => {
  const chosen = [...box.querySelectorAll("input, select")].some((control) =>
    control.type === "checkbox" || control.type === "radio" ? control.checked && control.value : control.value,
  );
  const fit = () => {
    box.open = !narrow.matches || chosen;
  };
  narrow.addEventListener("change", fit);
  fit();
});

whenPresent(".tab-bar [aria-current]", (tab) => {
  tab.scrollIntoView({ block: "nearest", inline: "center" });
});

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
