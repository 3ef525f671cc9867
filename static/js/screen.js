/** The screen in the hall reads the newest call aloud, once somebody has switched that on: browsers ask for a hand first. */
const place = document.querySelector("[data-screen]");
const button = document.querySelector("[data-screen-voice]");

const newest = () => place.querySelector("[data-screen-call]");
let heard = newest()?.dataset.screenCall;
let aloud = false;

function say() {
  const call = newest();
  if (!call || call.dataset.screenCall === heard) return;
  heard = call.dataset.screenCall;
  if (!aloud) return;
  const words = new SpeechSynthesisUtterance(call.dataset.screenSaid);
  words.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
  words.rate = 0.9;
  window.speechSynthesis.speak(words);
}

if (place && button && "speechSynthesis" in window) {
  button.hidden = false;
  button.addEventListener("click", () => {
    aloud = true;
    button.hidden = true;
  });
  document.body.addEventListener("htmx:afterSwap", say);
}
