// Follow-up questions appear when their answer is chosen, and "none of these" clears the others.
//
// The design system's own component marks radios with aria-expanded, which that role does not have; the follow-up
// stands right after its answer, so reading on finds it without.
export function watchChoices(group) {
  const boxes = [...group.querySelectorAll(":scope > * > input")];

  const sync = () =>
    boxes.forEach((box) => {
      const panel = document.getElementById(box.dataset.reveals);
      if (panel) panel.classList.toggle(`${panel.classList[0]}--hidden`, !box.checked);
    });

  group.addEventListener("change", ({ target }) => {
    if (!boxes.includes(target)) return;
    if (target.type === "checkbox" && target.checked) {
      const alone = target.hasAttribute("data-exclusive");
      boxes.forEach((box) => {
        if (box !== target && (alone || box.hasAttribute("data-exclusive"))) box.checked = false;
      });
    }
    sync();
  });
  // A browser that goes back restores the answers after the page has loaded.
  window.addEventListener("pageshow", sync);
  sync();
}
