// What the browser does by itself: keyboard shortcuts, zoom, the × of a chip in the conversation, names for screen readers.
() => {
  if (window.parley) return;
  window.parley = true;
  const NAMES = {};  // per language; filled in by theme.py
  const busy = () => document.querySelector('#status .busy') !== null;
  const press = id => {
    const button = document.querySelector(`#${id}`);
    if (button && !button.disabled && button.offsetParent !== null) { button.click(); return true; }
    return false;
  };
  document.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const field = event.target.closest('input:not([type=range]):not([type=radio]), textarea, [contenteditable=true]');
    if (key === 's') {
      if (!busy() && press('save')) event.preventDefault();
    } else if (key === 'z' && !(field && field.value)) {  // a field with text keeps its own undo
      if (!busy() && press(event.shiftKey ? 'redo' : 'undo')) event.preventDefault();
    }
  });
  document.addEventListener('click', event => {
    const drop = event.target.closest('#conversation .drop');
    const step = drop && [...drop.classList].find(name => name.startsWith('step-'));
    if (step) document.querySelector(`#plan [data-act=remove][data-index="${step.slice(5)}"]`)?.click();
    const open = document.querySelector('#engines details[open]');
    if (open && !open.contains(event.target)) open.open = false;
  });
  // A page's part that is drawn anew gives the keyboard its place back.
  let held;
  document.addEventListener('pointerdown', () => held = null, true);
  document.addEventListener('focusin', ({target}) => {
    const wish = target.matches('[data-act]:focus-visible') && Object.entries(target.dataset);
    held = wish && `#${target.closest('.block').id} ${wish.map(([name, value]) => `[data-${name}=${JSON.stringify(value)}]`).join('')}`;
  });
  const giveBack = () => {
    if (held && document.activeElement === document.body) document.querySelector(held)?.focus({preventScroll: true});
  };
  // A part of the face that is chosen below the canvas gives its colour to the brush, through the palette that the editor opens for it.
  const later = () => new Promise(done => setTimeout(done, 80));
  document.addEventListener('click', async event => {
    const part = event.target.closest('#paint-legend [data-act=part]');
    const tool = name => document.querySelector(`#paint-editor button[aria-label="${name}"]`);
    if (!part || !tool('Brush')) return;
    if (!tool('Color')) { tool('Brush').click(); await later(); }
    if (!document.querySelector('#paint-editor .swatch')) { tool('Color')?.click(); await later(); }
    document.querySelectorAll('#paint-editor .swatch .color')[Number(part.dataset.index)]?.click();
    await later();
    if (document.querySelector('#paint-editor .swatch')) tool('Color')?.click();
  });
  // Zoom by button and key: the turns of a wheel and the pulls of a mouse that Gradio's comparison understands.
  const WHOLE = 60, PULL = 60, NUDGE = 24;  // wheel turns back from the largest zoom; pixels per arrow key
  const frame = () => document.querySelector('#compare .slider-wrap');
  const centre = element => {
    const box = element.getBoundingClientRect();
    return {clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true, cancelable: true, view: window};
  };
  const zoom = turns => {
    const picture = frame()?.querySelector('img');
    for (let turn = 0; picture && turn < Math.abs(turns); turn++)
      picture.dispatchEvent(new WheelEvent('wheel', {...centre(frame()), deltaY: -Math.sign(turns)}));
  };
  const zoomed = () => !/scale\(1\)/.test(frame()?.querySelector('img')?.style.transform ?? 'scale(1)');
  const pull = (x, y) => {
    const held = zoomed() ? frame().querySelector('img') : frame().querySelector('[data-testid=slider]');
    const from = zoomed() ? centre(frame()) : centre(held);
    const to = {...from, clientX: from.clientX + x * (zoomed() ? -PULL : NUDGE), clientY: from.clientY - y * PULL};
    for (const [target, name, place] of [[held, 'mousedown', from], [document, 'mousemove', to], [document, 'mouseup', to]])
      target.dispatchEvent(new MouseEvent(name, place));
  };
  const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  document.addEventListener('keydown', event => {
    if (!frame() || event.ctrlKey || event.metaKey || event.altKey || !event.target.closest?.('#compare, #zoom')) return;
    const turns = {'+': 8, '=': 8, '-': -8, '0': -WHOLE}[event.key];
    if (turns) zoom(turns);
    else if (event.key in ARROWS) pull(...ARROWS[event.key]);
    else return;
    event.preventDefault();
  });
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-zoom]');
    if (button) zoom(Number(button.dataset.zoom) || -WHOLE);
  });
  let settling;  // arrow keys move a slider without letting go of it; a pause counts as that
  document.addEventListener('keyup', event => {
    if (!event.target.matches?.('.degree input[type=range]') || !/^(Arrow|Page|Home|End)/.test(event.key)) return;
    clearTimeout(settling);
    settling = setTimeout(() => event.target.dispatchEvent(new PointerEvent('pointerup', {bubbles: true})), 700);
  });
  const name = (element, what) => element.getAttribute('aria-label') !== what && element.setAttribute('aria-label', what);
  const label = () => {
    const names = NAMES[document.documentElement.lang] ?? NAMES.en;
    document.querySelectorAll('.faces, .examples').forEach(gallery => {
      const one = gallery.matches('.faces') ? names.face_number : names.example_number;
      gallery.querySelectorAll('button.thumbnail-item').forEach((button, index) => name(button, one.replace('{number}', index + 1)));
    });
    document.querySelectorAll('#request textarea, #request input').forEach(box => name(box, box.placeholder));
    document.querySelectorAll('.submit-button').forEach(button => name(button, names.send));
    document.querySelectorAll('#paint-preview button:has(img)').forEach(button => name(button, names.paint_mask));
    const comparison = document.querySelector('#compare .slider-wrap:not([tabindex])');
    for (const [name, value] of Object.entries({tabindex: 0, role: 'group', 'aria-labelledby': 'zoom-help'})) comparison?.setAttribute(name, value);
    document.querySelector('#conversation [role=log], #conversation .bubble-wrap')?.setAttribute('aria-live', 'polite');
  };
  label();
  new MutationObserver(() => { label(); giveBack(); }).observe(document.body, {childList: true, subtree: true, attributeFilter: ['aria-label']});
}
