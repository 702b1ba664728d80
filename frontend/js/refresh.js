// Shows a part of a page anew every few seconds, while somebody looks at it. Without scripts the page is loaded again.
const EVERY = 5000;

export function keepFresh(part) {
  let asking = false;
  setInterval(async () => {
    if (asking || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch(part.dataset.refresh, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected) part.innerHTML = await answer.text();
    } catch {
      // No line at this moment: what stands there stays, and the next look may succeed.
    } finally {
      asking = false;
    }
  }, EVERY);
}
