/** Account menu: closes on Escape and on a click elsewhere. Large print: at once, kept in a cookie. */
import { whenPresent } from "./dom.js";

const YEAR = 365 * 24 * 60 * 60;

whenPresent("details[data-menu]", (menu) => {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

whenPresent("form[data-print-size]", (form) => {
  const button = form.querySelector("button");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const large = document.documentElement.classList.toggle("large-print");
    document.cookie = `hall_print=${large ? "large" : "normal"}; path=/; max-age=${YEAR}; samesite=lax`;
    button.setAttribute("aria-pressed", String(large));
    button.value = large ? "normal" : "large";
  });
});
