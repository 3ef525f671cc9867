/**
 * Keys for the frequent acts: an element with data-shortcut="a" (or "alt+enter") is clicked or focused.
 *
 * Plain letters work only while no text is being typed (WCAG 2.1.4: they can also be switched off by
 * data-shortcuts="off" on <html>); "/" goes to the search, "?" shows the list of keys of the page.
 */
const TYPING = "input:not([type=radio]):not([type=checkbox]):not([type=button]), textarea, select, [contenteditable]";

const PRESSABLE = "a, button, summary, label, input, select, textarea";

function pressed(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  parts.push(event.key.toLowerCase());
  return parts.join("+");
}

function act(element) {
  if (element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) element.focus();
  else element.click();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (document.documentElement.dataset.shortcuts === "off") return;
  const combined = event.ctrlKey || event.metaKey || event.altKey;
  if (!combined && event.target.matches?.(TYPING)) return;
  if (document.querySelector("dialog[open]") && !event.target.closest?.("dialog")) return;
  const wanted = pressed(event);
  // Enter and space belong to whatever has the focus.
  if ((wanted === "enter" || wanted === " ") && event.target.closest?.(PRESSABLE)) return;
  const element = [...document.querySelectorAll("[data-shortcut]")].find(
    (one) => one.dataset.shortcut.toLowerCase() === wanted && one.getClientRects().length > 0,
  );
  if (!element) return;
  event.preventDefault();
  act(element);
});
