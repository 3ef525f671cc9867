/**
 * The viewer of a file: zooms in place instead of loading the page again, tells which page is in sight, and
 * goes from page to page by N and P. Without scripts the zoom is a link and the pages are anchors.
 */
import { fill, whenPresent } from "./dom.js";

whenPresent("[data-viewer]", (viewer) => {
  const steps = viewer.dataset.zooms.split(" ").map(Number);
  const pages = [...viewer.querySelectorAll("[data-viewer-page]")];
  const count = viewer.querySelector("[data-viewer-count]");
  let inSight = 0;

  const zoomTo = (zoom) => {
    viewer.classList.remove(...steps.map((step) => `viewer-${step}`));
    viewer.classList.add(`viewer-${zoom}`);
    viewer.dataset.zoom = String(zoom);
    pages[inSight]?.scrollIntoView({ block: "start" });
  };

  for (const link of viewer.querySelectorAll("[data-viewer-zoom]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const now = steps.indexOf(Number(viewer.dataset.zoom));
      const next = { in: Math.min(now + 1, steps.length - 1), out: Math.max(now - 1, 0) }[link.dataset.viewerZoom];
      zoomTo(next === undefined ? 100 : steps[next]);
    });
  }
  if (pages.length === 0) return;

  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        inSight = pages.indexOf(entry.target);
        count.textContent = fill(count.dataset.text, String(inSight + 1)).replace("%t", count.dataset.total);
      }
    },
    // The page that crosses the middle of the window is the one that is read.
    { rootMargin: "-50% 0px -50% 0px" },
  );
  for (const page of pages) watcher.observe(page);

  const turn = (event) => {
    if (!viewer.isConnected) {
      document.removeEventListener("keydown", turn);
      return;
    }
    const step = { n: 1, p: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input, textarea, select")) return;
    if (document.documentElement.dataset.shortcuts === "off" || viewer.getClientRects().length === 0) return;
    event.preventDefault();
    pages[Math.min(Math.max(inSight + step, 0), pages.length - 1)].scrollIntoView({ block: "start" });
  };
  document.addEventListener("keydown", turn);
});
