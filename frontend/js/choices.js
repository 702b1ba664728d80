// Follow-up questions appear when their answer is chosen, and "none of these" clears what is ticked: it says which ticks
// it removes, and one press brings them back. A tick is never out of sight.
//
// The design system's own component marks radios with aria-expanded, which that role does not have; the follow-up
// stands right after its answer, so reading on finds it without.
export function watchChoices(group) {
  const boxes = [...group.querySelectorAll(":scope > * > input")];
  const panelOf = (box) => document.getElementById(box.dataset.reveals);
  const ticksBelow = (box) => [...(panelOf(box)?.querySelectorAll("input[type=checkbox]:checked") ?? [])];
  const notice = boxes.some(removesTicks) ? addNotice(group) : null;

  function removesTicks(box) {
    return box.hasAttribute("data-exclusive") || panelOf(box)?.querySelector("input[type=checkbox]");
  }

  const sync = () =>
    boxes.forEach((box) => {
      const hides = !box.checked && !ticksBelow(box).length;
      const panel = panelOf(box);
      if (panel) panel.classList.toggle(`${panel.classList[0]}--hidden`, hides);
    });

  group.addEventListener("change", ({ target }) => {
    if (target.type === "checkbox" && target.checked) notice?.clear();
    if (!boxes.includes(target)) return;
    const removed = [];
    const alone = target.checked && target.hasAttribute("data-exclusive");
    if (alone) {
      removed.push(...boxes.filter((box) => box !== target && box.checked));
    } else if (target.type === "checkbox" && target.checked) {
      boxes.filter((box) => box.hasAttribute("data-exclusive")).forEach((box) => (box.checked = false));
    }
    const closed = boxes.filter((box) => !box.checked && ticksBelow(box).length);
    removed.push(...closed.flatMap(ticksBelow));
    removed.forEach((box) => (box.checked = false));
    sync();
    if (!removed.length) return;
    notice.offer(removed, () => {
      if (alone) target.checked = false;
      [...closed, ...removed].forEach((box) => (box.checked = true));
      sync();
      (closed[0] ?? removed[0]).focus();
    });
  });
  // A browser that goes back restores the answers after the page has loaded.
  window.addEventListener("pageshow", sync);
  sync();
}

// Words that are announced below the answers, and the button that undoes.
function addNotice(group) {
  const notice = document.createElement("div");
  notice.className = "app-unticked";
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "app-link-button";
  button.hidden = true;
  notice.append(words, button);
  group.after(notice);

  const say = (text, undo) => {
    words.textContent = text;
    button.hidden = !undo;
    button.onclick = undo;
  };
  return {
    clear: () => say("", null),
    offer: (removed, undo) => {
      const names = removed.map((box) => box.labels[0].textContent.trim()).join("; ");
      button.textContent = removed.length > 1 ? "Put them back" : "Put it back";
      say(`Unticked: ${names}.`, () => {
        undo();
        say(`Ticked again: ${names}.`, null);
      });
    },
  };
}
